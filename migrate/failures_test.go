package migrate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// All connections end in each step, as when the server starts again. The run
// goes on by itself.
func TestConnectionsEndInEachStep(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	db, other := open(t, url), open(t, url)
	ended := map[string]bool{}
	report, err := migrate.Up(ctx, db, chaosSet(t), migrate.OnEvent(func(e migrate.Event) {
		step := fmt.Sprint(e.Kind, e.ID)
		if (e.Kind == "start" || e.Kind == "statement" || e.Kind == "batch") && !ended[step] && len(ended) < 8 {
			ended[step] = true
			run(t, other, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`)
		}
	}))
	require.NoError(t, err)
	require.Len(t, ended, 8)
	require.NotEmpty(t, report.Applied)
	intact(t, other)
}

// The limit of the role for statements ends no migration, and what the server
// refuses is in the log; the next run goes on.
func TestFailuresOfTheServer(t *testing.T) {
	t.Parallel()
	url, ctx := repotest.URL(t), context.Background()
	first := open(t, url)
	run(t, first, `CREATE TABLE free (x int)`, fmt.Sprintf(`ALTER DATABASE %s SET statement_timeout = '400ms'`, names(t, first, "SELECT current_database()::text")[0]))
	db := open(t, url)
	texts := shopFiles()
	texts["0004_slow.sql"] = fileText("-- +gormango id shop/0004_slow after shop/0003_note", "INSERT INTO orders SELECT i FROM generate_series(1, 100) i, pg_sleep(0.6);", "")
	texts["0005_full.sql"] = fileText("-- +gormango id shop/0005_full after shop/0004_slow", "CREATE TABLE half (x int);\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM free) THEN RAISE 'could not extend file' USING ERRCODE = '53100'; END IF; END $$;", "")
	texts["0006_index.sql"] = "-- +gormango id shop/0006_index after shop/0005_full\n-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY slow_index ON orders (slow(id));\n"
	run(t, first, `CREATE FUNCTION slow(x bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN x; END'`)
	r := newRunner(t, db, loadSet(t, texts))
	_, err := r.Up(ctx)
	require.ErrorContains(t, err, "migrate: shop/0005_full, line 4: the server's disk is full: ")
	require.NotContains(t, tables(t, first), "half")
	require.Equal(t, []string{"failed shop/0005_full SQLSTATE 53100, line 4"}, names(t, first, `SELECT event || ' ' || id || ' ' || note FROM schema_history_log WHERE event = 'failed'`))
	run(t, first, `INSERT INTO free VALUES (1)`)
	start := time.Now()
	_, err = r.Up(ctx)
	require.NoError(t, err)
	require.Greater(t, time.Since(start), 400*time.Millisecond, "the index took longer than the limit")
	require.Empty(t, invalids(t, first))
	require.Len(t, history(t, first), 6)
}

// Behind a pooler a statement that cannot be in a transaction goes to the
// direct address, where the role's limit can be lifted.
func TestDirectURL(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	first := open(t, direct)
	run(t, first, fmt.Sprintf(`ALTER DATABASE %s SET statement_timeout = '300ms'`, names(t, first, "SELECT current_database()::text")[0]),
		`CREATE FUNCTION slow(x bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN x; END'`)
	texts := shopFiles()
	texts["0004_rows.sql"] = fileText("-- +gormango id shop/0004_rows after shop/0003_note", "INSERT INTO orders SELECT i FROM generate_series(1, 60) i;", "")
	texts["0005_index.sql"] = "-- +gormango id shop/0005_index after shop/0004_rows\n-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY slow_index ON orders (slow(id));\n"
	s := loadSet(t, texts)
	_, err := migrate.Up(t.Context(), open(t, pooled), s)
	require.ErrorContains(t, err, "statement_timeout is shorter than it takes")
	require.Len(t, history(t, first), 4)
	db, err := gormango.Open(t.Context(), gormango.Config{URL: pooled, DirectURL: direct})
	require.NoError(t, err)
	defer gormango.Close(db)
	report, err := migrate.Up(t.Context(), db, s)
	require.NoError(t, err)
	require.Len(t, report.Healed, 1, "the first attempt has left an invalid index")
	require.Empty(t, invalids(t, first))
}
