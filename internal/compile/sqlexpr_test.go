package compile_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestSQLExpr(t *testing.T) {
	t.Parallel()
	q := of(note)
	never, always := query.Lookup("size__in", []int{}), query.Call(query.Not(query.Lookup("size__in", []int{})))
	sold := query.Lookup("sold", true)
	choose := func(rest *query.Expr, conds ...*query.Cond) *query.Expr {
		e := &query.Expr{Kind: query.Case}
		for i, c := range conds {
			e.Whens = append(e.Whens, query.When{Cond: c, Then: val(i)})
		}
		if rest != nil {
			e.Args = []*query.Expr{rest}
		}
		return e
	}
	kind := func(v any, sql string) *query.Expr { return typed(val(v), sql) }
	sum := func(set func(e *query.Expr)) *query.Expr { return with(agg("SUM", f("price")), set) }
	empty := chain{of(note).columns("size").Nothing()}
	compare(t, "sqlexpr.sql", []golden{
		{"null", expr(q, val(nil))}, {"null with a type", expr(q, kind(nil, "integer"))},
		{"an integer", expr(q, val(1))}, {"a large integer", expr(q, val(int64(1)<<40))}, {"a float", expr(q, val(1.5))}, {"text", expr(q, val("x"))}, {"a bool", expr(q, val(true))},
		{"a decimal", expr(q, val(decimal.New(15, -1)))}, {"a duration", expr(q, val(time.Hour))}, {"a slice", expr(q, val([]int{1}))}, {"a typed constant", expr(q, kind("1", "xml"))},
		{"constants whose types nobody set", where(q.where(query.Compare(call("f", f("size")), "in", []any{untyped(int64(1)), untyped(1.5), untyped(decimal.New(1, 0)), untyped(time.Hour), untyped("x"), untyped([]byte("x"))})))},
		{"an operation", expr(q, op(f("size"), "+", val(1)))}, {"nested operations", expr(q, op(op(f("size"), "+", val(1)), "*", f("pages")))},
		{"a remainder of floats", expr(q, op(f("rate"), "%", val(2.5)))}, {"days between dates", expr(q, op(f("day"), "-", f("day")))}, {"a time and a duration", expr(q, op(f("at"), "+", val(time.Hour)))},
		{"a negation", expr(q, &query.Expr{Kind: query.Neg, Args: []*query.Expr{f("size")}})},
		{"a cast", expr(q, &query.Expr{Kind: query.Cast, Args: []*query.Expr{f("size")}, Type: lookup.TextType})},
		{"a call", expr(q, call("COALESCE", f("body"), val("x")))}, {"a pattern", expr(q, typed(call("OVERLAY(? PLACING ? FROM 1)", f("title"), op(f("title"), "||", val("x"))), "text"))},
		{"a raw expression", expr(q, &query.Expr{Kind: query.Raw, Name: "a ?? ? + ?", Value: []any{1, 2}, Type: lookup.IntType})},
		{"an aggregate", expr(q, sum(func(*query.Expr) {}))},
		{"a distinct aggregate", expr(q, sum(func(e *query.Expr) { e.Distinct = true }))},
		{"an aggregate with a default", expr(q, sum(func(e *query.Expr) { e.Value = decimal.New(0, 0) }))},
		{"a filter", expr(q, sum(func(e *query.Expr) { e.Cond = sold }))},
		{"a filter that never holds", expr(q, sum(func(e *query.Expr) { e.Cond = never }))},
		{"a filter that always holds", expr(q, sum(func(e *query.Expr) { e.Cond = always }))},
		{"an aggregate in order", expr(q, with(agg("ARRAY_AGG", f("size")), func(e *query.Expr) { e.Order = orderBy(f("at"), true) }))},
		{"an order of no aggregate", expr(q, with(typed(call("f", f("size")), "integer"), func(e *query.Expr) { e.Order = orderBy(f("at"), true) }))},
		{"case", expr(q, choose(val(9), sold, query.Lookup("size", 1)))}, {"case without else", expr(q, choose(nil, sold))},
		{"case that never holds", expr(q, choose(val(9), never))}, {"case that never holds, without else", expr(q, choose(nil, never))},
		{"case that always holds", expr(q, choose(val(9), always, sold))}, {"case that always holds at last", expr(q, choose(val(9), sold, always, sold))},
		{"a condition", expr(q, truth("size", 1))}, {"a condition that never holds", expr(q, truth("size__in", []int{}))},
		{"a condition that always holds", expr(q, &query.Expr{Kind: query.Truth, Cond: always})},
		{"exists", expr(q, sub(query.Exists, of(shop)))}, {"exists of nothing", expr(q, sub(query.Exists, empty))},
		{"a subquery", expr(q, sub(query.Sub, of(note).columns("size").slice(0, 1)))}, {"a subquery of nothing", expr(q, sub(query.Sub, empty))},
		{"an array of rows", expr(q, sub(query.ArraySub, of(note).columns("size")))}, {"an array of nothing", expr(q, sub(query.ArraySub, empty))},
		{"a window with a default", expr(q, over(sum(func(e *query.Expr) { e.Value = decimal.New(0, 0) }), f("shop")))},
	})
}

// untyped is a constant as a resolved expression that has no type.
func untyped(v any) *query.Expr { return &query.Expr{Kind: query.Raw, Name: "?", Value: []any{v}} }
