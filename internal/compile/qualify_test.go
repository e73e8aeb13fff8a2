package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestQualify(t *testing.T) {
	t.Parallel()
	rank := func() *query.Expr {
		return with(over(call("RANK"), f("shop")), func(e *query.Expr) { e.Order = orderBy(f("size"), true) })
	}
	q := of(note).annotate("r", rank()).filter("r__lte", 3)
	grouped := of(shop).annotate("n", count(f("notes"))).annotate("r", with(over(call("RANK")), func(e *query.Expr) { e.Order = orderBy(f("n"), true) }))
	compare(t, "qualify.sql", []golden{
		{"a filter", selected(q.columns("title"))},
		{"a filter and an order", selected(q.columns("title", "r").order("r", "-size", "?"))},
		{"a slice", selected(q.columns("title").slice(2, 5))},
		{"distinct", selected(q.columns("title").distinct())},
		{"groups, having", selected(grouped.filter("n__gt", 1, "r", 1, "name", "x").columns("name"))},
		{"an impossible condition", selected(q.filter("size__in", []int{}).columns("title"))},
		{"an impossible window", selected(of(note).annotate("r", rank()).filter("r__in", []int{}).columns("title"))},
		{"an impossible group", selected(grouped.filter("r", 1, "n__in", []int{}).columns("name"))},
		{"a window compared with a column", selected(of(note).annotate("r", rank()).filter("r__gt", f("pages")).columns("title"))},
		{"a window among some", selected(of(note).annotate("r", rank()).filter("r__in", []any{1, f("pages")}).columns("title"))},
		{"exists", exists(q)},
	})
}
