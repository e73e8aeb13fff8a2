package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// each is a condition on the rows at the end of a path.
func each(q query.Quantifier, path string, list ...any) *query.Cond {
	e := &query.Expr{Kind: query.Each, Name: path, Quantifier: q}
	if len(list) > 0 {
		e.Cond = query.Call(pairs(list)...)
	}
	return query.Holds(e)
}

func TestExpr(t *testing.T) {
	t.Parallel()
	inner := of(note).filter("shop", outer("pk"))
	nested := of(shop).filter("area", outer("pk"), "notes__in", rows(of(note).filter("title", &query.Expr{Kind: query.Outer, Name: "name", Depth: 2})))
	grouped := func(e *query.Expr) string {
		return selected(of(note).annotate("x", e).groupBy("x").annotate("n", star()))
	}
	compare(t, "expr.sql", []golden{
		{"a column behind relations", expr(of(note), f("shop__area__name"))},
		{"a relation to many", expr(of(shop), f("notes__title"))},
		{"a foreign key", expr(of(note), f("shop"))},
		{"an annotation", selected(of(note).annotate("a", f("size")).annotate("b", op(f("a"), "+", val(1))).columns("b"))},
		{"a name of the query around", selected(of(shop).annotate("x", sub(query.Exists, inner)).columns("x"))},
		{"a name two queries around", where(of(area).where(query.Holds(sub(query.Exists, nested))))},
		{"a name of no query around", where(inner)},
		{"a name that the query around does not have", where(of(shop).where(query.Holds(sub(query.Exists, of(note).filter("shop", outer("nme"))))))},
		{"some row", where(of(shop).where(each(query.Some, "notes", "title", "x")))},
		{"some row at all", where(of(shop).where(each(query.Some, "notes")))},
		{"no row", where(of(shop).where(each(query.NoRow, "notes", "title", "x", "size", 1)))},
		{"every row", where(of(shop).where(each(query.Every, "notes", "title", "x")))},
		{"some row behind two relations", where(of(good).where(each(query.Some, "shops__notes", "title", "x")))},
		{"some row of a table between", where(of(good).where(each(query.Some, "shops", "name", "x")))},
		{"some row of a polymorphic relation", where(of(note).where(each(query.Some, "marks", "good_a", 1)))},
		{"groups by a column", grouped(f("size"))},
		{"groups by a constant", grouped(val(1))},
		{"groups by an operation", grouped(op(f("size"), "+", f("pages")))},
		{"groups by raw SQL", grouped(&query.Expr{Kind: query.Raw, Name: "now()", Type: lookup.TimeType})},
		{"groups by a condition", grouped(truth("size", 1, "pages", 2))},
		{"groups by a subquery", selected(of(shop).annotate("x", sub(query.Sub, inner.columns("title"))).groupBy("x").annotate("n", star()))},
		{"groups by a subquery of a relation to many", selected(of(shop).annotate("x", sub(query.Sub, of(note).filter("id", outer("notes__pk")).columns("title"))).groupBy("x").annotate("n", star()))},
		{"groups by a window", selected(of(shop).annotate("n", count(f("notes"))).annotate("r", over(call("RANK"), f("area"))).columns("n", "r"))},
		{"groups by a window's order", selected(of(shop).columns("area").annotate("n", count(f("notes"))).annotate("r", with(over(call("RANK")), func(e *query.Expr) { e.Order = orderBy(f("name"), true) })))},
		{"groups by what stands beside an aggregate", selected(of(shop).columns("area").annotate("x", op(count(f("notes")), "+", f("area__id"))))},
		{"groups by an aggregate's case", selected(of(shop).columns("area").annotate("x", &query.Expr{Kind: query.Case, Whens: []query.When{{Cond: query.Lookup("name", "x"), Then: count(f("notes"))}}, Args: []*query.Expr{val(0)}}))},
	})
}
