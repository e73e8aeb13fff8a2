package migrate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// sqlFile returns a migration of the statement, without operations.
func sqlFile(id, after, up, down string) string {
	return fmt.Sprintf("-- +gormango id %s after %s\n-- +gormango op {\"nothing\":{}}\n-- +goose Up\n%s;\n-- +goose Down\n%s;\n", id, after, up, down)
}

// filled applies the first migrations of shopFiles and fills the table beyond
// SmallTable(100).
func filled(t testing.TB) (*migrate.Runner, func(more map[string]string, opts ...migrate.Option) *migrate.Runner) {
	t.Helper()
	db := setup(t)
	first := newRunner(t, db, loadSet(t, shopFiles()))
	_, err := first.Up(t.Context())
	require.NoError(t, err)
	run(t, db, `INSERT INTO orders (id) SELECT generate_series(1, 1000)`, `ANALYZE orders`)
	return first, func(more map[string]string, opts ...migrate.Option) *migrate.Runner {
		files := shopFiles()
		for name, text := range more {
			files[name] = text
		}
		return newRunner(t, db, loadSet(t, files), append([]migrate.Option{migrate.SmallTable(100)}, opts...)...)
	}
}

const dangerousIndex = "CREATE INDEX i ON orders (note)"

// Up refuses a dangerous statement before it runs anything, and passes it with
// a reason or on a small table.
func TestUpRefusesDanger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	_, with := filled(t)
	files := map[string]string{
		"0004_web.sql":   columnFile("shop/0004_web", "shop/0003_note", "orders", "web"),
		"0005_index.sql": sqlFile("shop/0005_index", "shop/0004_web", dangerousIndex, "DROP INDEX i"),
	}
	report, err := with(files).Up(ctx)
	require.ErrorIs(t, err, migrate.ErrDangerous)
	require.ErrorContains(t, err, "shop/0005_index:4: error L02 index-blocking")
	require.Empty(t, report.Applied, "nothing runs, the harmless one before included")

	var events []migrate.Event
	seen := migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "finding" {
			events = append(events, e)
		}
	})
	_, err = with(files, migrate.Allow("L02", "nobody writes at night"), seen).Up(ctx)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, "nobody writes at night", events[0].Finding.Reason)

	files["0006_index.sql"] = sqlFile("shop/0006_index", "shop/0005_index", "-- +gormango allow L02 \"tested\"\nCREATE INDEX j ON orders (web)", "DROP INDEX j")
	_, err = with(files).Up(ctx)
	require.NoError(t, err)
	files["0007_index.sql"] = sqlFile("shop/0007_index", "shop/0006_index", "CREATE INDEX k ON orders (channel)", "DROP INDEX k")
	_, err = with(files).Up(ctx)
	require.ErrorIs(t, err, migrate.ErrDangerous)
	events = nil
	_, err = with(files, migrate.SmallTable(2000), seen).Up(ctx)
	require.NoError(t, err)
	require.Equal(t, "L02", events[0].Finding.Rule)
	require.Contains(t, events[0].Finding.Text, "(about 1000 rows)")
	_, err = with(files).Up(ctx)
	require.NoError(t, err, "nothing is pending")
}

// The first migrations of a database pass: there are no rows and no programs.
func TestUpOfFirstMigrationsIsNotLinted(t *testing.T) {
	t.Parallel()
	files := shopFiles()
	files["0004_index.sql"] = sqlFile("shop/0004_index", "shop/0003_note", dangerousIndex, "DROP INDEX i")
	_, err := newRunner(t, setup(t), loadSet(t, files)).Up(context.Background())
	require.NoError(t, err)
}

func TestRunnerLint(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	first, with := filled(t)
	got, err := first.Lint(ctx)
	require.NoError(t, err)
	require.Empty(t, got, "nothing is pending")
	files := map[string]string{
		"0004_index.sql": sqlFile("shop/0004_index", "shop/0003_note", dangerousIndex, "DROP INDEX i"),
		"0005_drop.sql": "-- +gormango id shop/0005_drop after shop/0004_index\n-- +gormango op {\"drop_column\":{\"table\":\"orders\",\"column\":\"channel\"}}\n" +
			"-- +goose Up\nALTER TABLE orders DROP COLUMN channel;\n-- +goose Down\nALTER TABLE orders ADD COLUMN channel text;\nUPDATE orders SET channel = '';\n",
	}
	got, err = with(files).Lint(ctx)
	require.NoError(t, err)
	var places []string
	for _, f := range got {
		places = append(places, fmt.Sprintf("%s:%d %s %v %v", f.ID, f.Stmt.Line, f.Rule, f.Back, f.Level))
	}
	require.Equal(t, []string{
		"shop/0004_index:4 L02 false error", "shop/0005_drop:4 L17 false error",
		"shop/0005_drop:7 L23 true warning", "shop/0004_index:6 L03 true warning",
	}, places)

	got, err = with(files, migrate.Since("shop/0004_index")).Lint(ctx)
	require.NoError(t, err)
	require.Equal(t, "L17 L23", rulesOf(got))
	got, err = with(files).Lint(ctx, "shop/0004_index")
	require.NoError(t, err)
	require.Equal(t, "L02 L03", rulesOf(got))
	got, err = with(files, migrate.SmallTable(2000), migrate.LintLive()).Lint(ctx, "shop/0004_index")
	require.NoError(t, err)
	require.Equal(t, migrate.Warn, got[0].Level)

	files["0003_note.sql"] = columnFile("shop/0003_note", "shop/0002_channel", "orders", "remark")
	delete(files, "0005_drop.sql")
	got, err = with(files).Lint(ctx)
	require.NoError(t, err)
	require.Equal(t, "L44", rulesOf(got))
}

func TestRequireBack(t *testing.T) {
	t.Parallel()
	_, with := filled(t)
	files := map[string]string{"0004_web.sql": "-- +gormango id shop/0004_web after shop/0003_note\n-- +gormango op {\"nothing\":{}}\n-- +goose Up\nALTER TABLE orders ADD COLUMN w int;\n"}
	for level, opts := range map[migrate.Level][]migrate.Option{migrate.Warn: nil, migrate.Error: {migrate.RequireBack()}} {
		got, err := with(files, opts...).Lint(context.Background())
		require.NoError(t, err)
		require.Equal(t, "L33", rulesOf(got))
		require.Equal(t, level, got[0].Level)
	}
}

// A chain without operations, as one that was imported, is linted by the tables
// that the database has.
func TestUpWithoutStateIsLinted(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	files := map[string]string{"0001_initial.sql": "-- +gormango id shop/0001_initial\n-- +gormango op {\"nothing\":{}}\n-- +goose Up\nCREATE TABLE logs (id bigint PRIMARY KEY, note text);\n"}
	_, err := newRunner(t, db, loadSet(t, files)).Up(ctx)
	require.NoError(t, err)
	files["0002_index.sql"] = sqlFile("shop/0002_index", "shop/0001_initial", "CREATE INDEX i ON logs (note)", "DROP INDEX i")
	run(t, db, `INSERT INTO logs SELECT generate_series(1, 1000)`, `ANALYZE logs`)
	_, err = newRunner(t, db, loadSet(t, files), migrate.SmallTable(100)).Up(ctx)
	require.ErrorIs(t, err, migrate.ErrDangerous)
	require.ErrorContains(t, err, "under a lock (SHARE)", "it was traced")
	_, err = newRunner(t, db, loadSet(t, files)).Up(ctx)
	require.NoError(t, err, "the table is small")
	got, err := newRunner(t, db, loadSet(t, files), migrate.Since()).Lint(ctx)
	require.NoError(t, err)
	require.Equal(t, "L03 L33", rulesOf(got), "the tables that a chain makes are not copied")
}
