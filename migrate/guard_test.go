package migrate_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// endGuard ends the connection that holds the lock.
const endGuard = `SELECT pg_terminate_backend(pid)::text FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// The connection with the lock is lost in the middle of a step, and another
// process begins. The step is done once.
func TestGuardIsLost(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(hook func()) *migrate.Set{
		"in a transaction": func(func()) *migrate.Set {
			texts := shopFiles()
			texts["0004_more.sql"] = columnFile("shop/0004_more", "shop/0003_note", "orders", "more")
			return loadSet(t, texts)
		},
		"in Go": func(hook func()) *migrate.Set {
			return goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
				return touch(b, 1, func(k migrate.Range) error {
					if k.To == int64(3) {
						hook()
					}
					return nil
				})(ctx)
			}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := setup(t), context.Background()
			var once atomic.Bool
			var s *migrate.Set
			second := make(chan error, 1)
			begin := func() {
				if once.CompareAndSwap(false, true) {
					require.Len(t, names(t, db, endGuard), 1)
					go func() {
						_, err := migrate.Up(ctx, db, s)
						second <- err
					}()
				}
			}
			s = set(begin)
			before, err := newRunner(t, db, s).Up(ctx, "0003")
			require.NoError(t, err)
			require.Len(t, before.Applied, 3)
			fillOrders(t, db, 6)
			_, err = newRunner(t, db, s, migrate.OnEvent(func(e migrate.Event) {
				if name == "in a transaction" && e.Kind == "statement" {
					begin()
				}
			})).Up(ctx)
			require.NoError(t, err)
			require.NoError(t, <-second)
			require.Len(t, logged(t, db), len(history(t, db)), "each is applied once")
			if name == "in Go" {
				require.Equal(t, []string{"x"}, names(t, db, "SELECT DISTINCT note FROM orders"))
			}
		})
	}
}

// The transaction with the lock holds neither a snapshot nor a number, so that
// it delays neither VACUUM nor a concurrent index build.
func TestGuardHoldsNoSnapshot(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	looked := false
	_, err := migrate.Up(ctx, db, loadSet(t, shopFiles()), migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "statement" {
			looked = true
			require.Equal(t, []string{"true"}, names(t, db, `SELECT (backend_xid IS NULL AND backend_xmin IS NULL)::text FROM pg_stat_activity WHERE pid = (
	SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`))
		}
	}))
	require.NoError(t, err)
	require.True(t, looked)
}
