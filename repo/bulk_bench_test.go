package repo_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// BenchmarkBulkCreate writes 1,000 rows in four ways, in turns, so that all
// meet the same noise of the machine, and reports the ratio of each one's
// quickest tenth to that of pgx's CopyFrom, and what each allocates.
func BenchmarkBulkCreate(b *testing.B) {
	ctx, url := context.Background(), repotest.URL(b)
	db, err := gormango.Open(ctx, gormango.Config{URL: url, GORM: func(c *gorm.Config) { c.Logger = logger.Discard }})
	require.NoError(b, err)
	defer func() { _ = gormango.Close(db) }()
	_, err = migrate.Auto(ctx, db, &plainRow{})
	require.NoError(b, err)
	theirs, err := gorm.Open(postgres.Open(url), &gorm.Config{Logger: logger.Discard})
	require.NoError(b, err)
	sqlDB, err := theirs.DB()
	require.NoError(b, err)
	defer sqlDB.Close()
	rows := repo.New[plainRow](db)
	const n = 1_000
	batch := func() []*plainRow {
		list := make([]*plainRow, n)
		for i := range list {
			list[i] = &plainRow{Name: "a row with a text of some length", N: i}
		}
		return list
	}
	ways := []struct {
		name string
		run  func(list []*plainRow) error
	}{
		{"pgx", func(list []*plainRow) error {
			return gormango.Native(ctx, db, func(conn *pgx.Conn) error {
				_, err := conn.CopyFrom(ctx, pgx.Identifier{"plain_rows"}, []string{"name", "n"}, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return []any{list[i].Name, list[i].N}, nil }))
				return err
			})
		}},
		{"copy", func(list []*plainRow) error { return rows.BulkCreate(ctx, list, repo.UseCopy()) }},
		{"bulk", func(list []*plainRow) error { return rows.BulkCreate(ctx, list) }},
		{"gorm", func(list []*plainRow) error { return theirs.CreateInBatches(list, n).Error }},
	}
	took := make([][]time.Duration, len(ways))
	allocs := make([]float64, len(ways))
	for side, way := range ways {
		list := batch()
		require.NoError(b, way.run(list))
		var before, after runtime.MemStats
		list = batch()
		runtime.ReadMemStats(&before)
		require.NoError(b, way.run(list))
		runtime.ReadMemStats(&after)
		allocs[side] = float64(after.Mallocs-before.Mallocs) / n
	}
	b.ResetTimer()
	for i := range b.N {
		for j := range ways {
			side := (i + j) % len(ways)
			list := batch()
			begin := time.Now()
			if err := ways[side].run(list); err != nil {
				b.Fatal(err)
			}
			took[side] = append(took[side], time.Since(begin))
		}
	}
	b.StopTimer()
	quick := func(ds []time.Duration) float64 { // the tenth part that met the least noise
		slices.Sort(ds)
		return float64(ds[len(ds)/10])
	}
	for side, way := range ways {
		b.ReportMetric(quick(took[side])/quick(took[0]), way.name+"-ratio")
		b.ReportMetric(allocs[side], way.name+"-allocs/row")
	}
	b.ReportMetric(quick(took[0])/1000, "pgx-µs")
	b.ReportMetric(0, "ns/op")
}
