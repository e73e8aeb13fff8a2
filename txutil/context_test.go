package txutil_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

func TestDB(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		bound := txutil.DB(ctx, db)
		require.NoError(t, bound.Create(&Order{Name: "a"}).Error)
		require.NoError(t, bound.WithContext(context.Background()).Create(&Order{Name: "b"}).Error, "whatever the context")
		require.Equal(t, []string{"a", "b"}, names(t, bound))
		return errBoom
	}), errBoom)
	require.Empty(t, names(t, db), "db itself is not bound")
	require.NoError(t, txutil.DB(ctx, db).Create(&Order{Name: "c"}).Error)
	require.Equal(t, []string{"c"}, names(t, db))
}

func TestWithout(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	second, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, gormango.Close(second)) }()
	require.NoError(t, second.AutoMigrate(&Order{}, &Line{}))
	require.ErrorIs(t, txutil.Atomic(ctx, second, func(ctx context.Context) error {
		outside := txutil.Without(ctx)
		require.False(t, txutil.InTransaction(outside, second))
		require.True(t, txutil.InTransaction(ctx, second))
		require.False(t, txutil.InTransaction(ctx, db), "a transaction of another database")
		require.NoError(t, second.WithContext(outside).Create(&Order{Name: "audit"}).Error)
		require.NoError(t, txutil.Atomic(outside, second, func(ctx context.Context) error {
			return second.WithContext(ctx).Create(&Order{Name: "audit 2"}).Error
		}))
		require.NoError(t, second.WithContext(ctx).Create(&Order{Name: "lost"}).Error)
		return errBoom
	}), errBoom)
	require.Equal(t, []string{"audit", "audit 2"}, names(t, second))
	require.Equal(t, ctx, txutil.Without(ctx))
}
