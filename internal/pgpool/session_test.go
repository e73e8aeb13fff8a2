package pgpool_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/pgpool"
)

func TestManyCancelsKeepTheirConnections(t *testing.T) {
	t.Parallel()
	n := longtest.Count(100, 1000)
	f := setup(t, func(cfg *gormango.Config) { cfg.Pool.Max = 20 })
	queue := make(chan int, n)
	for i := range n {
		queue <- i
	}
	close(queue)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for i := range queue {
				ctx, cancel := context.WithTimeout(f.ctx, time.Duration(1+i%7)*time.Millisecond)
				var err error
				if i%2 == 0 {
					err = f.db.WithContext(ctx).Exec("SELECT pg_sleep(5)").Error
				} else {
					err = f.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return tx.Exec("SELECT pg_sleep(5)").Error })
				}
				cancel()
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Less(t, f.pool.Pgx().Stat().NewConnsCount(), int64(30))
}

// A context that ends at any moment leaves neither a connection nor half of a
// transaction behind.
func TestRandomEndsOfContext(t *testing.T) {
	t.Parallel()
	f := setup(t, func(cfg *gormango.Config) { cfg.Pool.Max = 4 })
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 25 {
				ctx, cancel := context.WithTimeout(f.ctx, time.Duration((worker*25+i)*50)*time.Microsecond)
				tx, err := f.src.Begin(ctx, pgx.TxOptions{})
				if err != nil {
					cancel()
					continue
				}
				inner := pgpool.WithTx(ctx, tx)
				rows, err := f.db.WithContext(inner).Raw("INSERT INTO notes (text) VALUES (NULL), (NULL) RETURNING id").Rows()
				if err == nil {
					rows.Next()
					if i%2 == 0 {
						_ = rows.Close()
					} else {
						defer rows.Close()
					}
				}
				if tx.Commit() != nil {
					_ = tx.Rollback()
				}
				cancel()
			}
		})
	}
	wg.Wait()
	require.Zero(t, f.count(t)%2, "both rows of a statement or none")
}
