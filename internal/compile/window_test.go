package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	two, minus, zero := 2, -3, 0
	window := func(frame *query.Frame, order []query.Order, partition ...*query.Expr) string {
		e := over(agg("SUM", f("size")), partition...)
		e.Window.Frame, e.Order = frame, order
		return expr(of(note), e)
	}
	byTime := orderBy(f("at"), true)
	compare(t, "window.sql", []golden{
		{"all rows", window(nil, nil)},
		{"a partition", window(nil, nil, f("shop"), f("sold"))},
		{"an order", window(nil, byTime)},
		{"a partition and an order", window(nil, []query.Order{{Expr: f("at"), Nulls: query.NullsFirst}, {Expr: f("size"), Desc: true, Nulls: query.NullsLast}}, f("shop"))},
		{"rows up to the current", window(&query.Frame{End: &zero}, byTime)},
		{"rows around", window(&query.Frame{Start: &minus, End: &two}, byTime, f("shop"))},
		{"a range", window(&query.Frame{Range: true, Start: &zero}, byTime)},
		{"a frame alone", window(&query.Frame{Exclude: "CURRENT ROW"}, nil)},
		{"a column as a function", expr(of(note).annotate("s", agg("SUM", f("size"))), over(f("s"), f("shop")))},
		{"of an aggregate", selected(of(shop).columns("area").annotate("n", count(f("notes"))).annotate("r", with(over(call("RANK")), func(e *query.Expr) { e.Order = orderBy(f("n"), true) })))},
	})
}
