package txutil_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/txutil"
)

func TestOptionsReachTheServer(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	for setting, c := range map[string]struct {
		want string
		opts []txutil.Option
	}{
		"transaction_isolation":  {"serializable", []txutil.Option{txutil.Isolation(txutil.Serializable)}},
		"transaction_read_only":  {"on", []txutil.Option{txutil.ReadOnly()}},
		"transaction_deferrable": {"on", []txutil.Option{txutil.Isolation(txutil.Serializable), txutil.ReadOnly(), txutil.Deferrable()}},
	} {
		show := func(opts ...txutil.Option) (got string) {
			require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				return db.WithContext(ctx).Raw("SHOW " + setting).Scan(&got).Error
			}, opts...), setting)
			return got
		}
		require.Equal(t, c.want, show(c.opts...), setting)
		require.NotEqual(t, c.want, show(), "%s: not set for the next block", setting)
	}
	for _, level := range []txutil.Level{txutil.ReadCommitted, txutil.RepeatableRead} {
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			var got string
			require.NoError(t, db.WithContext(ctx).Raw("SHOW transaction_isolation").Scan(&got).Error)
			require.Equal(t, string(level), got)
			return nil
		}, txutil.Isolation(level)))
	}
	require.ErrorContains(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return db.WithContext(ctx).Create(&Order{Name: "a"}).Error
	}, txutil.ReadOnly()), "25006")
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	never := func(context.Context) error { t.Error("it ran"); return nil }
	require.EqualError(t, txutil.Atomic(ctx, db, never, txutil.Isolation("chaos; DROP TABLE orders")),
		`txutil: isolation level "chaos; DROP TABLE orders" is unknown (use ReadCommitted, RepeatableRead or Serializable)`)
	require.EqualError(t, txutil.Atomic(ctx, db, never, txutil.Retry(0)), "txutil: Retry needs at least one attempt")
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		for name, opt := range map[string]txutil.Option{
			"Isolation": txutil.Isolation(txutil.ReadCommitted), "ReadOnly": txutil.ReadOnly(),
			"Deferrable": txutil.Deferrable(), "Retry": txutil.Retry(2),
		} {
			require.ErrorIs(t, txutil.Atomic(ctx, db, never, opt), txutil.ErrOutermost, name)
			require.ErrorIs(t, txutil.Atomic(ctx, db, never, opt, txutil.WithoutSavepoint()), txutil.ErrOutermost, name)
		}
		require.ErrorIs(t, txutil.Atomic(ctx, db, never, txutil.Durable(), txutil.WithoutSavepoint()), txutil.ErrDurable)
		return db.WithContext(ctx).Create(&Order{Name: "a"}).Error
	}))
	require.Equal(t, []string{"a"}, names(t, db))
}

func TestWithoutSavepoint(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	create := func(name string, end error) func(context.Context) error {
		return func(ctx context.Context) error {
			return errors.Join(db.WithContext(ctx).Create(&Order{Name: name}).Error, end)
		}
	}
	require.NoError(t, txutil.Atomic(ctx, db, create("outermost", nil), txutil.WithoutSavepoint()), "an ordinary transaction there")
	require.ErrorIs(t, txutil.Atomic(ctx, db, create("rolled back", errBoom), txutil.WithoutSavepoint()), errBoom)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return txutil.Atomic(ctx, db, create("joined", nil), txutil.WithoutSavepoint())
	}))
	require.Equal(t, []string{"outermost", "joined"}, names(t, db))

	// Its failure breaks the block around it, although that hides the error.
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.ErrorIs(t, txutil.Atomic(ctx, db, create("half", errBoom), txutil.WithoutSavepoint()), errBoom)
		err := db.WithContext(ctx).Create(&Order{Name: "later"}).Error
		require.EqualError(t, err, "gormango: the block must roll back, a block inside it without a savepoint failed (return its error): boom")
		return nil
	})
	require.ErrorIs(t, err, errBoom)
	require.ErrorContains(t, err, "the block must roll back")

	// A savepoint around it limits the damage.
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			_ = txutil.Atomic(ctx, db, create("half", errBoom), txutil.WithoutSavepoint())
			return nil
		}), errBoom)
		return create("after", nil)(ctx)
	}))

	require.Panics(t, func() {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.Panics(t, func() {
				_ = txutil.Atomic(ctx, db, func(context.Context) error { panic("boom") }, txutil.WithoutSavepoint())
			})
			require.ErrorContains(t, db.WithContext(ctx).Exec("SELECT 1").Error, "it ended by a panic")
			panic("out")
		})
	})
	require.Equal(t, []string{"outermost", "joined", "after"}, names(t, db))
}
