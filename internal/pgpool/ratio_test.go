package pgpool_test

import (
	"context"
	"slices"
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

// interleaved runs ours and theirs in turns, so that both meet the same noise of the machine, and
// reports the ratio of their medians.
func interleaved(b *testing.B, ours, theirs func() error) {
	b.Helper()
	sides := [2]func() error{ours, theirs}
	var took [2][]time.Duration
	for range 50 {
		for _, run := range sides {
			require.NoError(b, run())
		}
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
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTransaction: a native statement in a transaction, against pgx's BeginFunc.
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

// BenchmarkStatement: GORM on our Open against GORM on its own driver, with the same settings.
func BenchmarkStatement(b *testing.B) {
	quiet := func(c *gorm.Config) { c.Logger = logger.Discard }
	f := setup(b, func(cfg *gormango.Config) { cfg.GORM = quiet })
	config := &gorm.Config{Logger: logger.Discard}
	theirs, err := gorm.Open(postgres.Open(f.pool.Pgx().Config().ConnString()), config)
	require.NoError(b, err)
	sqlDB, err := theirs.DB()
	require.NoError(b, err)
	defer sqlDB.Close()
	require.NoError(b, f.db.Exec("INSERT INTO notes (text) SELECT 'n' || g FROM generate_series(1, 1000) g").Error)
	ctx, cancel := context.WithCancel(f.ctx)
	defer cancel()
	for name, run := range map[string]func(db *gorm.DB) error{
		"First":   func(db *gorm.DB) error { return db.First(&note{}, 500).Error },
		"Find100": func(db *gorm.DB) error { return db.Limit(100).Find(&[]note{}).Error },
		"Update":  func(db *gorm.DB) error { return db.Model(&note{ID: 7}).Update("text", "u").Error },
		"Exec":    func(db *gorm.DB) error { return db.Exec("UPDATE notes SET text = ? WHERE id = ?", "v", 8).Error },
		"Transaction": func(db *gorm.DB) error {
			return db.Transaction(func(tx *gorm.DB) error { return tx.First(&note{}, 400).Error })
		},
	} {
		b.Run(name, func(b *testing.B) {
			interleaved(b, func() error { return run(f.db.WithContext(ctx)) }, func() error { return run(theirs.WithContext(ctx)) })
		})
	}
}
