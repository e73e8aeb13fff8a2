package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

func newRunner(t testing.TB, db *gorm.DB, s *migrate.Set, opts ...migrate.Option) *migrate.Runner {
	t.Helper()
	r, err := migrate.New(db, s, opts...)
	require.NoError(t, err)
	return r
}

// history returns the rows of the history as "id state".
func history(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	return names(t, db, `SELECT id || ' ' || state FROM schema_history ORDER BY id`)
}

func logged(t testing.TB, db *gorm.DB) []string {
	t.Helper()
	return names(t, db, `SELECT event || ' ' || id FROM schema_history_log ORDER BY n`)
}

func TestUpAndBack(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	s := loadSet(t, shopFiles())
	report, err := migrate.Up(ctx, db, s)
	require.NoError(t, err)
	require.Equal(t, s.IDs(), report.Applied)
	require.Equal(t, []string{"CREATE TABLE orders (id bigint PRIMARY KEY)", "ALTER TABLE orders ADD COLUMN channel text", "ALTER TABLE orders ADD COLUMN note text"}, report.Statements)
	require.Equal(t, []string{"shop/0001_initial done", "shop/0002_channel done", "shop/0003_note done"}, history(t, db))

	r := newRunner(t, db, s)
	status, err := r.Status(ctx)
	require.NoError(t, err)
	require.Len(t, status, 3)
	m, err := s.Migration("0001")
	require.NoError(t, err)
	require.Equal(t, m.Sum, status[0].Sum)
	require.Contains(t, status[0].By, " on ")
	require.Contains(t, status[0].By, "process ")
	require.Contains(t, status[0].Tool, "gormango")
	require.WithinDuration(t, time.Now(), status[0].At, time.Minute)
	require.Positive(t, status[0].Took)
	require.False(t, status[0].Faked())

	report, err = r.Back(ctx, "shop/0001_initial")
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0003_note", "shop/0002_channel"}, report.Applied)
	require.Equal(t, []string{"shop/0001_initial done"}, history(t, db))
	require.Equal(t, []string{"id"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped`))
	_, err = r.Back(ctx, "zero")
	require.NoError(t, err)
	require.Empty(t, history(t, db))
	require.Equal(t, []string{"applied shop/0001_initial", "applied shop/0002_channel", "applied shop/0003_note",
		"undone shop/0003_note", "undone shop/0002_channel", "undone shop/0001_initial"}, logged(t, db))
	_, err = r.Up(ctx, "0002")
	require.NoError(t, err)
	require.Equal(t, []string{"shop/0001_initial done", "shop/0002_channel done"}, history(t, db))
	_, err = r.Back(ctx, "0003")
	require.ErrorContains(t, err, "shop/0003_note: it is not applied")
}

// counter counts the statements that pgx sends.
type counter struct{ list []string }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	c.list = append(c.list, q.SQL)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// The second start is one statement. It locks no table but the history and
// waits for none.
func TestSecondStartIsOneStatement(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	first := open(t, url)
	s := loadSet(t, shopFiles())
	_, err := migrate.Up(ctx, first, s)
	require.NoError(t, err)
	require.NoError(t, first.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Exec("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").Error)
		sent := &counter{}
		second, err := gormango.Open(ctx, gormango.Config{URL: url, Tracer: sent})
		require.NoError(t, err)
		defer gormango.Close(second)
		sent.list = nil // what opening has sent
		report, err := migrate.Up(ctx, second, s)
		require.NoError(t, err)
		require.Empty(t, report.Applied)
		require.Len(t, sent.list, 1, sent.list)
		return nil
	}))
}

func TestUpInsideATransaction(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	s := loadSet(t, shopFiles())
	require.ErrorContains(t, db.Transaction(func(tx *gorm.DB) error {
		_, err := migrate.Up(ctx, tx, s)
		return err
	}), "migrate: migrations inside a transaction (call it outside")
	require.ErrorContains(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		_, err := migrate.Up(ctx, db, s)
		return err
	}), "migrate: migrations inside a transaction")
	require.Empty(t, tables(t, db))
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	db := setup(t)
	_, err := migrate.New(nil, nil)
	require.ErrorContains(t, err, "the database is nil")
	_, err = migrate.New(db.Session(&gorm.Session{DryRun: true}), nil)
	require.ErrorContains(t, err, "dry run")
	_, err = migrate.New(db, nil, migrate.History("a", ""))
	require.ErrorContains(t, err, "History: the table has no name")
	r := newRunner(t, db, nil)
	_, err = r.Up(context.Background())
	require.ErrorContains(t, err, "has no set of migrations")
	require.ErrorContains(t, r.Wait(context.Background()), "has no set of migrations")
	_, err = r.Plan(context.Background())
	require.ErrorContains(t, err, "has no set of migrations")
}

// A migration that fails leaves nothing, those before it remain, and the next
// run goes on.
func TestFailedMigration(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0003_note.sql"] = fileText("-- +gormango id shop/0003_note after shop/0002_channel", "CREATE TABLE kept (id int);\nINSERT INTO orders VALUES (7), (7);", "DROP TABLE kept;")
	report, err := migrate.Up(ctx, db, loadSet(t, texts))
	var failed *migrate.MigrationError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, migrate.ID("shop/0003_note"), failed.ID)
	require.Equal(t, 4, failed.Stmt.Line)
	require.ErrorIs(t, err, gorm.ErrDuplicatedKey)
	require.ErrorContains(t, err, "migrate: shop/0003_note, line 4: ")
	require.NotContains(t, err.Error(), "(id)=(7)", "no values of rows")
	require.Len(t, report.Applied, 2)
	require.Equal(t, []string{"orders", "schema_history", "schema_history_log"}, tables(t, db))
	require.Equal(t, []string{"shop/0001_initial done", "shop/0002_channel done"}, history(t, db))
	require.Equal(t, []string{"SQLSTATE 23505, line 4"}, names(t, db, `SELECT note FROM schema_history_log WHERE event = 'failed'`))
	report, err = migrate.Up(ctx, db, loadSet(t, shopFiles()))
	require.NoError(t, err)
	require.Len(t, report.Applied, 1)
}

// A file's text reaches the server as it is: GORM's marks mean nothing in it.
func TestStatementsAreVerbatim(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	sql := "CREATE TABLE t AS SELECT '{\"a\": 1}'::jsonb ? 'a' AS q, '@name ? $1 ''' AS s, 'x' || $$;?@y$$ AS d"
	s := loadSet(t, map[string]string{"0001_a.sql": fileText("", sql+";\n-- +goose StatementBegin\nINSERT INTO t SELECT * FROM t; INSERT INTO t SELECT * FROM t;\n-- +goose StatementEnd", "")})
	for _, db := range []*gorm.DB{db, db.Session(&gorm.Session{PrepareStmt: true})} {
		empty(t, db)
		_, err := migrate.Up(ctx, db, s)
		require.NoError(t, err)
		require.Equal(t, []string{"@name ? $1 '", "@name ? $1 '", "@name ? $1 '", "@name ? $1 '"}, names(t, db, "SELECT s FROM t WHERE q AND d = 'x;?@y'"))
	}
}

func TestHistoryNamesItsTable(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	run(t, db, `CREATE SCHEMA "Audit"`)
	s := loadSet(t, map[string]string{"0001_a.sql": fileText("", "SELECT 1;", "")})
	for range 2 {
		_, err := migrate.Up(ctx, db, s, migrate.History("Audit", `My "history"`))
		require.NoError(t, err)
	}
	require.Equal(t, []string{"shop/0001_a"}, names(t, db, `SELECT id FROM "Audit"."My ""history"""`))
	require.Equal(t, []string{"applied"}, names(t, db, `SELECT event FROM "Audit"."My ""history""_log"`))
	require.Empty(t, tables(t, db))
}

// Each schema has a history: that of another one in the search path is not
// taken for its own.
func TestHistoryOfTheCurrentSchema(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	db := open(t, url)
	s := loadSet(t, shopFiles())
	_, err := migrate.Up(ctx, db, s)
	require.NoError(t, err)
	run(t, db, `CREATE SCHEMA tenant`)
	var name string
	require.NoError(t, db.Raw("SELECT current_database()").Scan(&name).Error)
	run(t, db, fmt.Sprintf("ALTER DATABASE %s SET search_path = tenant, public", name))
	tenant := open(t, url)
	report, err := migrate.Up(ctx, tenant, s)
	require.NoError(t, err)
	require.Len(t, report.Applied, 3)
	require.Equal(t, []string{"public", "tenant"}, names(t, db, `SELECT schemaname FROM pg_tables WHERE tablename = 'orders' ORDER BY 1`))
	report, err = migrate.Up(ctx, tenant, s)
	require.NoError(t, err)
	require.Empty(t, report.Applied)
}

// Files and history that do not fit stop the run before it begins.
func TestHistoryAndFilesDisagree(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	_, err := migrate.Up(ctx, db, loadSet(t, shopFiles()), migrate.LockTimeout(time.Second))
	require.NoError(t, err)
	more := func(change func(map[string]string)) *migrate.Set {
		texts := shopFiles()
		texts["0004_more.sql"] = columnFile("shop/0004_more", "shop/0003_note", "orders", "more")
		change(texts)
		return loadSet(t, texts)
	}
	for name, c := range map[string]struct {
		set  *migrate.Set
		kind string
		file string
	}{
		"an edited file": {more(func(texts map[string]string) { texts["0002_channel.sql"] += "-- x\n" }), "applied", "shop/0002_channel"},
		"a row without a file": {more(func(texts map[string]string) {
			delete(texts, "0002_channel.sql")
			texts["0003_note.sql"] = columnFile("shop/0003_note", "shop/0001_initial", "orders", "note")
		}), "unknown", "shop/0002_channel"},
	} {
		r := newRunner(t, db, c.set)
		for what, call := range map[string]func() error{
			"Up":   func() error { _, err := r.Up(ctx); return err },
			"Back": func() error { _, err := r.Back(ctx, "zero"); return err },
			"Plan": func() error { _, err := r.Plan(ctx); return err },
			"Wait": func() error { return r.Wait(ctx) },
		} {
			err := call()
			var e *migrate.ChecksumError
			require.ErrorAs(t, err, &e, "%s: %s", name, what)
			require.Equal(t, migrate.ChecksumError{Kind: c.kind, File: c.file}, *e)
			require.ErrorIs(t, err, migrate.ErrChecksum)
		}
		require.Equal(t, []string{"shop/0001_initial done", "shop/0002_channel done", "shop/0003_note done"}, history(t, db), name)
	}
	run(t, db, `INSERT INTO schema_history (id, state, by, tool) VALUES ('blog/0001_x', 'done', 'x', 'y')`)
	_, err = migrate.Up(ctx, db, loadSet(t, shopFiles()))
	require.NoError(t, err, "other apps have rows of their own")
}

func TestOutOfOrder(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	branch := shopFiles()
	branch["0003_note.sql"] = columnFile("shop/0003_note", "shop/0001_initial", "orders", "note")
	delete(branch, "0002_channel.sql")
	_, err := migrate.Up(ctx, db, loadSet(t, branch))
	require.NoError(t, err)
	// 0002 has come by a merge. It and 0003 may change places.
	merged := shopFiles()
	merged["0003_note.sql"] = branch["0003_note.sql"]
	_, err = migrate.Load(migrationFiles(t, merged), migrate.App("shop"))
	require.ErrorIs(t, err, migrate.ErrConflict)
	run(t, db, `DELETE FROM schema_history WHERE id = 'shop/0003_note'`, `INSERT INTO schema_history (id, state, by, tool) VALUES ('shop/0003_note', 'done', 'x', 'y')`)
	report, err := migrate.Up(ctx, db, loadSet(t, shopFiles()))
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0002_channel"}, report.Applied)

	run(t, db, `ALTER TABLE orders DROP COLUMN channel`, `DELETE FROM schema_history WHERE id = 'shop/0002_channel'`)
	clash := shopFiles()
	clash["0003_note.sql"] = fileText(`-- +gormango id shop/0003_note after shop/0002_channel
-- +gormango op {"rename_column":{"table":"orders","column":"channel","to":"note"}}`, "SELECT 1;", "SELECT 1;")
	_, err = migrate.Up(ctx, db, loadSet(t, clash))
	require.ErrorContains(t, err, "migrate: shop/0002_channel, shop/0003_note: the second is applied and the first")
	require.Equal(t, []string{"id", "note"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped`))
}

// A table in use delays a migration, and the migration does not delay others
// for longer than the limit.
func TestTableInUse(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	_, err := newRunner(t, db, loadSet(t, shopFiles())).Up(ctx, "0001")
	require.NoError(t, err)
	reader := db.Begin()
	defer reader.Rollback()
	require.NoError(t, reader.Exec("SELECT * FROM orders").Error)
	var mu sync.Mutex
	var retried int
	done := make(chan error, 1)
	go func() {
		report, err := migrate.Up(ctx, db, loadSet(t, shopFiles()), migrate.LockTimeout(50*time.Millisecond), migrate.OnEvent(func(e migrate.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Kind == "retry" {
				retried++
			}
		}))
		if err == nil && report.Waited == 0 {
			err = errors.New("nothing waited")
		}
		done <- err
	}()
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return retried >= 3 }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, reader.Rollback().Error)
	require.NoError(t, <-done)

	reader = db.Begin()
	defer reader.Rollback()
	require.NoError(t, reader.Exec("SELECT * FROM orders").Error)
	_, err = newRunner(t, db, loadSet(t, shopFiles()), migrate.LockTimeout(20*time.Millisecond), migrate.MaxWait(200*time.Millisecond)).Back(ctx, "0001")
	require.ErrorIs(t, err, migrate.ErrBusy)
	canceled, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err = newRunner(t, db, loadSet(t, shopFiles()), migrate.LockTimeout(20*time.Millisecond)).Back(canceled, "0001")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Len(t, history(t, db), 3)
}

func TestManyStartersAtOnce(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	texts := shopFiles()
	texts["0004_index.sql"] = indexFile
	s := loadSet(t, texts)
	errs := make(chan error, 12)
	var applied sync.Map
	for range cap(errs) {
		go func() {
			report, err := migrate.Up(ctx, db, s)
			for _, id := range report.Applied {
				if _, twice := applied.LoadOrStore(id, true); twice {
					err = errors.Join(err, fmt.Errorf("%s twice", id))
				}
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		require.NoError(t, <-errs)
	}
	require.Len(t, history(t, db), 4)
	require.Len(t, logged(t, db), 4)
	require.Empty(t, names(t, db, `SELECT 'x' FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`))
}

const indexFile = `-- +gormango id shop/0004_index after shop/0003_note
-- +gormango op {"add_index":{"table":"orders","index":{"name":"orders_note","parts":["\"note\""],"columns":["note"]},"concurrently":true}}
-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
-- +goose Down
DROP INDEX CONCURRENTLY orders_note;
`

func TestErrorTextsOfRunner(t *testing.T) {
	t.Parallel()
	for _, err := range []error{&migrate.MigrationError{ID: "a", Back: true, Stmt: migrate.Stmt{SQL: strings.Repeat("é ", 300), Line: 3}, Err: errors.New("x")}} {
		require.Equal(t, "migrate: a (back), line 3: x (statement: "+strings.TrimSpace(strings.Repeat("é ", 100))+" …)", err.Error())
	}
}

// The runner works on databases of gorm.Open, with their options.
func TestUpOfPlainGORM(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	s := loadSet(t, map[string]string{
		"0001_initial.sql": tableFile("shop/0001_initial", "", "orders"),
		"0002_index.sql":   strings.NewReplacer("0004_index", "0002_index", "0003_note", "0001_initial", "(note)", "(id)", `\"note\"`, `\"id\"`, `"note"`, `"id"`).Replace(indexFile),
	}, migrate.WithGo(migrate.GoMigration{ID: "shop/0003_go", After: []migrate.ID{"shop/0002_index"}, Up: func(ctx context.Context, b *migrate.Batch) error {
		return b.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec("INSERT INTO orders VALUES (1)").Error })
	}}))
	for name, db := range map[string]*gorm.DB{
		"plain":    plain(t, url),
		"prepared": plain(t, url).Session(&gorm.Session{PrepareStmt: true}),
	} {
		empty(t, db)
		_, err := migrate.Up(ctx, db, s)
		require.NoError(t, err, name)
		require.Equal(t, []string{"orders_note", "orders_pkey"}, names(t, db, `SELECT indexname FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1`), name)
		require.Equal(t, []string{"1"}, names(t, db, `SELECT id::text FROM orders`), name)
		_, err = newRunner(t, db, s).Back(ctx, "0002")
		require.ErrorIs(t, err, migrate.ErrIrreversible)
		require.ErrorContains(t, db.Transaction(func(tx *gorm.DB) error {
			_, err := migrate.Up(ctx, tx, s)
			return err
		}), "inside a transaction")
	}
}
