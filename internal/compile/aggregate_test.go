package compile_test

import (
	"fmt"
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
)

// aggregated shows the statement of an Aggregate and the values that need none.
func aggregated(c chain, exprs ...*query.Expr) string {
	var list []*query.Annotation
	for i, e := range exprs {
		list = append(list, &query.Annotation{Name: fmt.Sprint("a", i+1), Expr: must(c.Expr(e))})
	}
	st, values, err := compile.Aggregate(c.Query, list)
	text := sql(st, err)
	if values != nil {
		text += fmt.Sprintf(" values %v", values)
	}
	return text
}

func TestAggregate(t *testing.T) {
	t.Parallel()
	sum := func() *query.Expr { return agg("SUM", f("size")) }
	zero := with(sum(), func(e *query.Expr) { e.Value = int64(0) })
	named := of(note).annotate("double", op(f("size"), "*", val(2)))
	numbered := of(note).annotate("r", over(call("ROW_NUMBER"), f("shop")))
	compare(t, "aggregate.sql", []golden{
		{"over rows", aggregated(of(note).filter("sold", true), star(), sum())},
		{"over joined columns", aggregated(of(note), agg("MAX", f("shop__area__name")))},
		{"with a default", aggregated(of(note), zero)},
		{"no rows, known", aggregated(chain{of(note).Nothing()}, star(), zero, sum())},
		{"no rows, computed", aggregated(chain{of(note).Nothing()}, op(star(), "+", val(1)))},
		{"an impossible condition", aggregated(of(note).filter("size__in", []int{}), star())},
		{"over a slice", aggregated(of(note).order("at").slice(0, 5), sum(), star())},
		{"over distinct rows", aggregated(of(note).columns("title").distinct(), sum())},
		{"over groups", aggregated(of(note).groupBy("shop").annotate("n", star()), agg("MAX", f("n")))},
		{"behind an aggregate", aggregated(of(shop).annotate("n", count(f("notes"))), agg("MAX", f("n")), star())},
		{"behind a condition on an aggregate", aggregated(of(shop).alias("n", count(f("notes"))).filter("n__gt", 1), star())},
		{"of an annotation", aggregated(named, agg("SUM", f("double")))},
		{"of a window", aggregated(numbered, agg("MAX", f("r")))},
		{"of a subquery", aggregated(of(shop).annotate("s", sub(query.Sub, of(note).filter("shop", outer("pk")).columns("size").slice(0, 1))), agg("MAX", f("s")))},
		{"of an alias over a slice", aggregated(of(note).alias("double", op(f("size"), "*", val(2))).slice(0, 3), agg("MAX", f("double")))},
		{"over a set", aggregated(of(note).columns("size").combined(query.Union, true, of(note).columns("size")), agg("MAX", f("size")))},
		{"over a set, of another column", aggregated(of(note).columns("size").combined(query.Union, true, of(note).columns("size")), agg("MAX", f("pages")))},
		{"the order moves behind added columns", aggregated(of(note).columns("title").distinct().order("at").slice(0, 3), sum())},
		{"a subquery over a slice", aggregated(of(note).slice(0, 3), agg("MAX", sub(query.Sub, of(note).filter("id", outer("parent_id")).columns("size"))))},
	})
}
