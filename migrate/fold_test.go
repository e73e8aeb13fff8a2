package migrate_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

func TestFold(t *testing.T) {
	t.Parallel()
	table := func(name string, columns ...col) migrate.Op {
		return migrate.CreateTable{Table: migrate.Table{Name: name, Columns: columns}}
	}
	a, b := col{Name: "a", Type: "text"}, col{Name: "b", Type: "text"}
	wide := col{Name: "a", Type: "bigint", NotNull: true}
	for _, c := range []struct {
		ops  []migrate.Op
		want []string
	}{
		{[]migrate.Op{table("t", a), migrate.DropTable{Table: "t"}}, nil},
		{[]migrate.Op{table("t", a), migrate.AddColumn{Table: "t", Column: b}, migrate.DropColumn{Table: "t", Column: "a"}, migrate.RenameTable{Table: "t", To: "u"}}, []string{"create table u"}},
		{[]migrate.Op{migrate.AddColumn{Table: "tags", Column: a}, migrate.RenameColumn{Table: "tags", Column: "a", To: "c"}}, []string{"add column tags.c"}},
		{[]migrate.Op{migrate.AddColumn{Table: "tags", Column: a}, migrate.AlterColumn{Table: "tags", Column: wide}, migrate.DropColumn{Table: "tags", Column: "a"}}, nil},
		{[]migrate.Op{migrate.RenameColumn{Table: "authors", Column: "email", To: "x"}, migrate.RenameTable{Table: "authors", To: "w"}, migrate.RenameColumn{Table: "w", Column: "x", To: "mail"}},
			[]string{"rename table authors to w", "rename column w.email to mail"}},
		{[]migrate.Op{migrate.RenameColumn{Table: "authors", Column: "email", To: "x"}, migrate.RenameColumn{Table: "authors", Column: "x", To: "email"}}, nil},
		{[]migrate.Op{migrate.DropColumn{Table: "authors", Column: "email"}, migrate.AddColumn{Table: "authors", Column: col{Name: "mail", Type: "varchar(100)"}}},
			[]string{"add column authors.mail", "drop column authors.email"}},
		{[]migrate.Op{migrate.RenameEnum{Name: "mood", To: "m"}, migrate.RenameEnum{Name: "m", To: "feeling"}}, []string{"rename enum mood to feeling"}},
	} {
		ops, err := migrate.Fold(shelves(), c.ops)
		require.NoError(t, err)
		var got []string
		for _, op := range ops {
			got = append(got, op.Describe())
		}
		require.Equal(t, c.want, got)
	}
}

// possible reports whether a state fits together: names are used once, and
// columns exist.
func possible(s *migrate.State) bool {
	for _, t := range s.Tables {
		seen := map[string]bool{}
		for _, c := range t.Columns {
			if seen[c.Name] {
				return false
			}
			seen[c.Name] = true
		}
	}
	_, err := migrate.Diff(&migrate.State{}, s, nil)
	return err == nil && s.Fits()
}

// A chain of random changes and its fold have the same result, and the fold of
// a chain that begins with nothing is as long as making the result at once.
func TestFoldOfRandomChains(t *testing.T) {
	t.Parallel()
	for range longtest.Count(20, 500) {
		var chain []migrate.Op
		at := &migrate.State{Tables: map[string]*migrate.Table{}}
		start := at.Clone()
		for range 6 {
			to := change()
			for range 3 {
				p := append(append(append([]pair{}, columnPairs...), partPairs...), otherPairs...)[rand.IntN(len(columnPairs)+len(partPairs)+len(otherPairs))]
				func() {
					defer func() { _ = recover() }() // a change that needs what another one removed
					next := to.Clone()
					p.change(next)
					if possible(next) {
						to = next
					}
				}()
			}
			ops, err := migrate.Diff(at, to, func(migrate.Question) (bool, error) { return rand.IntN(2) == 0, nil })
			if err != nil {
				continue
			}
			for _, op := range ops {
				require.NoError(t, op.Apply(at))
			}
			chain = append(chain, ops...)
		}
		folded, err := migrate.Fold(start, chain)
		require.NoError(t, err)
		after := start.Clone()
		for _, op := range folded {
			require.NoError(t, op.Apply(after))
		}
		require.Equal(t, at.Sorted(), after.Sorted())
		fresh, err := migrate.Diff(start, at, nil)
		require.NoError(t, err)
		require.Len(t, folded, len(fresh))
	}
}
