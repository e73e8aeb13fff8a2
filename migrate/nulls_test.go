package migrate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// A column that becomes NOT NULL without a default gets the value that the
// caller names, in batches before the constraint. With a default, and for a new
// table, it is not asked.
func TestFillNulls(t *testing.T) {
	t.Parallel()
	state := func(change func(*migrate.Table)) *migrate.State {
		table := &migrate.Table{Name: "notes", Key: []string{"id"}, Columns: []migrate.Column{
			{Name: "id", Type: "bigint", NotNull: true}, {Name: "text", Type: "text"}, {Name: "stars", Type: "bigint"}}}
		change(table)
		return &migrate.State{Tables: map[string]*migrate.Table{"notes": table}}
	}
	from := state(func(*migrate.Table) {})
	to := state(func(table *migrate.Table) {
		table.Columns[1].NotNull = true
		table.Columns[2].NotNull, table.Columns[2].Default = true, "3"
	})
	var asked []string
	answer := func(sql string, err error) migrate.DiffOption {
		return migrate.FillNulls(func(table string, c migrate.Column) (string, error) {
			asked = append(asked, table+"."+c.Name)
			return sql, err
		})
	}
	refused := errors.New("refused")
	_, err := migrate.Diff(from, to, nil, answer("", refused))
	require.ErrorIs(t, err, refused)
	_, err = migrate.Diff(&migrate.State{Tables: map[string]*migrate.Table{}}, to, nil, answer("", refused))
	require.NoError(t, err)

	for value, want := range map[string][]string{"'none'": {"1 none 3", "2 x 4"}, "": nil} {
		ops, err := migrate.Diff(from, to, nil, answer(value, nil))
		require.NoError(t, err)
		units, _, err := migrate.Split(from, ops)
		require.NoError(t, err)
		db := setup(t)
		run(t, db, migrate.CreateAll(from)...)
		run(t, db, `INSERT INTO notes VALUES (1, NULL, NULL), (2, 'x', 4)`)
		for _, u := range units {
			for _, sql := range u.Forward {
				if err = db.Exec(strings.ReplaceAll(sql, "?", "??")).Error; err != nil {
					break
				}
			}
			if err != nil {
				break
			}
		}
		if want == nil {
			require.ErrorContains(t, err, "notes_text_is_not_null")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, names(t, db, `SELECT id || ' ' || text || ' ' || stars FROM notes ORDER BY id`))
	}
	require.Equal(t, []string{"notes.text", "notes.text", "notes.text"}, asked)
}

// A row that holds NULL after all stops the migration that validates, with what
// to do, and the next run goes on.
func TestNullsAreFoundByTheValidation(t *testing.T) {
	t.Parallel()
	db := setup(t)
	dir := t.TempDir()
	state := &migrate.State{Tables: map[string]*migrate.Table{"notes": {Name: "notes", Key: []string{"id"}, Columns: []migrate.Column{
		{Name: "id", Type: "bigint", NotNull: true}, {Name: "text", Type: "text"}}}}}
	generate(t, dir, state)
	_, err := migrate.Up(t.Context(), db, loaded(t, dir))
	require.NoError(t, err)
	run(t, db, `INSERT INTO notes VALUES (1, NULL)`)
	state.Tables["notes"].Columns[1].NotNull = true
	generate(t, dir, state)
	_, err = migrate.Up(t.Context(), db, loaded(t, dir))
	require.ErrorContains(t, err, "rows that are there violate it (mend them, and start again): ")
	run(t, db, `UPDATE notes SET text = ''`)
	_, err = migrate.Up(t.Context(), db, loaded(t, dir))
	require.NoError(t, err)
}
