package txutil_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// foreign returns a database opened by gorm.Open.
func foreign(t *testing.T) (context.Context, *gorm.DB) {
	t.Helper()
	db, err := gorm.Open(postgres.Open(repotest.URL(t)), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		pool, err := db.DB()
		require.NoError(t, err)
		require.Zero(t, pool.Stats().InUse, "a transaction was left open")
		require.NoError(t, pool.Close())
	})
	require.NoError(t, db.AutoMigrate(&Order{}, &Line{}))
	return context.Background(), db
}

func TestForeignAtomic(t *testing.T) {
	t.Parallel()
	ctx, db := foreign(t)
	orders := repo.New[Order](db)
	var said []string
	say := func(what string) func(context.Context) error {
		return func(ctx context.Context) error {
			require.False(t, txutil.InTransaction(ctx, db))
			said = append(said, what)
			return nil
		}
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.True(t, txutil.InTransaction(ctx, db))
		require.False(t, txutil.InTransaction(txutil.Without(ctx), db))
		require.NoError(t, orders.Create(ctx, &Order{Name: "kept"}))
		require.NoError(t, txutil.OnCommit(ctx, db, say("outer")))
		lost := &Order{Name: "lost"}
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.OnCommit(ctx, db, say("inner")))
			require.NoError(t, orders.Create(ctx, lost))
			return errBoom
		}), errBoom)
		require.Zero(t, lost.ID, "the key is put back")
		require.NoError(t, txutil.DB(ctx, db).Create(&Order{Name: "gorm"}).Error)
		// A failed statement in a block spoils only that block.
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			return orders.Create(ctx, &Order{Name: "kept"})
		}), gorm.ErrDuplicatedKey)
		return nil
	}))
	require.Equal(t, []string{"kept", "gorm"}, names(t, db))
	require.Equal(t, []string{"outer"}, said)

	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, orders.Create(ctx, &Order{Name: "x"}))
		return errBoom
	}), errBoom)
	require.Panics(t, func() {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, orders.Create(ctx, &Order{Name: "y"}))
			panic("boom")
		})
	})
	require.Equal(t, []string{"kept", "gorm"}, names(t, db))
}

func TestForeignTransactionOfGORM(t *testing.T) {
	t.Parallel()
	ctx, db := foreign(t)
	require.ErrorIs(t, db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, txutil.Atomic(ctx, tx, func(ctx context.Context) error {
			return repo.New[Order](db).Create(ctx, &Order{Name: "x"})
		}))
		require.Equal(t, []string{"x"}, names(t, tx))
		return errBoom
	}), errBoom)
	require.Empty(t, names(t, db))

	lost := &Order{Name: "lost"}
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		require.ErrorIs(t, txutil.Atomic(ctx, tx, func(ctx context.Context) error {
			require.NoError(t, repo.New[Order](tx).Create(ctx, lost))
			return errBoom
		}), errBoom)
		return nil
	}))
	require.Zero(t, lost.ID, "the key is put back")
}

func TestForeignOptions(t *testing.T) {
	t.Parallel()
	ctx, db := foreign(t)
	level := func(ctx context.Context) (got string) {
		require.NoError(t, txutil.DB(ctx, db).Raw("SHOW transaction_isolation").Scan(&got).Error)
		return got
	}
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.Equal(t, "serializable", level(ctx))
		require.ErrorIs(t, txutil.Atomic(ctx, db, nil, txutil.Durable()), txutil.ErrDurable)
		require.ErrorContains(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			return repo.New[Order](db).Create(ctx, &Order{Name: "x"})
		}), "25006")
		return nil
	}, txutil.Isolation(txutil.Serializable), txutil.ReadOnly(), txutil.Durable()))
	require.ErrorIs(t, txutil.Atomic(ctx, db, nil, txutil.Deferrable()), gormango.ErrNotOpened)
	require.ErrorIs(t, txutil.SetLocal(ctx, db, "work_mem", "1MB"), gormango.ErrNotOpened)
}
