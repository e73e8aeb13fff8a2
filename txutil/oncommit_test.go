package txutil_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/txutil"
)

func TestOnCommitOrderAndSavepoints(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	var ran []string
	on := func(ctx context.Context, name string) {
		require.NoError(t, txutil.OnCommit(ctx, db, func(ctx context.Context) error {
			require.False(t, txutil.InTransaction(ctx, db))
			require.Equal(t, []string{"a"}, names(t, db.WithContext(ctx)), "the commit is done")
			ran = append(ran, name)
			return nil
		}))
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		on(ctx, "1")
		require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { on(ctx, "dropped"); return errBoom }))
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { on(ctx, "2"); return nil }))
		require.Error(t, db.WithContext(ctx).Transaction(func(*gorm.DB) error { on(ctx, "dropped by GORM's block"); return errBoom }))
		on(ctx, "3")
		require.Empty(t, ran)
		return db.WithContext(ctx).Create(&Order{Name: "a"}).Error
	}))
	require.Equal(t, []string{"1", "2", "3"}, ran)

	require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { on(ctx, "rolled back"); return errBoom }))
	on(ctx, "at once")
	require.Equal(t, "at once", ran[len(ran)-1])
	require.Len(t, ran, 4)
}

func TestOnCommitFails(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	late := func(context.Context) error { t.Error("after a failure"); return nil }
	for name, block := range map[string]func(func(context.Context) error) error{
		"Atomic": func(fn func(context.Context) error) error { return txutil.Atomic(ctx, db, fn) },
		"db.Transaction": func(fn func(context.Context) error) error {
			return db.Transaction(func(tx *gorm.DB) error {
				return txutil.Atomic(ctx, tx, fn)
			})
		},
	} {
		err := block(func(ctx context.Context) error {
			require.NoError(t, txutil.OnCommit(ctx, db, func(context.Context) error { return errBoom }))
			require.NoError(t, txutil.OnCommit(ctx, db, late))
			return db.WithContext(ctx).Create(&Order{Name: name}).Error
		})
		var after *txutil.AfterCommitError
		require.ErrorAs(t, err, &after, name)
		require.ErrorIs(t, err, errBoom)
		require.EqualError(t, err, "txutil: the transaction was committed, a callback after it failed: boom")
		require.Contains(t, names(t, db), name, "saved")
	}
	plain := errors.New("plain")
	require.Equal(t, plain, txutil.OnCommit(ctx, db, func(context.Context) error { return plain }))
}

func TestOnCommitPanics(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.PanicsWithValue(t, "after", func() {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.OnCommit(ctx, db, func(context.Context) error { panic("after") }))
			return db.WithContext(ctx).Create(&Order{Name: "a"}).Error
		})
	})
	require.Equal(t, []string{"a"}, names(t, db))
}

func TestOnCommitMayOpenABlock(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return txutil.OnCommit(ctx, db, func(ctx context.Context) error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return db.WithContext(ctx).Create(&Order{Name: "next"}).Error
			}, txutil.Durable())
		})
	}))
	require.Equal(t, []string{"next"}, names(t, db))
}
