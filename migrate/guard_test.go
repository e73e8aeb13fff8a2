package migrate_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
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
			// The process that lost the lock may have noted that it could not go on.
			applied := slices.DeleteFunc(logged(t, db), func(line string) bool { return strings.HasPrefix(line, "failed ") })
			require.Len(t, applied, len(history(t, db)), "each is applied once")
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

// The process that holds the lock is named to those that wait.
func TestHolderIsNamed(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	first := named(t, url, "deployment 7")
	db := open(t, url)
	s := loadSet(t, shopFiles())
	asked := false
	_, err := migrate.Up(ctx, first, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "statement" && !asked {
			asked = true
			_, err := migrate.Up(ctx, db, s, migrate.MaxWait(100*time.Millisecond))
			require.ErrorIs(t, err, migrate.ErrBusy)
			require.ErrorContains(t, err, "another process is migrating: process ")
			require.ErrorContains(t, err, "(deployment 7), for 00:00:0")
			_, err = migrate.Up(ctx, db, loadSet(t, map[string]string{}), migrate.History("", "other"))
			require.NoError(t, err, "another history")
		}
	}))
	require.NoError(t, err)
	require.True(t, asked)
}

// A role that may not create tables migrates rows.
func TestHistoryOfARoleWithoutCreate(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	db := open(t, url)
	texts := shopFiles()
	texts["0004_rows.sql"] = fileText("-- +gormango id shop/0004_rows after shop/0003_note", "INSERT INTO orders VALUES (1);", "")
	s := loadSet(t, texts)
	_, err := newRunner(t, db, s).Up(ctx, "0003")
	require.NoError(t, err)
	run(t, db, `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gormango_test_rows') THEN CREATE ROLE gormango_test_rows; END IF; END $$`,
		`REVOKE CREATE ON SCHEMA public FROM PUBLIC`, `GRANT ALL ON ALL TABLES IN SCHEMA public TO gormango_test_rows`, `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO gormango_test_rows`)
	t.Cleanup(func() { run(t, db, `DROP OWNED BY gormango_test_rows`) })
	limited, err := gormango.Open(ctx, gormango.Config{URL: url, Pgx: func(c *pgxpool.Config) error {
		c.ConnConfig.RuntimeParams["role"] = "gormango_test_rows"
		return nil
	}})
	require.NoError(t, err)
	defer gormango.Close(limited)
	_, err = migrate.Up(ctx, limited, s)
	require.NoError(t, err)
	require.Contains(t, names(t, db, `SELECT by FROM schema_history WHERE id = 'shop/0004_rows'`)[0], "gormango_test_rows on ")
}

// A run that has lost the lock takes it again before its next migration.
func TestLostLockIsTakenAgain(t *testing.T) {
	t.Parallel()
	db := setup(t)
	var seen []string
	_, err := migrate.Up(t.Context(), db, loadSet(t, shopFiles()), migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "done" && e.ID == "shop/0001_initial" {
			require.Len(t, names(t, db, endGuard), 1)
		}
		if e.Kind != "statement" {
			seen = append(seen, e.Kind+" "+string(e.ID))
		}
	}))
	require.NoError(t, err)
	require.Equal(t, []string{"start shop/0001_initial", "done shop/0001_initial", "retry ", "start shop/0002_channel", "done shop/0002_channel",
		"start shop/0003_note", "done shop/0003_note"}, seen)
}
