package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	n := of(shop).annotate("n", count(f("notes")))
	size := of(note).columns("title").annotate("double", op(f("size"), "*", val(2)))
	only := func(m *modelinfo.Model, names ...string) chain { return chain{must(of(m).Only(names))} }
	compare(t, "plan.sql", []golden{
		{"some columns of objects", selected(only(note, "title"))},
		{"some columns of a related object", selected(chain{must(of(shop).related("area").Only([]string{"name", "area__name"}))})},
		{"a related object whose key is deferred", selected(chain{must(of(shop).related("area").Omit([]string{"area"}))})},
		{"related objects of related objects", selected(chain{must(of(note).Only([]string{"shop__area"}))}.related("shop", "area"))},
		{"no columns, the key of two", selected(only(good, "name"))},
		{"an order by a column that is selected", selected(of(note).columns("title").order("title"))},
		{"an order by an annotation", selected(size.order("double"))},
		{"an order by the same expression", selected(of(note).columns("at__year").order("at__year"))},
		{"an order that names a column twice", selected(of(note).columns("id").order("title", "-title", "size"))},
		{"a distinct order by an expression that is selected", selected(of(note).columns("at__year").distinct().order("at__year", "?"))},
		{"groups and an order", selected(of(note).groupBy("shop").annotate("n", star()).order("-n", "shop__name"))},
		{"groups and the model's own order", selected(of(shop).groupBy("area").annotate("n", star()))},
		{"an order that is the model's own and an aggregate", selected(of(shop).columns("area").annotate("n", star()))},
		{"groups by an expression in the order", selected(of(note).groupBy("at__year").annotate("n", star()).order("at__year"))},
		{"columns that depend on the key are no groups", selected(n.columns("name", "n"))},
		{"columns of a related object that depend on its key", selected(n.related("area"))},
		{"having adds groups", selected(n.where(query.Or(query.Lookup("n__gt", 1), query.Lookup("area__name", "x"))).columns("id"))},
		{"equal groups are one", selected(of(note).groupBy("size").annotate("a", f("size")).annotate("n", star()))},
		{"a type of a subquery's column", selected(of(shop).annotate("s", sub(query.Sub, of(note).filter("shop", outer("pk")).columns("title"))).columns("s"))},
		{"counted groups", counted(n.groupBy("name"))},
		{"counted columns with annotations", counted(size.distinct())},
		{"counted objects with an aggregate", counted(n.slice(0, 3))},
	})
}
