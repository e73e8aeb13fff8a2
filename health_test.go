package gormango_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{})
	require.NoError(t, gormango.Health(ctx, db))
	require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		err := db.WithContext(ctx).Exec("SELECT nonsense").Error
		require.NoError(t, gormango.Health(ctx, db), "outside of the transaction, which refuses everything now")
		return err
	}))
	require.NoError(t, gormango.Close(db))
	require.ErrorIs(t, gormango.Health(ctx, db), gormango.ErrClosed)
}

func TestHealthWithoutAServer(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{URL: "postgres://ann:s3cret@127.0.0.1:1/library", Lazy: true})
	err := gormango.Health(ctx, db)
	require.ErrorContains(t, err, `gormango: cannot open database "library" on 127.0.0.1:1 as user "ann": `)
	require.NotContains(t, err.Error(), "s3cret")
	var connect *pgconn.ConnectError
	require.ErrorAs(t, err, &connect)
}

// The wait for a connection has an end, and its error describes the pool.
func TestPoolTimeout(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1, AcquireTimeout: 100 * time.Millisecond}})
	require.NoError(t, gormango.Native(ctx, db, func(*pgx.Conn) error {
		for _, call := range []func() error{
			func() error { return db.Exec("SELECT 1").Error },
			func() error { return db.Raw("SELECT 1").Scan(new(int)).Error },
			func() error { return db.Begin().Error },
			func() error { return gormango.Health(ctx, db) },
			func() error {
				sqlDB, err := db.DB()
				require.NoError(t, err)
				return sqlDB.Ping()
			},
		} {
			err := call()
			var timeout *gormango.PoolTimeoutError
			require.ErrorAs(t, err, &timeout)
			require.Equal(t, []any{100 * time.Millisecond, int32(1), int32(1)}, []any{timeout.Waited, timeout.Max, timeout.Acquired})
			require.ErrorIs(t, err, gormango.ErrPoolExhausted)
			require.ErrorContains(t, err, "gormango: no connection within 100ms: 1 of the pool's 1 are in use")
			require.ErrorContains(t, err, "health_test.go:", "who holds it")
			require.False(t, gormango.IsRetryable(err))
		}
		short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, db.WithContext(short).Exec("SELECT 1").Error, context.DeadlineExceeded, "the caller's own")
		return nil
	}))
	require.Equal(t, int64(5), gormango.Stats(db).Timeouts)
	require.NoError(t, db.Exec("SELECT 1").Error)
}
