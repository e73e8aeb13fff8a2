package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

// combine joins the conditions of two queries.
func (c chain) combine(conn query.Conn, other chain) chain {
	return chain{c.Combine(conn, other.Query)}
}

func TestBuilder(t *testing.T) {
	t.Parallel()
	n := of(shop).annotate("n", count(f("notes")))
	named := func(text string) chain { return of(shop).filter("notes__title", text) }
	compare(t, "builder.sql", []golden{
		{"calls join rows to many each for itself", where(named("a").filter("notes__title", "b"))},
		{"one call shares its joins", where(of(shop).filter("notes__title", "a", "notes__size", 1))},
		{"a tied call shares them too", where(chain{of(shop).Tied(must(of(shop).Resolve(query.Lookup("notes__title", "a"))))}.filter("notes__size", 1))},
		{"an aggregate groups by the object", selected(n)},
		{"columns before an aggregate group", selected(of(note).columns("shop__name").annotate("n", star()))},
		{"columns after an aggregate leave the groups", selected(n.columns("name", "n"))},
		{"a later annotation replaces one of its name", selected(of(note).columns("id").annotate("x", f("size")).annotate("x", f("pages")))},
		{"an alias is not selected", selected(of(note).alias("x", f("size")).filter("x", 1).columns("id"))},
		{"groups without an aggregate", selected(of(note).groupBy("shop__name"))},
		{"groups by an annotation", selected(of(note).annotate("y", f("at__year")).groupBy("y").annotate("n", star()))},
		{"groups by a condition", selected(of(note).annotate("y", truth("size", 1)).columns("y").annotate("n", star()))},
		{"combined by and", where(named("a").combine(query.AND, named("b")))},
		{"combined by or", where(named("a").combine(query.OR, named("b")))},
		{"combined by or with a bare query", where(named("a").combine(query.OR, of(shop).filter("name", "x")))},
		{"combined by or, a foreign key", where(of(note).filter("shop__name", "x").combine(query.OR, of(note).filter("shop__area__name", "y")))},
		{"combined twice", where(named("a").combine(query.OR, named("b")).combine(query.OR, of(shop).filter("area__name", "y")))},
		{"a query in a query in a query", where(of(note).filter("shop__in", rows(of(shop).filter("area__in", rows(of(area).filter("name", "x"))))))},
	})
}
