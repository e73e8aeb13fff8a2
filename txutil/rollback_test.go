package txutil_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
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

// Another goroutine may be using the object of its create, so the rollback of a
// block that was open meanwhile leaves the object alone: its own block must roll
// back too, and clears it then.
func TestRollbackBesideTheObjectsOfOthers(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) (context.Context, *gorm.DB){
		"gormango.Open": func(t *testing.T) (context.Context, *gorm.DB) { return setup(t) }, "gorm.Open": foreign,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, db := open(t)
			orders, order := repo.New[Order](db), &Order{Name: "outer"}
			require.Error(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
				begun, written, ended := make(chan bool), make(chan bool), make(chan error)
				go func() {
					ended <- txutil.Atomic(ctx, db, func(context.Context) error {
						close(begun)
						<-written
						return errBoom
					})
				}()
				<-begun
				require.NoError(t, orders.Create(ctx, order))
				close(written)
				require.ErrorIs(t, <-ended, errBoom)
				require.NotZero(t, order.ID, "its block is still open")
				return nil
			}))
			require.Zero(t, order.ID)
		})
	}
}

// What a failed create has restored is restored once: the key that the caller
// gave the object since stays when the transaction rolls back.
func TestRollbackAfterAFailedCreate(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	orders := repo.New[Order](db)
	require.NoError(t, orders.Create(ctx, &Order{ID: 1, Name: "first"}))
	for name, create := range map[string]func(ctx context.Context, o *Order) error{
		"Create":     func(ctx context.Context, o *Order) error { return orders.Create(ctx, o) },
		"BulkCreate": func(ctx context.Context, o *Order) error { return orders.BulkCreate(ctx, []*Order{o}) },
	} {
		order := &Order{Name: "second"}
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			order.ID = 1 // taken
			require.Error(t, create(ctx, order), name)
			order.ID = 7
			return errBoom
		}), errBoom)
		require.EqualValues(t, 7, order.ID, name)
	}
}
