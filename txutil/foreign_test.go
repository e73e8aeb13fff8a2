package txutil_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
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

// GORM's commit is not known, so the callback could not run.
func TestForeignOnCommitInATransactionOfGORM(t *testing.T) {
	t.Parallel()
	ctx, db := foreign(t)
	never := func(context.Context) error { return errors.New("it ran") }
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		require.ErrorIs(t, txutil.OnCommit(ctx, tx, never), gormango.ErrNotOpened)
		return txutil.Atomic(ctx, tx, func(ctx context.Context) error {
			require.ErrorIs(t, txutil.OnCommit(ctx, db, never), gormango.ErrNotOpened)
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				require.ErrorIs(t, txutil.OnCommit(ctx, db, never), gormango.ErrNotOpened)
				return nil
			})
		})
	}))
	ran := 0
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		handle := txutil.DB(ctx, db) // of a transaction that Atomic began
		return txutil.Atomic(context.Background(), handle, func(ctx context.Context) error {
			return txutil.OnCommit(ctx, db, func(context.Context) error { ran++; return nil })
		})
	}))
	require.Equal(t, 1, ran)
}

// What each block of goroutines was told is what is stored, or the outer block
// failed.
func TestForeignSiblings(t *testing.T) {
	t.Parallel()
	for round := range longtest.Count(10, 100) {
		ctx, db := foreign(t)
		orders := repo.New[Order](db)
		var mu sync.Mutex
		told := map[string]bool{}
		say := func(name string, err error) {
			mu.Lock()
			defer mu.Unlock()
			told[name] = err == nil
		}
		block := func(ctx context.Context, db *gorm.DB, name string) error {
			return txutil.Atomic(ctx, db, func(ctx context.Context) error {
				if err := orders.Create(ctx, &Order{Name: name}); err != nil || rand.N(3) > 0 {
					return err
				}
				return errBoom
			})
		}
		work := func(ctx context.Context, db *gorm.DB) error {
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					name := fmt.Sprint("item ", i)
					switch {
					case round%3 == 0 && i == 0:
						say(name, orders.Create(ctx, &Order{Name: name})) // of the outer block
					case round%3 == 1 && i == 0:
						say(name, errors.Join(txutil.Atomic(ctx, db, func(context.Context) error { // by the wrong context
							return errors.Join(block(ctx, db, name+" inside"), errBoom)
						})))
					default:
						say(name, block(ctx, db, name))
					}
				})
			}
			wg.Wait()
			return nil
		}
		var outer error
		if round%2 == 0 {
			outer = txutil.Atomic(ctx, db, func(ctx context.Context) error { return work(ctx, db) })
		} else {
			outer = db.Transaction(func(tx *gorm.DB) error { return work(ctx, tx) })
		}
		stored := names(t, db)
		if outer != nil {
			require.Empty(t, stored)
			continue
		}
		for name, done := range told {
			require.Equal(t, done, slices.Contains(stored, name), "round %d: %s", round, name)
		}
	}
}

func TestForeignBlockWithoutSavepointFails(t *testing.T) {
	t.Parallel()
	ctx, db := foreign(t)
	half := func(ctx context.Context, db *gorm.DB) error {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, txutil.DB(ctx, db).Create(&Order{Name: "half"}).Error)
			return errBoom
		}, txutil.WithoutSavepoint())
		return nil
	}
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error { return half(ctx, db) }), errBoom)
	require.Error(t, db.Transaction(func(tx *gorm.DB) error { return half(ctx, tx) }))
	require.Empty(t, names(t, db))
}
