package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestExprs(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	expr := func(name string, e *query.Expr) golden { return golden{name, got(show)(q.Expr(e))} }
	each := func(path string, c *query.Cond) *query.Expr {
		return &query.Expr{Kind: query.Each, Name: path, Quantifier: query.Every, Cond: c}
	}
	elsewhere := query.New(must(registry()(thing.Type)))
	named := q.Annotate(&query.Annotation{Name: "x", Expr: must(q.Name("num"))}).Annotate(&query.Annotation{Name: "y", Expr: must(q.Name("num")), Hidden: true})
	columns := func(q *query.Query, names ...string) string {
		return got(func(c *query.Columns) string { return dump(q.Select(c)) })(q.NewColumns(names))
	}
	compare(t, "exprs.txt", []golden{
		expr("a name", f("owner__name")), expr("an unknown name", f("nmae")), expr("a constant", constant(1)), expr("null", constant(nil)),
		expr("none", nil), expr("a mistake", &query.Expr{Err: errMistake}), expr("an outer name", &query.Expr{Kind: query.Outer, Name: "x", Depth: 1}),
		expr("arguments", call("COALESCE", f("name"), constant("x"))), expr("an unknown argument", call("f", f("nmae"))),
		expr("a condition", &query.Expr{Kind: query.Truth, Cond: query.Lookup("num__gt", 1)}), expr("a wrong condition", &query.Expr{Kind: query.Truth, Cond: query.Lookup("num__gt", "x")}),
		expr("exists", sub(query.Exists, query.New(owner))), expr("rows", sub(query.Sub, column(owner, "name"))), expr("rows of several columns", sub(query.Sub, column(owner, "name", "id"))),
		expr("rows of a key of two", sub(query.Sub, query.New(pair))), expr("an array", sub(query.ArraySub, query.New(owner))), expr("rows of another database", sub(query.Sub, elsewhere.Select(must(elsewhere.NewColumns([]string{"num"}))))),
		expr("an annotation's column", sub(query.Sub, named.Select(must(named.NewColumns([]string{"x"}))))),
		expr("each row", each("self__parts", query.Lookup("name", "x"))), expr("each row without a condition", each("parts", nil)), expr("each row of no relation", each("name", nil)),
		expr("each row with a wrong condition", each("parts", query.Lookup("nmae", "x"))), expr("a type that is not known", op(f("name"), "-", f("num"))),
		{"a type that does not matter", got(show)(q.Untyped(op(f("name"), "-", f("num"))))},
		{"columns", columns(named, "owner__name", "x", "at__year")}, {"an alias", columns(named, "y")}, {"no column", columns(q, "nmae")},
		{"every column", dump(named.Select(named.EveryColumn()))},
	})
	for _, q := range []*query.Query{column(owner, "name", "id"), query.New(pair)} {
		_, only := q.OnlyColumn()
		require.False(t, only)
	}
	of, only := query.New(owner).OnlyColumn()
	require.True(t, only)
	require.Equal(t, lookup.Int, of.Kind)
}
