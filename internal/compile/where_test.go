package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestWhere(t *testing.T) {
	t.Parallel()
	either := func(a, b *query.Cond) *query.Cond { return query.Not(query.Or(a, b)) }
	compare(t, "where.sql", []golden{
		{"exclude", where(of(note).exclude("title", "x"))},
		{"exclude over a nullable column", where(of(note).exclude("body", "x"))},
		{"exclude null", where(of(note).exclude("body", nil))},
		{"exclude not null", where(of(note).exclude("body__isnull", false))},
		{"exclude over a relation", from(of(note).exclude("shop__name", "x"))},
		{"exclude over a relation that is never missing", from(of(shop).exclude("area__name", "x"))},
		{"exclude with a nullable column on the right", where(of(note).exclude("size", f("pages")))},
		{"exclude twice", where(of(note).where(query.Not(query.Not(query.Call(query.Lookup("body", "x"))))))},
		{"exclude JSON's null", where(of(note).exclude("data", nil))},
		{"exclude over a relation to many", from(of(shop).exclude("notes__title", "x"))},
		{"exclude over rows that may be hidden", from(of(shop).exclude("visits__name", "x"))},
		{"exclude two of a relation to many", where(of(shop).exclude("notes__title", "x", "notes__size", 1))},
		{"exclude over a relation to many behind one", from(of(note).exclude("shop__notes__title", "x"))},
		{"exclude over many-to-many", from(of(shop).exclude("goods__name", "x"))},
		{"exclude over a key of two columns", from(of(good).exclude("marks__owner_id", 1))},
		{"exclude over a polymorphic relation", from(of(note).exclude("marks__good_a", 1))},
		{"exclude over a filtered relation", from(of(shop).filtered("long", "notes", "notes__size", 1).exclude("long__title", "x"))},
		{"exclude missing rows of a relation to many", from(of(shop).exclude("notes__isnull", true))},
		{"exclude over a relation to many by or", from(of(shop).where(either(query.Lookup("notes__title", "x"), query.Lookup("name", "y"))))},
		{"exclude with a column on the right", from(of(shop).exclude("notes__title", f("name")))},
		{"exclude with an operation on the right", from(of(shop).exclude("notes__size", op(f("id"), "+", val(1))))},
		{"exclude what a filter joined", from(of(shop).where(query.Lookup("notes__title", "x"), query.Not(query.Call(query.Lookup("notes__size", 1)))))},
		{"a value that is a subquery", where(of(note).filter("size", sub(query.Sub, of(note).filter("id", outer("parent")).columns("size"))))},
		{"a range with expressions", from(of(note).filter("size__range", []any{f("parent__size"), f("shop__area__id")}))},
		{"an in with expressions", from(of(note).filter("size__in", []any{1, f("parent__size")}))},
		{"a condition that is a value joins loosely", from(of(note).where(query.Holds(truth("shop__name", "x"))))},
		{"a transform over a relation", from(of(note).filter("parent__at__year__gt", f("size")))},
		{"an annotation on the left", where(of(note).alias("d", op(f("size"), "*", val(2))).filter("d__gt", 3))},
	})
}
