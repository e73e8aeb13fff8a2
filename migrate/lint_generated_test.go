package migrate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// An index that takes another's place is no duplicate of it where a later file
// drops the other.
func TestLintOfAnIndexInPlaceOfAnother(t *testing.T) {
	t.Parallel()
	db := setup(t)
	from, to := shelves(), shelves()
	books := to.Tables["books"]
	books.Indexes = slices.DeleteFunc(books.Indexes, func(x migrate.Index) bool { return x.Name == "idx_books_note" })
	for dropped, after := range map[bool]*migrate.State{true: to, false: from} {
		got, err := migrate.LintSQL(t.Context(), db, from, migrate.LintOptions{Final: after}, migrate.LintUnit{
			SQL: []string{`CREATE INDEX CONCURRENTLY idx_books_note_at ON books (note, at)`}, NoTx: true, Before: from,
		})
		require.NoError(t, err)
		require.Equal(t, !dropped, slices.ContainsFunc(got, func(f migrate.Finding) bool { return f.Rule == "L30" }), "%v", got)
	}
}

// A file that Generate makes is dangerous only if its change has no safe form,
// or breaks programs because the models ask for it: a rename, a drop, another
// type. All others are without an error.
func TestLintOfGeneratedFiles(t *testing.T) {
	t.Parallel()
	db := setup(t)
	asked := []string{"L13", "L14", "L16", "L17", "L18", "L20", "L21", "L22"}
	chains, clean := 0, 0
	step := longtest.Size(3, 1)
	for i, p := range slices.Concat(columnPairs, partPairs, otherPairs) {
		if i%step != 0 {
			continue
		}
		to := shelves()
		p.change(to)
		ops, err := migrate.Diff(shelves(), to, always)
		require.NoError(t, err, p.name)
		units, after, err := migrate.Split(shelves(), ops)
		require.NoError(t, err, p.name)
		var chain []migrate.LintUnit
		at := shelves()
		unitOf := map[string]migrate.Unit{}
		for _, u := range units {
			chain = append(chain, migrate.LintUnit{SQL: u.Forward, Ops: u.Ops, NoTx: u.NoTx, Before: at.Clone()})
			for _, op := range u.Ops {
				require.NoError(t, op.Apply(at))
			}
			for _, sql := range u.Forward {
				unitOf[sql] = u
			}
			if len(u.Back) > 0 {
				chain = append(chain, migrate.LintUnit{SQL: u.Back, Ops: u.Ops, NoTx: u.NoTx, Back: true, Loses: u.Loses, Before: at.Clone()})
			}
		}
		got, err := migrate.LintSQL(t.Context(), db, shelves(), migrate.LintOptions{Final: after}, chain...)
		require.NoError(t, err, p.name)
		chains++
		if migrate.Dangerous(got) == nil {
			clean++
		}
		for _, f := range got {
			fills := slices.ContainsFunc(unitOf[f.Stmt.SQL].Ops, func(op migrate.Op) bool {
				_, fills := op.(migrate.FillColumn)
				return fills // in one statement where the key has several columns
			})
			if f.Level == migrate.Error && !slices.Contains(asked, f.Rule) && !slow(unitOf[f.Stmt.SQL]) && !fills {
				t.Errorf("%s: %v | %s", p.name, f, f.Stmt.SQL)
			}
			if f.Rule == "L00" {
				t.Errorf("%s: %v | %s", p.name, f, f.Stmt.SQL)
			}
		}
	}
	t.Logf("%d changes, %d without an error", chains, clean)
}
