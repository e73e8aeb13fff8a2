package migrate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// initial returns the files of an app whose first migration creates a state.
func initial(t testing.TB, s *migrate.State, more map[string]string) map[string]string {
	t.Helper()
	var text strings.Builder
	text.WriteString("-- +gormango id shop/0001_initial\n")
	for _, table := range s.Ordered() {
		bare := *table
		op, err := json.Marshal(map[string]any{"create_table": migrate.CreateTable{Table: bare}})
		require.NoError(t, err)
		fmt.Fprintf(&text, "-- +gormango op %s\n", op)
	}
	text.WriteString("-- +goose Up\n")
	for _, sql := range migrate.CreateAll(s) {
		text.WriteString(sql + ";\n")
	}
	text.WriteString("-- +goose Down\n")
	for _, table := range slices.Backward(s.Ordered()) {
		fmt.Fprintf(&text, "DROP TABLE %q CASCADE;\n", table.Name)
	}
	files := map[string]string{"0001_initial.sql": text.String()}
	for name, text := range more {
		files[name] = text
	}
	return files
}

// A database that AutoMigrate and hand-written SQL have made is adopted, and no
// statement changes it.
func TestAdopt(t *testing.T) {
	t.Parallel()
	db := withLoans(t, plain(t, repotest.URL(t)))
	require.NoError(t, db.AutoMigrate(zoo...))
	state, err := migrate.FromModels(db, zoo...)
	require.NoError(t, err)
	for _, table := range state.Tables { // which AutoMigrate does not make
		for _, x := range table.Indexes {
			if !db.Migrator().HasIndex(table.Name, x.Name) {
				run(t, db, fmt.Sprintf(`CREATE INDEX %q ON %q (%s)`, x.Name, table.Name, strings.Join(x.Parts, ", ")))
			}
		}
	}
	run(t, db, `CREATE TABLE legacy (id int)`, `CREATE VIEW old AS SELECT 1 AS one`)
	set := loadSet(t, initial(t, state, map[string]string{
		"0002_more.sql": columnFile("shop/0002_more", "shop/0001_initial", "books", "more"),
	}))
	r := newRunner(t, db, set)
	before := contents(t, db)
	report, err := r.Adopt(t.Context())
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/0001_initial"}, report.Applied)
	require.Equal(t, []string{"shop/0001_initial faked"}, history(t, db))
	run(t, db, `CREATE TABLE was AS TABLE schema_history`, `DROP TABLE schema_history, schema_history_log`, `ALTER TABLE was RENAME TO kept`)
	require.Equal(t, before, slices.DeleteFunc(contents(t, db), func(s string) bool { return strings.Contains(s, "kept") }))
	report, err = newRunner(t, db, set).Adopt(t.Context())
	require.NoError(t, err)
	require.Len(t, report.Applied, 1)

	// The migration after it is applied, and then all is adopted.
	run(t, db, `DROP TABLE kept`)
	_, err = r.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"shop/0001_initial faked", "shop/0002_more done"}, history(t, db))
	found, err := r.Drift(t.Context())
	require.NoError(t, err)
	require.Equal(t, []migrate.Difference{
		{Table: "legacy", Kind: "table", Is: "table", Should: "not there"},
		{Table: "old", Kind: "view", Is: "SELECT 1 AS one;", Should: "not there"},
	}, found)
	report, err = r.Adopt(t.Context())
	require.NoError(t, err)
	require.Empty(t, report.Applied)
	run(t, db, `TRUNCATE schema_history`)
	report, err = r.Adopt(t.Context())
	require.NoError(t, err)
	require.Equal(t, set.IDs(), report.Applied)
}

func TestAdoptOfADifferentDatabase(t *testing.T) {
	t.Parallel()
	db, state := setup(t), many(3)
	build(t, db, state)
	run(t, db, `ALTER TABLE t1 DROP COLUMN e`, `ALTER TABLE t2 ALTER a TYPE text`, `ALTER TABLE t0 ADD more int`, `CREATE TABLE legacy (id int)`)
	r := newRunner(t, db, loadSet(t, initial(t, state, nil)))
	_, err := r.Adopt(t.Context())
	require.ErrorIs(t, err, migrate.ErrDrift)
	var drift *migrate.DriftError
	require.ErrorAs(t, err, &drift)
	require.Equal(t, []migrate.Difference{
		{Table: "legacy", Kind: "table", Is: "table", Should: "not there"},
		{Table: "t0", Name: "more", Kind: "column", Is: "integer", Should: "not there"},
		{Table: "t1", Name: "e", Kind: "column", Is: "missing", Should: "jsonb"},
		{Table: "t2", Name: "a", Kind: "column", Is: "text DEFAULT 'x'::character varying", Should: "character varying(20) DEFAULT 'x'::character varying"},
	}, drift.Differences)
	require.ErrorContains(t, err, `t0.more: column is "integer", should be "not there"`)
	require.NotContains(t, tables(t, db), "schema_history")
}

// Migrations that are not applied yet are no drift, and neither is the history.
func TestDriftOfRunner(t *testing.T) {
	t.Parallel()
	db := setup(t)
	r := newRunner(t, db, loadSet(t, shopFiles()))
	found, err := r.Drift(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	_, err = r.Up(t.Context(), "0002")
	require.NoError(t, err)
	found, err = r.Drift(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	run(t, db, `ALTER TABLE orders ADD note text`)
	found, err = r.Drift(t.Context())
	require.NoError(t, err)
	require.Equal(t, []migrate.Difference{{Table: "orders", Name: "note", Kind: "column", Is: "text", Should: "not there"}}, found)
}

// A role without rights on the database learns of drift by a copy in pg_temp.
func TestDriftOfAnUnprivilegedRole(t *testing.T) {
	t.Parallel()
	address := repotest.URL(t)
	owner := open(t, address)
	role := "drift_" + quoteless(t, owner)
	run(t, owner, `CREATE ROLE `+role+` LOGIN PASSWORD '`+role+`'`)
	t.Cleanup(func() { run(t, owner, `DROP OWNED BY `+role, `DROP ROLE `+role) })
	state := many(4)
	state.Enums = map[string]*migrate.Enum{"mood": {Name: "mood", Values: []string{"calm"}}}
	state.Tables["t0"].Columns = append(state.Tables["t0"].Columns, migrate.Column{Name: "mood", Type: "mood", Default: "'calm'"})
	build(t, owner, state)
	db := open(t, as(t, address, role))
	found, err := migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Empty(t, found)
	run(t, owner, `ALTER TABLE t1 ADD more int`, `ALTER TABLE t3 ALTER e SET NOT NULL`)
	found, err = migrate.DriftOf(t.Context(), db, state)
	require.NoError(t, err)
	require.Equal(t, []migrate.Difference{
		{Table: "t1", Name: "more", Kind: "column", Is: "integer", Should: "not there"},
		{Table: "t3", Name: "e", Kind: "column", Is: "jsonb NOT NULL", Should: "jsonb"},
	}, found)
	// Functions of pg_temp are not found by their names.
	state.Objects = map[string]*migrate.SQLObject{"function one": {Kind: "function", Name: "one", Create: `CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'`}}
	_, err = migrate.DriftOf(t.Context(), db, state)
	var right *migrate.RightError
	require.ErrorAs(t, err, &right)
	require.Equal(t, "CREATE", right.Right)
}
