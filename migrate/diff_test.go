package migrate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// descriptions returns the operations between two states as phrases.
func descriptions(t testing.TB, from, to *migrate.State, ask migrate.Asker) []string {
	t.Helper()
	ops, err := migrate.Diff(from, to, ask)
	require.NoError(t, err)
	var out []string
	for _, op := range ops {
		out = append(out, op.Describe())
	}
	return out
}

// change returns shelves with a change.
func change(changes ...func(*st)) *migrate.State {
	s := shelves()
	for _, c := range changes {
		c(s)
	}
	return s
}

func TestQuestionsAreAsked(t *testing.T) {
	t.Parallel()
	to := change(func(s *st) {
		for _, p := range otherPairs {
			if p.name == "table, column, generated text and check at once" {
				p.change(s)
			}
		}
	})
	var asked []string
	ask := func(answer bool) migrate.Asker {
		asked = nil
		return func(q migrate.Question) (bool, error) {
			asked = append(asked, q.String())
			return answer, nil
		}
	}
	yes := descriptions(t, shelves(), to, ask(true))
	require.Equal(t, []string{"was table books renamed to works?", "was column book_tags.book_id renamed to book_tags.work_id?",
		"was column works.title renamed to works.label?"}, asked)
	require.Equal(t, []string{
		"drop view long_books", "rename table books to works", "rename column book_tags.book_id to work_id", "rename column works.title to label",
		"drop constraint chk_books_1 of works", "rename index idx_books_author_id to idx_works_author_id", "rename index idx_books_title to idx_works_label",
		"drop column works.upper_title", "add column works.channel", "add column works.upper_title", "add constraint chk_works_1 to works", "create view long_books",
	}, yes)

	apart := change(func(s *st) { renameTable(s, "prices", "costs"); column(s, "authors", "email").Name = "mail" })
	no := descriptions(t, shelves(), apart, ask(false))
	require.Equal(t, []string{"drop table prices", "create table costs", "add column authors.mail", "drop column authors.email"}, no)
	require.Equal(t, no, descriptions(t, shelves(), apart, nil), "without an asker the answer is no")

	// A tag and Meta answer without a question.
	migrate.FormerTable(to.Tables["works"], "books")
	*column(to, "works", "label") = renamedFrom(*column(to, "works", "label"), "title")
	*column(to, "book_tags", "work_id") = renamedFrom(*column(to, "book_tags", "work_id"), "book_id")
	require.Equal(t, yes, descriptions(t, shelves(), to, nil))
	migrate.FormerTable(to.Tables["works"], "-")
	_, err := migrate.Diff(shelves(), to, ask(true))
	require.NoError(t, err)
	require.Empty(t, asked, "- says that the table is new")

	_, err = migrate.Diff(shelves(), change(rename("authors", "email", "mail")), func(migrate.Question) (bool, error) { return true, errors.New("no terminal") })
	require.EqualError(t, err, "no terminal")
}

func TestLikelyRenamesAreAskedFirst(t *testing.T) {
	t.Parallel()
	to := change(func(s *st) {
		without(s, "authors", "email")
		with(s, "authors", col{Name: "web", Type: "varchar(100)"})
		with(s, "authors", col{Name: "email_address", Type: "varchar(100)"})
		with(s, "authors", renamedFrom(col{Name: "e_mail", Type: "varchar(100)"}, "-"))
	})
	var asked []migrate.Question
	descriptions(t, shelves(), to, func(q migrate.Question) (bool, error) {
		asked = append(asked, q)
		return false, nil
	})
	require.Len(t, asked, 2, "renamed_from:- says no")
	require.Equal(t, "email_address", asked[0].New)
	require.Equal(t, "web", asked[1].New)
	require.Greater(t, asked[0].Likeness, asked[1].Likeness)
}

func TestColumnsThatNeedAValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		to   *migrate.State
		want string
	}{
		{change(add(col{Name: "x", Type: "uuid", NotNull: true})), `migrate: column "x" of table "books" is NOT NULL without a default, and rows that are there need a value: type uuid has no zero value (set a default, or let it be NULL, fill it, and make it NOT NULL in a later migration)`},
		{change(add(col{Name: "x", Type: "text", NotNull: true}), addConstraint(unique("u", "x"))), "it is unique"},
		{change(add(col{Name: "x", Type: "bigint", NotNull: true}), books(func(t *migrate.Table) {
			t.ForeignKeys = append(t.ForeignKeys, migrate.ForeignKey{Name: "f", Columns: []string{"x"}, Ref: "nodes", RefColumns: []string{"id"}})
		})), "it refers to rows of nodes"},
	} {
		_, err := migrate.Diff(shelves(), c.to, nil)
		var e *migrate.NeedsValueError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, c.want)
		require.Equal(t, "x", e.Column)
	}
	// A new table needs none.
	_, err := migrate.Diff(&migrate.State{}, change(add(col{Name: "x", Type: "uuid", NotNull: true})), nil)
	require.NoError(t, err)
}

func TestWhatTheServerCannotDo(t *testing.T) {
	t.Parallel()
	_, err := migrate.Diff(shelves(), change(func(s *st) { s.Tables["visits"].PartitionBy = "LIST (who)" }), nil)
	require.ErrorContains(t, err, "migrate: change table visits: the server cannot partition a table that exists")
	_, err = migrate.Diff(shelves(), change(func(s *st) {
		s.Tables["visits"].Partitions[0].Values = "FOR VALUES FROM ('2020-01-01') TO ('2030-01-01')"
	}), nil)
	require.ErrorContains(t, err, "migrate: change partition visits_rest: the server cannot change the values of a partition")
}

// The order of maps does not matter, and neither does a detour through JSON.
func TestDiffIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	to := change()
	for _, p := range otherPairs {
		if p.name == "everything at once" || p.name == "table renamed and many-to-many follows" {
			p.change(to)
		}
	}
	first := descriptions(t, shelves(), to, always)
	for range longtest.Count(20, 100) {
		line, err := json.Marshal(shelves())
		require.NoError(t, err)
		var from migrate.State
		require.NoError(t, json.Unmarshal(line, &from))
		again := &migrate.State{Tables: map[string]*migrate.Table{}, Enums: to.Enums, Objects: to.Objects}
		var names []string
		for name := range to.Tables {
			names = append(names, name)
		}
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			again.Tables[name] = to.Tables[name]
		}
		require.Equal(t, first, descriptions(t, &from, again, always))
	}
	require.Empty(t, descriptions(t, to, to, nil))
}

// Any two states of the pairs lead to each other.
func TestDiffBetweenAnyTwoStates(t *testing.T) {
	t.Parallel()
	var all []*migrate.State
	for _, p := range append(append(append([]pair{}, columnPairs...), partPairs...), otherPairs...) {
		all = append(all, change(p.change))
	}
	for range longtest.Count(1000, 20000) {
		from, to := all[rand.IntN(len(all))], all[rand.IntN(len(all))]
		ops, err := migrate.Diff(from, to, func(migrate.Question) (bool, error) { return rand.IntN(2) == 0, nil })
		if _, needs := errors.AsType[*migrate.NeedsValueError](err); needs {
			continue
		}
		require.NoError(t, err)
		_, after, err := migrate.Split(from, ops)
		require.NoError(t, err)
		require.Empty(t, descriptions(t, after, to, nil), fmt.Sprint(ops))
	}
}
