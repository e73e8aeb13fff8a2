package pgpool_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/pgpool"
)

const many = "SELECT generate_series(1, 100000)"

// places runs test with a pool and with a transaction of it.
func places(t *testing.T, test func(t *testing.T, f fixture, ctx context.Context)) {
	t.Helper()
	t.Run("outside", func(t *testing.T) {
		f := setup(t)
		test(t, f, f.ctx)
	})
	t.Run("in a transaction", func(t *testing.T) {
		f := setup(t)
		ctx, tx := f.begin(t)
		defer func() { _ = tx.Rollback() }()
		test(t, f, ctx)
	})
}

// A result costs no goroutine, though its context can end. Not parallel: it
// looks at all goroutines.
func TestAResultStartsNoGoroutine(t *testing.T) {
	places(t, func(t *testing.T, f fixture, ctx context.Context) {
		rows, err := f.pool.QueryContext(ctx, many)
		require.NoError(t, err)
		require.True(t, rows.Next())
		buf := make([]byte, 1<<20)
		require.NotContains(t, string(buf[:runtime.Stack(buf, true)]), "awaitDone")
		require.NoError(t, rows.Close())
	})
}

// The end of its context closes a result that is neither read nor closed:
// outside a transaction the connection goes back, inside one it is free. A
// reader who comes later gets the error, not the end of the rows.
func TestTheEndOfAContextClosesAResult(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, f fixture, ctx context.Context) {
		short, cancel := context.WithCancel(ctx)
		rows, err := f.pool.QueryContext(short, many)
		require.NoError(t, err)
		require.True(t, rows.Next())
		cancel()
		if f.src.Tx(ctx) == nil {
			require.Eventually(t, func() bool { return f.pool.Pgx().Stat().AcquiredConns() == 0 }, 5*time.Second, time.Millisecond)
		} else {
			require.Eventually(t, func() bool {
				_, err := f.pool.ExecContext(ctx, "SELECT 1")
				return !errors.Is(err, pgpool.ErrConnBusy)
			}, 5*time.Second, time.Millisecond)
		}
		var n int
		require.NoError(t, rows.Scan(&n), "the row that was there")
		require.False(t, rows.Next())
		require.ErrorIs(t, rows.Err(), context.Canceled)

		_, err = f.pool.QueryContext(short, many)
		require.Equal(t, context.Canceled, err)
	})
}

// A result that is not closed is forgotten with its transaction or context, on
// the side of database/sql too.
func TestALostResultIsForgotten(t *testing.T) {
	t.Parallel()
	forgotten := func(f fixture) {
		require.Eventually(t, func() bool { runtime.GC(); return f.pool.Shells() == 0 }, 10*time.Second, 10*time.Millisecond)
	}
	lose := func(f fixture, ctx context.Context) {
		rows, err := f.pool.QueryContext(ctx, many)
		require.NoError(t, err)
		require.True(t, rows.Next())
		require.Equal(t, 1, f.pool.Shells())
	}
	places(t, func(t *testing.T, f fixture, ctx context.Context) {
		short, cancel := context.WithCancel(ctx)
		lose(f, short)
		cancel()
		forgotten(f)
	})
	f := setup(t)
	ctx, tx := f.begin(t)
	lose(f, ctx)
	require.NoError(t, tx.Rollback())
	forgotten(f)
}

type panics struct{}

func (panics) Value() (driver.Value, error) { panic("in Value") }

// An argument that panics keeps no connection.
func TestAnArgumentThatPanics(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	for range 2 {
		require.PanicsWithValue(t, "in Value", func() { _, _ = f.pool.QueryContext(f.ctx, "SELECT $1::text", panics{}) })
	}
	require.Zero(t, f.pool.Pgx().Stat().AcquiredConns())
}

// Named arguments go by their order, as in database/sql, and the caller's list
// stays.
func TestNamedArguments(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, f fixture, ctx context.Context) {
		args := []any{1, sql.Named("b", 2)}
		rows, err := f.pool.QueryContext(ctx, "SELECT $1::int + $2::int", args...)
		require.NoError(t, err)
		var sum int
		require.True(t, rows.Next())
		require.NoError(t, rows.Scan(&sum))
		require.Equal(t, 3, sum)
		require.NoError(t, rows.Close())
		require.Equal(t, []any{1, sql.Named("b", 2)}, args)
	})
}
