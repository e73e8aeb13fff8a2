package migrate_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// bulkFiles make a table, fill it beyond what the linter takes for small, and
// change it in ways that it does not pass. While a table "gate" exists, the
// third waits.
func bulkFiles() map[string]string {
	return map[string]string{
		"0001_initial.sql": tableFile("shop/0001_initial", "", "orders"),
		"0003_channel.sql": fileText("-- +gormango id shop/0003_channel after shop/0002_fill\n"+
			`-- +gormango op {"add_column":{"table":"orders","column":{"name":"channel","type":"text","default":"random()::text"}}}`,
			"SELECT pg_sleep(60) FROM pg_class WHERE relname = 'gate';\nALTER TABLE orders ADD COLUMN channel text DEFAULT random()::text;", "ALTER TABLE orders DROP COLUMN channel;"),
		"0004_index.sql": sqlFile("shop/0004_index", "shop/0003_channel", "CREATE INDEX i ON orders (channel)", "DROP INDEX i"),
	}
}

func bulkSet(t testing.TB, files map[string]string) *migrate.Set {
	return loadSet(t, files, migrate.WithGo(migrate.GoMigration{ID: "shop/0002_fill", After: []migrate.ID{"shop/0001_initial"},
		Up: func(ctx context.Context, b *migrate.Batch) error {
			return b.Tx(ctx, func(tx *gorm.DB) error {
				return tx.Exec("INSERT INTO orders SELECT generate_series(1, 12000)").Error
			})
		},
		Down: func(ctx context.Context, b *migrate.Batch) error {
			return b.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec("DELETE FROM orders").Error })
		}}))
}

// firstRunURL is the environment variable that makes TestFirstRunProcess a
// process that migrates.
const firstRunURL = "GORMANGO_TEST_FIRST_RUN"

func TestFirstRunProcess(t *testing.T) {
	url := os.Getenv(firstRunURL)
	if url == "" {
		t.Skip("a process of TestFirstRunIsKilled")
	}
	db, err := gormango.Open(t.Context(), gormango.Config{URL: url})
	require.NoError(t, err)
	defer gormango.Close(db)
	_, err = migrate.Up(t.Context(), db, bulkSet(t, bulkFiles()))
	require.NoError(t, err)
}

// killedFirstRun returns a database in whose third migration the first process
// was killed.
func killedFirstRun(t *testing.T) *gorm.DB {
	url := repotest.URL(t)
	db := open(t, url)
	run(t, db, `CREATE TABLE gate ()`)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFirstRunProcess$")
	cmd.Env = append(os.Environ(), firstRunURL+"="+url)
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool {
		return len(names(t, db, `SELECT 'x' FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`)) == 1
	}, time.Minute, 20*time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	// The server notices the end of a client when the statement ends.
	require.Eventually(t, func() bool {
		return len(names(t, db, `SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)) == 0
	}, time.Minute, 20*time.Millisecond)
	run(t, db, `DROP TABLE gate`, `ANALYZE orders`)
	require.Equal(t, []string{"shop/0001_initial done", "shop/0002_fill done"}, history(t, db))
	return db
}

// A first run that was killed goes on as it would have, though a table that it
// has filled is large by now. After its end the same statements need a reason.
func TestFirstRunIsKilled(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := killedFirstRun(t)
	s := bulkSet(t, bulkFiles())
	findings, err := newRunner(t, db, s).Lint(ctx)
	require.NoError(t, err)
	for _, f := range findings {
		require.True(t, f.Back || f.Level < migrate.Error, f)
	}
	report, err := migrate.Up(ctx, db, s)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0003_channel", "shop/0004_index"}, report.Applied)

	_, err = newRunner(t, db, s, migrate.LoseData()).Back(ctx, "0002")
	require.NoError(t, err)
	_, err = migrate.Up(ctx, db, s)
	require.ErrorIs(t, err, migrate.ErrDangerous, "the database was in use meanwhile")
	require.Empty(t, names(t, db, `SELECT note FROM schema_history WHERE note <> ''`))
}

// What comes after the migrations of the first run is linted, and so is a run
// after an older program has found its own migrations applied.
func TestFirstRunEndsForOthers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := killedFirstRun(t)
	more := bulkFiles()
	more["0005_index.sql"] = sqlFile("shop/0005_index", "shop/0004_index", "CREATE INDEX j ON orders (channel)", "DROP INDEX j")
	_, err := migrate.Up(ctx, db, bulkSet(t, more))
	var e *migrate.DangerousError
	require.ErrorAs(t, err, &e)
	for _, f := range e.Findings {
		require.Equal(t, migrate.ID("shop/0005_index"), f.ID)
	}

	older := bulkFiles()
	delete(older, "0003_channel.sql")
	delete(older, "0004_index.sql")
	report, err := migrate.Up(ctx, db, bulkSet(t, older))
	require.NoError(t, err)
	require.Empty(t, report.Applied)
	_, err = migrate.Up(ctx, db, bulkSet(t, bulkFiles()))
	require.ErrorIs(t, err, migrate.ErrDangerous)
}

// The end of a first run is noted in its last statement, and by a way back
// where a crash came before that.
func TestFirstRunEnds(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := setup(t)
	s := bulkSet(t, bulkFiles())
	var notes []string
	_, err := migrate.Up(ctx, db, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "done" {
			notes = names(t, db, `SELECT id || ': ' || note FROM schema_history WHERE note <> ''`)
		}
	}))
	require.NoError(t, err)
	require.Equal(t, []string{"shop/0001_initial: first run, to shop/0004_index"}, notes)
	const open = `UPDATE schema_history SET note = 'first run, to shop/0004_index' WHERE id = 'shop/0001_initial'`
	const left = `SELECT note FROM schema_history WHERE note <> ''`
	require.Empty(t, names(t, db, left))
	run(t, db, open)
	_, err = newRunner(t, db, s).Back(ctx, "0003")
	require.NoError(t, err)
	require.Empty(t, names(t, db, left))
	_, err = migrate.Up(ctx, db, s)
	require.ErrorIs(t, err, migrate.ErrDangerous)

	run(t, db, open)
	counted, sent := recorded(db)
	_, err = migrate.Up(ctx, counted, bulkSet(t, map[string]string{"0001_initial.sql": bulkFiles()["0001_initial.sql"]}))
	require.NoError(t, err)
	require.Len(t, sent.list, 2, "an older program starts")
	require.Empty(t, names(t, db, left))
}
