package pgpool_test

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

// interleaved runs ours and theirs in turns, so that both meet the same noise
// of the machine, and reports the ratio of their medians, and what each
// allocates.
func interleaved(b *testing.B, ours, theirs func() error) {
	b.Helper()
	sides := [2]func() error{ours, theirs}
	var took [2][]time.Duration
	var allocs, bytes [2]float64
	for range 50 {
		for _, run := range sides {
			require.NoError(b, run())
		}
	}
	for side, run := range sides {
		const rounds = 100
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rounds {
			require.NoError(b, run())
		}
		runtime.ReadMemStats(&after)
		allocs[side] = float64(after.Mallocs-before.Mallocs) / rounds
		bytes[side] = float64(after.TotalAlloc-before.TotalAlloc) / rounds
	}
	b.ResetTimer()
	for i := range b.N {
		for j := range sides {
			side := (i + j) % 2
			begin := time.Now()
			if err := sides[side](); err != nil {
				b.Fatal(err)
			}
			took[side] = append(took[side], time.Since(begin))
		}
	}
	b.StopTimer()
	median := func(ds []time.Duration) float64 {
		slices.Sort(ds)
		return float64(ds[len(ds)/2])
	}
	b.ReportMetric(median(took[0])/median(took[1]), "ratio")
	b.ReportMetric(median(took[0])/1000, "ours-µs")
	b.ReportMetric(median(took[1])/1000, "theirs-µs")
	b.ReportMetric(allocs[0], "ours-allocs")
	b.ReportMetric(allocs[1], "theirs-allocs")
	b.ReportMetric(bytes[0], "ours-B")
	b.ReportMetric(bytes[1], "theirs-B")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTransaction: a native statement in a transaction, against pgx's
// BeginFunc.
func BenchmarkTransaction(b *testing.B) {
	f := setup(b)
	ctx, cancel := context.WithCancel(f.ctx) // as of a request
	defer cancel()
	pool, err := pgxpool.New(ctx, f.pool.Pgx().Config().ConnString())
	require.NoError(b, err)
	defer pool.Close()
	const statement = "UPDATE notes SET text = $1 WHERE id = $2"
	b.Run("Atomic and Native against BeginFunc", func(b *testing.B) {
		interleaved(b, func() error {
			return txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
				return gormango.Native(ctx, f.db, func(conn *pgx.Conn) error {
					_, err := conn.Exec(ctx, statement, "x", 1)
					return err
				})
			})
		}, func() error {
			return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, statement, "x", 1)
				return err
			})
		})
	})
}

// track is a model of the usual width.
type track struct {
	ID                   int64
	Title, Album, Artist string
	Composer             *string
	Milliseconds, Bytes  int
	Price                float64
	Explicit             bool
	CreatedAt, UpdatedAt time.Time
}

// BenchmarkStatement: GORM on our Open against GORM on its own driver, each
// with its own defaults but without a log. A context that can end, as that of a
// request, costs both sides something; the other half runs without one.
func BenchmarkStatement(b *testing.B) {
	quiet := func(c *gorm.Config) { c.Logger = logger.Discard }
	f := setup(b, func(cfg *gormango.Config) { cfg.GORM = quiet })
	config := &gorm.Config{Logger: logger.Discard}
	theirs, err := gorm.Open(postgres.Open(f.pool.Pgx().Config().ConnString()), config)
	require.NoError(b, err)
	sqlDB, err := theirs.DB()
	require.NoError(b, err)
	defer sqlDB.Close()
	require.NoError(b, f.db.AutoMigrate(&track{}))
	require.NoError(b, f.db.Exec("INSERT INTO notes (text) SELECT 'n' || g FROM generate_series(1, 1000) g").Error)
	require.NoError(b, f.db.Exec(`INSERT INTO tracks (title, album, artist, milliseconds, bytes, price, explicit, created_at, updated_at)
		SELECT 'title ' || g, 'album ' || g / 10, 'artist ' || g / 100, g, g, 0.99, false, now(), now() FROM generate_series(1, 1000) g`).Error)
	require.NoError(b, f.db.Exec("ANALYZE").Error)
	find := func(n int) func(db *gorm.DB) error {
		return func(db *gorm.DB) error { return db.Where("id <= ?", n).Find(&[]track{}).Error }
	}
	var key atomic.Int64
	key.Store(1 << 40)
	statements := []struct {
		name string
		run  func(db *gorm.DB) error
	}{
		{"First", func(db *gorm.DB) error { return db.First(&track{}, 500).Error }},
		{"First of 2 columns", func(db *gorm.DB) error { return db.First(&note{}, 500).Error }},
		{"Take", func(db *gorm.DB) error { return db.Take(&track{ID: 400}).Error }},
		{"Find 1", find(1)},
		{"Find 100", find(100)},
		{"Find 1000", find(1000)},
		{"Count", func(db *gorm.DB) error { var n int64; return db.Model(&track{}).Where("id < ?", 10).Count(&n).Error }},
		{"Raw Scan", func(db *gorm.DB) error {
			var n int
			return db.Raw("SELECT milliseconds FROM tracks WHERE id = ?", 5).Scan(&n).Error
		}},
		{"Exec", func(db *gorm.DB) error { return db.Exec("UPDATE notes SET text = ? WHERE id = ?", "v", 8).Error }},
		{"Create and Delete", func(db *gorm.DB) error {
			n := &track{ID: key.Add(1), Title: "t"}
			if err := db.Create(n).Error; err != nil {
				return err
			}
			return db.Delete(n).Error
		}},
		{"Save", func(db *gorm.DB) error { return db.Save(&track{ID: 7, Title: "t", CreatedAt: time.Unix(1, 0)}).Error }},
		{"Updates", func(db *gorm.DB) error { return db.Model(&note{ID: 7}).Updates(note{Text: "u"}).Error }},
		{"Transaction with First", func(db *gorm.DB) error {
			return db.Transaction(func(tx *gorm.DB) error { return tx.First(&track{}, 400).Error })
		}},
		{"Transaction with Exec", func(db *gorm.DB) error {
			return db.Transaction(func(tx *gorm.DB) error { return tx.Exec("UPDATE notes SET text = ? WHERE id = ?", "w", 9).Error })
		}},
	}
	ctx, cancel := context.WithCancel(f.ctx)
	defer cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
	}{{"request", ctx}, {"background", context.Background()}} {
		for _, s := range statements {
			b.Run(c.name+"/"+s.name, func(b *testing.B) {
				interleaved(b, func() error { return s.run(f.db.WithContext(c.ctx)) }, func() error { return s.run(theirs.WithContext(c.ctx)) })
			})
		}
	}
}
