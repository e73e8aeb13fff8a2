package txutil_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

func TestSetLocal(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.ErrorIs(t, txutil.SetLocal(ctx, db, "app.tenant", "7"), txutil.ErrNoTransaction)
	show := func(ctx context.Context) (got string) {
		require.NoError(t, db.WithContext(ctx).Raw("SELECT coalesce(current_setting('app.tenant', true), '')").Scan(&got).Error)
		return got
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, txutil.SetLocal(ctx, db, "app.tenant", "it's 7"))
		require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.SetLocal(ctx, db, "app.tenant", "8"))
			require.Equal(t, "8", show(ctx))
			return errBoom
		}))
		require.Equal(t, "it's 7", show(ctx))
		require.NoError(t, txutil.SetLocal(ctx, db, "lock_timeout", "2s"))
		return nil
	}))
	require.Empty(t, show(ctx), "gone with the transaction")
	require.ErrorContains(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return txutil.SetLocal(ctx, db, "no_such_parameter", "1")
	}), "no_such_parameter")
}

func TestAdvisoryLock(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, gormango.Close(db)) }()
	require.ErrorIs(t, txutil.AdvisoryLock(ctx, db, 7), txutil.ErrNoTransaction)

	took := make(chan error, 1)
	require.NoError(t, txutil.Atomic(ctx, db, func(inside context.Context) error {
		require.NoError(t, txutil.AdvisoryLock(inside, db, 7))
		require.NoError(t, txutil.AdvisoryLock(inside, db, 7), "again is free")
		require.ErrorContains(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.AdvisoryLock(ctx, db, 8), "another key")
			require.NoError(t, txutil.SetLocal(ctx, db, "lock_timeout", "20ms"))
			return txutil.AdvisoryLock(ctx, db, 7)
		}), "55P03")
		go func() {
			took <- txutil.Atomic(ctx, db, func(ctx context.Context) error { return txutil.AdvisoryLock(ctx, db, 7) })
		}()
		select {
		case <-took:
			t.Error("two hold the lock")
		case <-time.After(50 * time.Millisecond):
		}
		return nil
	}))
	require.NoError(t, <-took)
}
