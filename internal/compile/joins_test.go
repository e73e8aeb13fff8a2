package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

// from shows a Select's text from FROM on.
func from(c chain) string {
	return "FROM" + after(selected(chain{c.OrderBy(nil)}.columns(c.Model.Fields[0].Column)), " FROM")
}

func TestJoins(t *testing.T) {
	t.Parallel()
	inner := func(names ...any) chain { return of(note).filter(names...) }
	long := of(shop).filtered("long", "notes", "notes__size__gt", 9)
	compare(t, "joins.sql", []golden{
		{"a path", from(inner("shop__area__name", "x"))},
		{"a key at the end is the foreign key", from(inner("shop__pk", 1))},
		{"a key that may be hidden is not", from(of(shop).filter("area__name__isnull", true))},
		{"a hidden row's key is", from(of(shop).filter("area", 1))},
		{"hidden rows are joined too", from(chain{of(shop).filter("area__name", "x").Seeing(query.WithDeleted)})},
		{"a table twice", from(inner("parent__title", "x"))},
		{"a table three times", from(inner("parent__parent__title", "x", "replies__title", "y"))},
		{"a many-to-many", from(of(shop).filter("goods__name", "x"))},
		{"a key of two columns", from(of(good).filter("marks__owner_id", 1))},
		{"a polymorphic relation", from(of(note).filter("marks__good_a", 1))},
		{"missing rows are wanted", from(inner("shop__name__isnull", true))},
		{"or wants missing rows", from(of(note).where(query.Or(query.Lookup("shop__name", "x"), query.Lookup("parent__title", "y"))))},
		{"or over one relation does not", from(of(note).where(query.Or(query.Lookup("shop__name", "x"), query.Lookup("shop__name", "y"))))},
		{"or beside and", from(of(note).filter("shop__name", "z").where(query.Or(query.Lookup("shop__name", "x"), query.Lookup("parent__title", "y"))))},
		{"or behind a missing row", from(of(note).where(query.Or(query.Lookup("shop__area__name", "x"), query.Lookup("title", "y"))))},
		{"an order does not drop rows", selected(of(note).columns("id").order("shop__name"))},
		{"a filtered relation", from(long.filter("long__title", "x"))},
		{"a filtered relation by its key", from(long.filter("long__isnull", true))},
		{"a filtered relation that never holds", from(of(shop).filtered("none", "notes", "notes__size__in", []int{}).filter("none__title", "x"))},
		{"a filtered relation that always holds", from(chain{of(shop).FilterRelation(must(of(shop).NewFiltered("all", "notes", query.Call(query.Not(query.Lookup("notes__size__in", []int{}))))))}.filter("all__title", "x"))},
		{"a filtered relation by or", from(chain{of(shop).FilterRelation(must(of(shop).NewFiltered("some", "notes", query.Call(query.Or(query.Lookup("notes__size", 1), query.Lookup("notes__size", 2))))))}.filter("some__title", "x"))},
		{"a filtered relation beside the relation", from(long.filter("long__title", "x").filter("notes__title", "y"))},
		{"a filtered relation through another", from(of(area).filter("pk", 1).where(query.Holds(sub(query.Exists, of(shop).filter("area", outer("pk")).filtered("long", "notes", "notes__size", 1).filter("long__title", "x")))))},
	})
}

func TestAliasesWithin(t *testing.T) {
	t.Parallel()
	q := of(note).filter("id", 1)
	for range 8 {
		q = of(note).filter("parent__in", rows(q.filter("shop__name", "x")))
	}
	compare(t, "aliases.sql", []golden{{"eight queries deep", where(q)}})
}
