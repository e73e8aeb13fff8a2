package txutil_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

func TestSetRollback(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.ErrorIs(t, txutil.SetRollback(ctx, db), txutil.ErrNoTransaction)
	require.ErrorIs(t, txutil.SetRollback(ctx, &gorm.DB{}), gormango.ErrNotOpened)

	var ended context.Context
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		ended = ctx
		require.NoError(t, txutil.OnCommit(ctx, db, func(context.Context) error { t.Error("committed"); return nil }))
		require.NoError(t, txutil.SetRollback(ctx, db))
		require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "trial"}).Error, "statements go on")
		require.Equal(t, []string{"trial"}, names(t, db.WithContext(ctx)))
		return nil
	}))
	require.Empty(t, names(t, db))
	require.ErrorIs(t, txutil.SetRollback(ended, db), sql.ErrTxDone)

	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.SetRollback(ctx, db))
			return db.WithContext(ctx).Create(&Order{Name: "inner"}).Error
		}))
		return db.WithContext(ctx).Create(&Order{Name: "outer"}).Error
	}))
	require.Equal(t, []string{"outer"}, names(t, db), "the innermost block alone")
}

func TestAfterRollback(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	var ran []string
	after := func(ctx context.Context, name string) {
		require.NoError(t, txutil.AfterRollback(ctx, db, func(ctx context.Context) {
			require.NoError(t, ctx.Err(), "usable for cleaning up")
			require.False(t, txutil.InTransaction(ctx, db))
			ran = append(ran, name)
		}))
	}
	after(ctx, "outside")
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		after(ctx, "committed")
		require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			after(ctx, "1")
			require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { after(ctx, "2"); return nil }))
			return errBoom
		}))
		require.Equal(t, []string{"2", "1"}, ran, "at the end of the block that rolled back")
		return nil
	}))
	require.Equal(t, []string{"2", "1"}, ran)

	cancelled, cancel := context.WithCancel(ctx)
	require.ErrorIs(t, txutil.Atomic(cancelled, db, func(ctx context.Context) error {
		after(ctx, "cancelled")
		cancel()
		return nil
	}), context.Canceled)
	require.Equal(t, []string{"2", "1", "cancelled"}, ran)
	require.ErrorIs(t, txutil.AfterRollback(ctx, &gorm.DB{}, func(context.Context) {}), gormango.ErrNotOpened)
}
