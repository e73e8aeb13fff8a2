package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// rowsOf is the rows of all notes as a subquery of one column.
func rowsOf(column string) *query.Expr { return rows(of(note).columns(column)) }

func TestSpecialSearch(t *testing.T) {
	t.Parallel()
	vector := func(config bool) *query.Expr {
		name, args := "to_tsvector(COALESCE(?, ''))", []*query.Expr{f("title")}
		if config {
			name, args = "to_tsvector(?::regconfig, COALESCE(?, ''))", []*query.Expr{val("english"), f("title")}
		}
		return &query.Expr{Kind: query.Func, Name: name, Args: args, Type: lookup.VectorType}
	}
	search := func(config bool) *query.Expr {
		name, args := "plainto_tsquery(?)", []*query.Expr{val("x")}
		if config {
			name, args = "plainto_tsquery(?::regconfig, ?)", []*query.Expr{val("english"), val("x")}
		}
		return &query.Expr{Kind: query.Func, Name: name, Args: args, Type: lookup.SearchType}
	}
	long := make([]string, query.LongList+1)
	cases := append(lookups(
		"title__search", "x", "title__search", search(false), "title__search", search(true), "doc", "x", "doc__search", search(true), "title__search", f("body"),
		"title__trigram_similar", "x", "title__trigram_word_similar", "x", "title__trigram_strict_word_similar", "x",
		"title__unaccent", "é", "title__unaccent__icontains", "é", "title__unaccent__in", []string{"é", "e"}, "title__unaccent__in", []any{"é", f("body")},
		"title__unaccent__range", []string{"a", "é"}, "title__unaccent", f("body"), "title__unaccent__isnull", true, "title__unaccent__in", rowsOf("body"),
	),
		golden{"unaccented in of many", where(of(note).filter("title__unaccent__in", long))[:90]},
		golden{"a vector with a configuration", where(of(note).where(query.Compare(vector(true), "exact", "x")))},
		golden{"a vector without", where(of(note).where(query.Compare(vector(false), "exact", "x")))},
		golden{"joined vectors", where(of(note).where(query.Compare(op(vector(true), "+", vector(false)), "exact", f("body"))))},
	)
	compare(t, "specialsearch.sql", append(cases, impossible("doc", "exact", "x", "title", "trigram_similar", "x")...))
}
