package migrate_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// opFile returns a file with operations and one statement.
func opFile(id, after string, ops ...string) string {
	head := "-- +gormango id " + id + " after " + after
	for _, op := range ops {
		head += "\n-- +gormango op " + op
	}
	return fileText(head, "SELECT 1;", "SELECT 1;")
}

func addText(table, name string) string {
	return fmt.Sprintf(`{"add_column":{"table":%q,"column":{"name":%q,"type":"text"}}}`, table, name)
}

// merged returns a directory with two branches after shop/0001_initial, each of
// one file.
func merged(t *testing.T, a, b []string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"0001_initial.sql": tableFile("shop/0001_initial", "", "orders"),
		"0002_base.sql":    opFile("shop/0002_base", "shop/0001_initial", addText("orders", "note"), `{"create_enum":{"enum":{"name":"mood","values":["sad"]}}}`),
		"0003_a.sql":       opFile("shop/0003_a", "shop/0002_base", a...),
		"0003_b.sql":       opFile("shop/0003_b", "shop/0002_base", b...),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, migrate.Rehash(dir))
	return dir
}

// Of 20 pairs of branches, those that may change places are merged, and of the
// others the clash is named.
func TestMergeOfPairs(t *testing.T) {
	t.Parallel()
	rename := func(from, to string) string {
		return fmt.Sprintf(`{"rename_column":{"table":"orders","column":%q,"to":%q}}`, from, to)
	}
	table := func(name string) string {
		return fmt.Sprintf(`{"create_table":{"table":{"name":%q,"columns":[{"name":"id","type":"bigint"}]}}}`, name)
	}
	index := func(name, column string) string {
		return fmt.Sprintf(`{"add_index":{"table":"orders","index":{"name":%q,"parts":["\"%s\""],"columns":[%q]}}}`, name, column, column)
	}
	alter := func(name, kind string) string {
		return fmt.Sprintf(`{"alter_column":{"table":"orders","column":{"name":%q,"type":%q}}}`, name, kind)
	}
	check := func(name, sql string) string {
		return fmt.Sprintf(`{"add_constraint":{"table":"orders","constraint":{"name":%q,"definition":%q}}}`, name, sql)
	}
	value := func(v string) string { return fmt.Sprintf(`{"add_enum_value":{"name":"mood","value":%q}}`, v) }
	const drop = `{"drop_column":{"table":"orders","column":"note"}}`
	const dropTable = `{"drop_table":{"table":"orders"}}`
	const renameTable = `{"rename_table":{"table":"orders","to":"purchases"}}`
	for name, c := range map[string]struct {
		a, b  []string
		clash string
	}{
		"two columns":                        {[]string{addText("orders", "x")}, []string{addText("orders", "y")}, ""},
		"two tables":                         {[]string{table("x")}, []string{table("y")}, ""},
		"a column and a table":               {[]string{addText("orders", "x")}, []string{table("y")}, ""},
		"a column and an index":              {[]string{addText("orders", "x")}, []string{index("i", "note")}, ""},
		"two indexes":                        {[]string{index("i", "note")}, []string{index("j", "note")}, ""},
		"a type and a column":                {[]string{alter("note", "varchar(9)")}, []string{addText("orders", "x")}, ""},
		"a renamed column and a new one":     {[]string{rename("note", "text")}, []string{addText("orders", "x")}, ""},
		"two checks":                         {[]string{check("c", "CHECK (id > 0)")}, []string{check("d", "CHECK (id > 1)")}, ""},
		"nothing and a column":               {[]string{`{"nothing":{}}`}, []string{addText("orders", "x")}, ""},
		"an enum's value and a column":       {[]string{value("glad")}, []string{addText("orders", "x")}, ""},
		"the same column":                    {[]string{addText("orders", "x")}, []string{addText("orders", "x")}, "exists already"},
		"the same table":                     {[]string{table("x")}, []string{table("x")}, "exists already"},
		"the same index":                     {[]string{index("i", "note")}, []string{index("i", "id")}, "exists already"},
		"a dropped column and its type":      {[]string{drop}, []string{alter("note", "int")}, `no column "note"`},
		"a renamed column and its index":     {[]string{rename("note", "text")}, []string{index("i", "note")}, `no column "note"`},
		"two names for a column":             {[]string{rename("note", "x")}, []string{rename("note", "y")}, `no column "note"`},
		"two types":                          {[]string{alter("note", "int")}, []string{alter("note", "bigint")}, "the state differs"},
		"a dropped table and a column":       {[]string{dropTable}, []string{addText("orders", "x")}, `no table "orders"`},
		"a renamed table and a column":       {[]string{renameTable}, []string{addText("orders", "x")}, `no table "orders"`},
		"the places of two enum values":      {[]string{value("glad")}, []string{value("mad")}, "the state differs"},
		"SQL without an operation":           {nil, []string{addText("orders", "x")}, "no operation that says what its SQL does"},
		"a constraint's and an index's name": {[]string{index("i", "note")}, []string{`{"add_constraint":{"table":"orders","constraint":{"name":"i","definition":"UNIQUE (note)","unique":["note"]}}}`}, "i"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := merged(t, c.a, c.b)
			_, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
			require.ErrorIs(t, err, migrate.ErrConflict)
			require.ErrorContains(t, err, "shop/0003_a, shop/0003_b come last")
			renamed, err := migrate.Merge(dir, "shop")
			if c.clash != "" {
				require.ErrorIs(t, err, migrate.ErrConflict)
				var e *migrate.MergeError
				require.ErrorAs(t, err, &e)
				require.ElementsMatch(t, []migrate.ID{"shop/0003_a", "shop/0003_b"}, []migrate.ID{e.A, e.B})
				require.Contains(t, e.Why, c.clash)
				require.FileExists(t, filepath.Join(dir, "0003_b.sql"), "nothing was written")
				return
			}
			require.NoError(t, err)
			require.Equal(t, []migrate.Renamed{{From: "shop/0003_b", To: "shop/0004_b"}}, renamed)
			s, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
			require.NoError(t, err)
			require.Equal(t, []migrate.ID{"shop/0001_initial", "shop/0002_base", "shop/0003_a", "shop/0004_b"}, s.IDs())
			renamed, err = migrate.Merge(dir, "shop")
			require.NoError(t, err)
			require.Empty(t, renamed)
		})
	}
}

// Databases of both branches go on after the merge, and so does a new one.
func TestMergedDatabases(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	branches := map[string]map[string]string{"a": shopFiles(), "b": shopFiles()}
	delete(branches["a"], "0003_note.sql")
	delete(branches["b"], "0003_note.sql")
	branches["a"]["0003_a.sql"] = columnFile("shop/0003_a", "shop/0002_channel", "orders", "a")
	branches["b"]["0003_b.sql"] = columnFile("shop/0003_b", "shop/0002_channel", "orders", "b")
	branches["b"]["0004_c.sql"] = columnFile("shop/0004_c", "shop/0003_b", "orders", "c")
	dir := t.TempDir()
	var sums string
	for _, branch := range []string{"a", "b"} {
		part := migrationFiles(t, branches[branch])
		sums += "<<<<<<< " + branch + "\n" + readText(t, part, "migrations.sum")
		for name, text := range branches[branch] {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "migrations.sum"), []byte(sums), 0o600))
	renamed, err := migrate.Merge(dir, "shop")
	require.NoError(t, err)
	require.Equal(t, []migrate.Renamed{{From: "shop/0003_b", To: "shop/0005_b"}, {From: "shop/0004_c", To: "shop/0006_c"}}, renamed)
	whole, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
	require.NoError(t, err)
	require.Contains(t, readText(t, os.DirFS(dir), "0006_c.sql"), "ALTER TABLE orders ADD COLUMN c text;")
	for branch, want := range map[string][]migrate.ID{
		"a": {"shop/0005_b", "shop/0006_c"},
		"b": {"shop/0003_a", "shop/0005_b", "shop/0006_c"}, // the last two are recorded
		"":  whole.IDs(),
	} {
		empty(t, db)
		if branch != "" {
			_, err := migrate.Up(ctx, db, loadSet(t, branches[branch]))
			require.NoError(t, err)
		}
		report, err := migrate.Up(ctx, db, whole)
		require.NoError(t, err, branch)
		require.ElementsMatch(t, want, report.Applied, branch)
		if branch == "b" {
			require.Equal(t, []string{"ALTER TABLE orders ADD COLUMN a text"}, report.Statements)
		}
		require.Equal(t, []string{"a", "b", "c", "channel", "id"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1`))
		report, err = migrate.Up(ctx, db, whole)
		require.NoError(t, err)
		require.Empty(t, report.Applied)
		_, err = newRunner(t, db, whole).Back(ctx, "0002")
		require.NoError(t, err)
		require.Len(t, history(t, db), 2, branch)
	}
}

// A squashed migration goes after the other branch as others do, and databases
// that have applied it, its parts, one of them or nothing go on.
func TestMergeOfASquash(t *testing.T) {
	t.Parallel()
	db, ctx, dir := setup(t), t.Context(), t.TempDir()
	base := map[string]string{"0001_initial.sql": tableFile("shop/0001_initial", "", "orders")}
	a, b := maps.Clone(base), maps.Clone(base)
	a["0002_a.sql"] = columnFile("shop/0002_a", "shop/0001_initial", "orders", "a")
	b["0002_b.sql"] = columnFile("shop/0002_b", "shop/0001_initial", "orders", "b")
	b["0003_c.sql"] = columnFile("shop/0003_c", "shop/0002_b", "orders", "c")
	for name, text := range b {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, migrate.Rehash(dir))
	parts := loaded(t, dir)
	files, err := migrate.Squash(parts, "0002", "0003")
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, files...))
	squashed := loaded(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0002_a.sql"), []byte(a["0002_a.sql"]), 0o600))
	require.NoError(t, migrate.Rehash(dir))
	renamed, err := migrate.Merge(dir, "shop")
	require.NoError(t, err)
	require.Equal(t, []migrate.Renamed{{From: "shop/0002_b_squashed_0003_c", To: "shop/0004_b_squashed_0003_c"}}, renamed)
	require.Contains(t, readText(t, os.DirFS(dir), "0004_b_squashed_0003_c.sql"), `-- +gormango id shop/0004_b_squashed_0003_c after shop/0002_a
-- +gormango replaces shop/0002_b_squashed_0003_c
-- +gormango squashed shop/0002_b_squashed_0003_c of shop/0002_b, shop/0003_c
-- +gormango op `)
	whole := loaded(t, dir)
	require.Equal(t, []migrate.ID{"shop/0001_initial", "shop/0002_a", "shop/0004_b_squashed_0003_c"}, whole.IDs())
	for name, before := range map[string]struct {
		set *migrate.Set
		to  migrate.ID
	}{
		"nothing": {whole, "0001"}, "the other branch": {loadSet(t, a), "0002_a"},
		"a part": {parts, "0002_b"}, "the parts": {parts, "0003_c"}, "the squash": {squashed, "0002_b_squashed"},
	} {
		empty(t, db)
		_, err := newRunner(t, db, before.set).Up(ctx, before.to)
		require.NoError(t, err, name)
		_, err = migrate.Up(ctx, db, whole)
		require.NoError(t, err, name)
		require.Equal(t, []string{"a", "b", "c", "id"}, names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 ORDER BY 1`), name)
		report, err := migrate.Up(ctx, db, whole)
		require.NoError(t, err)
		require.Empty(t, report.Applied, name)
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	dir := merged(t, []string{addText("orders", "x")}, []string{addText("orders", "y")})
	_, err := migrate.Merge(dir, "shop", migrate.GoMigration{ID: "shop/0000_go", After: []migrate.ID{"shop/0003_b"}, Up: nothing},
		migrate.GoMigration{ID: "shop/0004_other", After: []migrate.ID{"shop/0002_base"}, Up: nothing})
	require.ErrorIs(t, err, migrate.ErrConflict, "three branches")
	text := readText(t, os.DirFS(dir), "0003_b.sql")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0003_b.sql"), []byte(strings.ReplaceAll(text, "SELECT 1", "SELECT 2")), 0o600))
	_, err = migrate.Merge(dir, "shop")
	require.ErrorIs(t, err, migrate.ErrChecksum)
	require.ErrorContains(t, err, "0003_b.sql was edited")
}
