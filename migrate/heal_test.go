package migrate_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

func indexSet(t testing.TB) *migrate.Set {
	texts := shopFiles()
	texts["0004_index.sql"] = indexFile
	return loadSet(t, texts)
}

// invalid leaves an invalid index, as a build that lock_timeout or a kill ended.
func invalid(t testing.TB, db *gorm.DB, sql string) {
	t.Helper()
	blocker := db.Begin()
	require.NoError(t, blocker.Exec("INSERT INTO orders VALUES (-1)").Error)
	require.Error(t, gormango.Dedicated(t.Context(), db, func(conn *pgx.Conn) error {
		_, err := conn.Exec(t.Context(), "SET lock_timeout = '50ms'")
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), sql)
		return err
	}))
	require.NoError(t, blocker.Rollback().Error)
	require.NotEmpty(t, invalids(t, db))
}

func invalids(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	return names(t, db, `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1`)
}

func TestInvalidIndexIsBuiltAgain(t *testing.T) {
	t.Parallel()
	for name, running := range map[string]bool{"of a crashed run": true, "of another tool": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := setup(t), context.Background()
			s := indexSet(t)
			r := newRunner(t, db, s)
			_, err := r.Up(ctx, "0003")
			require.NoError(t, err)
			invalid(t, db, "CREATE INDEX CONCURRENTLY orders_note ON orders (note)")
			if running {
				run(t, db, `INSERT INTO schema_history (id, state, by, tool) VALUES ('shop/0004_index', 'running', 'x', 'y')`)
			}
			report, err := r.Up(ctx)
			require.NoError(t, err)
			require.Equal(t, []string{`dropped the invalid index "public"."orders_note"`}, report.Healed)
			require.Empty(t, invalids(t, db))
			require.Equal(t, []string{"orders_note", "orders_pkey"}, names(t, db, `SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'orders'::regclass ORDER BY 1`))
			require.Equal(t, "shop/0004_index done", history(t, db)[3])
		})
	}
}

// The whole index was built, and the process died before it wrote so.
func TestBuiltIndexIsKept(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	r := newRunner(t, db, indexSet(t))
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	run(t, db, `CREATE INDEX orders_note ON orders (note)`)
	oid := names(t, db, `SELECT 'orders_note'::regclass::oid::text`)
	_, err = r.Up(ctx)
	require.ErrorContains(t, err, "already exists", "the history says nothing of a run that had begun")
	require.Len(t, history(t, db), 3)
	run(t, db, `INSERT INTO schema_history (id, state, by, tool) VALUES ('shop/0004_index', 'running', 'x', 'y')`)
	report, err := r.Up(ctx)
	require.NoError(t, err)
	require.Empty(t, report.Healed)
	require.Equal(t, oid, names(t, db, `SELECT 'orders_note'::regclass::oid::text`))

	// The same on the way back.
	run(t, db, `UPDATE schema_history SET state = 'undoing' WHERE id = 'shop/0004_index'`, `DROP INDEX orders_note`)
	_, err = r.Up(ctx)
	require.ErrorContains(t, err, "its way back has begun")
	_, err = r.Back(ctx, "0003")
	require.NoError(t, err)
	require.Len(t, history(t, db), 3)
}

// A build goes on in the server after its client has gone. It is waited for.
func TestOrphanedBuildIsAwaited(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	r := newRunner(t, db, indexSet(t), migrate.OnEvent(func(e migrate.Event) {}))
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	run(t, db, `INSERT INTO schema_history (id, state, by, tool) VALUES ('shop/0004_index', 'running', 'x', 'y')`)
	blocker := db.Begin()
	defer blocker.Rollback()
	require.NoError(t, blocker.Exec("INSERT INTO orders VALUES (-1)").Error)
	built := make(chan error, 1)
	go func() {
		built <- gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "CREATE INDEX CONCURRENTLY orders_note ON orders (note)")
			return err
		})
	}()
	require.Eventually(t, func() bool {
		return len(names(t, db, `SELECT 'x' FROM pg_stat_progress_create_index WHERE index_relid <> 0`)) == 1
	}, 10*time.Second, 10*time.Millisecond)
	waited := make(chan struct{}, 1000)
	r = newRunner(t, db, indexSet(t), migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "wait" {
			waited <- struct{}{}
		}
	}))
	done := make(chan error, 1)
	var report migrate.Report
	go func() {
		var err error
		report, err = r.Up(ctx)
		done <- err
	}()
	<-waited
	require.NoError(t, blocker.Rollback().Error)
	require.NoError(t, <-done)
	require.NoError(t, <-built)
	require.Empty(t, report.Healed)
	require.Empty(t, invalids(t, db))
}

// A unique index that rows violate leaves nothing, and the error counts keys
// without naming values.
func TestUniqueIndexOfDuplicates(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0004_unique.sql"] = `-- +gormango id shop/0004_unique after shop/0003_note
-- +goose NO TRANSACTION
-- +goose Up
CREATE UNIQUE INDEX CONCURRENTLY "Orders note" ON orders (lower(note), channel) WHERE id < 100;
`
	r := newRunner(t, db, loadSet(t, texts))
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	run(t, db, `INSERT INTO orders SELECT i, 'web', 'secret' || i % 5 FROM generate_series(1, 7) i`, `INSERT INTO orders SELECT i, 'web', 'x' FROM generate_series(100, 120) i`)
	report, err := r.Up(ctx)
	require.ErrorContains(t, err, "migrate: shop/0004_unique, line 4: 2 keys of (lower(note), channel) are there more than once")
	require.NotContains(t, err.Error(), "secret")
	require.ErrorIs(t, err, gorm.ErrDuplicatedKey)
	require.Equal(t, []string{`dropped the invalid index "public"."Orders note"`}, report.Healed)
	require.Empty(t, invalids(t, db))
	require.Len(t, history(t, db), 3, "it is not begun")
	run(t, db, `DELETE FROM orders WHERE id > 5`)
	_, err = r.Up(ctx)
	require.NoError(t, err)
}

// A copy that a REINDEX has left beside an index that is built now goes too.
func TestLeftoversOfAnIndexOfTheName(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	r := newRunner(t, db, indexSet(t))
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	run(t, db, "CREATE INDEX orders_note ON orders (note)")
	invalid(t, db, "REINDEX INDEX CONCURRENTLY orders_note")
	run(t, db, "DROP INDEX orders_note")
	report, err := r.Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"dropped the invalid index public.orders_note_ccnew"}, report.Healed)
	require.Empty(t, invalids(t, db))
}

func TestLeftoversOfReindex(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0004_index.sql"] = indexFile
	texts["0005_reindex.sql"] = "-- +gormango id shop/0005_reindex after shop/0004_index\n-- +goose NO TRANSACTION\n-- +goose Up\nREINDEX INDEX CONCURRENTLY orders_note;\n"
	texts["0006_table.sql"] = "-- +gormango id shop/0006_table after shop/0005_reindex\n-- +goose NO TRANSACTION\n-- +goose Up\nREINDEX (VERBOSE) TABLE CONCURRENTLY orders;\n"
	r := newRunner(t, db, loadSet(t, texts))
	_, err := r.Up(ctx, "0004")
	require.NoError(t, err)
	invalid(t, db, "REINDEX INDEX CONCURRENTLY orders_note")
	require.Equal(t, []string{"orders_note_ccnew"}, invalids(t, db))
	report, err := r.Up(ctx, "0005")
	require.NoError(t, err)
	require.Equal(t, []string{"dropped the invalid index public.orders_note_ccnew"}, report.Healed)
	invalid(t, db, "REINDEX TABLE CONCURRENTLY orders")
	left := len(invalids(t, db))
	report, err = r.Up(ctx)
	require.NoError(t, err)
	require.Len(t, report.Healed, left)
	require.Empty(t, invalids(t, db))
}

// An old transaction is named, and nothing is begun that would wait for it.
func TestOldTransactionIsAwaited(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	db := open(t, url)
	r := newRunner(t, db, indexSet(t), migrate.Oldest(0), migrate.MaxWait(300*time.Millisecond))
	_, err := r.Up(ctx, "0003")
	require.NoError(t, err)
	old := named(t, url, "report").Begin(&sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	defer old.Rollback()
	require.NoError(t, old.Exec("SELECT count(*) FROM orders").Error)
	_, err = r.Up(ctx)
	require.ErrorIs(t, err, migrate.ErrBusy)
	require.ErrorContains(t, err, "1 old transactions are open, the oldest is process ")
	require.ErrorContains(t, err, "(report), open for ")
	require.Empty(t, invalids(t, db))
	require.NoError(t, old.Rollback().Error)
	_, err = r.Up(ctx)
	require.NoError(t, err)
}

// named opens a database under a name of the application.
func named(t testing.TB, url, name string) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(t.Context(), gormango.Config{URL: url, ApplicationName: name})
	require.NoError(t, err)
	t.Cleanup(func() { _ = gormango.Close(db) })
	return db
}
