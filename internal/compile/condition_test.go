package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestCondition(t *testing.T) {
	t.Parallel()
	q := of(note)
	a, b, c := query.Lookup("size", 1), query.Lookup("title", "x"), query.Lookup("sold", true)
	never, always := query.Lookup("size__in", []int{}), query.Not(query.Lookup("size__in", []int{}))
	r := of(note).annotate("r", over(call("ROW_NUMBER"), f("shop")))
	n := of(shop).annotate("n", count(f("notes")))
	compare(t, "condition.sql", []golden{
		{"and", where(q.where(a, b))},
		{"or in and", where(q.where(query.Or(a, b), c))},
		{"and in or", where(q.where(query.Or(query.And(a, b), c)))},
		{"not", where(q.where(query.Not(query.Or(a, b))))},
		{"not of a nested or", where(q.where(query.Not(query.Call(query.Or(a, b)))))},
		{"not of two nested", where(q.where(query.Not(query.And(query.Or(a, b), query.Or(b, c)))))},
		{"xor of two", where(q.where(query.Xor(a, b)))},
		{"xor of three", where(q.where(query.Xor(a, b, c)))},
		{"xor negated", where(q.where(query.Not(query.Xor(a, b))))},
		{"xor with what never holds", where(q.where(query.Xor(a, never)))},
		{"xor with what always holds", where(q.where(query.Xor(a, always)))},
		{"xor of what never holds", where(q.where(query.Xor(never, never)))},
		{"not xor of what never holds", where(q.where(query.Not(query.Xor(never, never))))},
		{"or with what never holds", where(q.where(query.Or(a, never)))},
		{"or with what always holds", where(q.where(query.Or(a, always)))},
		{"and with what never holds", where(q.where(a, never))},
		{"and with what always holds", where(q.where(a, always))},
		{"an expression", where(q.where(query.Holds(f("sold"))))},
		{"a constant", where(q.where(query.Holds(val(true)), a))},
		{"a constant that is false", where(q.where(query.Holds(val(false)), a))},
		{"a condition as an expression", where(q.where(query.Holds(truth("size", 1, "title", "x"))))},
		{"exists", where(of(shop).where(query.Holds(sub(query.Exists, of(note).filter("shop", outer("pk"))))))},
		{"exists of none", where(of(shop).where(query.Not(query.Holds(sub(query.Exists, chain{of(note).Nothing()}))), query.Lookup("name", "x")))},
		{"having", selected(n.filter("n__gt", 1, "name", "x").columns("id"))},
		{"having joined by or", selected(n.where(query.Or(query.Lookup("n__gt", 1), query.Lookup("name", "x"))).columns("id"))},
		{"a window among conditions", selected(r.where(a, query.Lookup("r", 1)).columns("id"))},
		{"a window joined by or", selected(r.where(query.Or(a, query.Lookup("r", 1))).columns("id"))},
		{"a window and groups joined by or", selected(n.annotate("r", over(call("ROW_NUMBER"), f("area"))).where(query.Or(query.Lookup("name", "x"), query.Lookup("r", 1))))},
	})
}
