package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
)

func counted(c chain) string { return sql(compile.Count(c.Query)) }

func exists(c chain) string { return sql(compile.Exists(c.Query)) }

func TestSelect(t *testing.T) {
	t.Parallel()
	q := of(shop).filter("name", "x").slice(2, 5)
	ids := of(note).columns("id")
	groups := of(note).groupBy("shop").annotate("n", star())
	compare(t, "select.sql", []golden{
		{"objects", selected(q.related("area"))},
		{"the schema is no part of an alias", selected(of(area).filter("name", "x"))},
		{"deleted rows too", selected(chain{of(area).Seeing(query.WithDeleted)})},
		{"deleted rows only", selected(chain{of(area).Seeing(query.OnlyDeleted)})},
		{"columns", selected(of(note).columns("title", "shop__name", "at__year"))},
		{"distinct", selected(of(note).columns("title").order("size", "title").distinct())},
		{"distinct on", selected(of(note).columns("id").order("shop", "-at").distinct("shop"))},
		{"distinct on groups", selected(groups.distinct("shop"))},
		{"random", selected(of(note).columns("title").order("?"))},
		{"an order over nulls", selected(of(note).columns("id").order("-pages nulls last", "body nulls first"))},
		{"a model's own order", selected(of(shop).columns("id"))},
		{"offset alone", selected(of(note).columns("id").slice(3, -1))},
		{"nothing", selected(chain{q.Nothing()})},
		{"locked", selected(chain{of(area).columns("id").Locked(query.Lock{NoKey: true, NoWait: true})})},
		{"locked, skipping", selected(chain{of(shop).related("area").Locked(query.Lock{SkipLocked: true})})},
		{"locked by a function", sql(compile.SelectLocked(of(shop).Query))},
		{"on the primary", sql(compile.SelectPrimary(of(shop).Query))},
		{"a set is not locked", selected(chain{of(note).combined(query.Union, false, of(note)).Locked(query.Lock{})})},

		{"count", counted(of(note).filter("shop__name", "x"))},
		{"count of a slice", counted(q)},
		{"count of none", counted(chain{q.Nothing()})},
		{"count of groups", counted(groups)},
		{"count of distinct rows", counted(of(note).columns("title").distinct())},
		{"count behind an aggregate", counted(of(shop).alias("n", count(f("notes"))).filter("n__gt", 1))},
		{"count over a window", counted(of(note).columns("id").annotate("r", over(call("ROW_NUMBER"), f("shop"))).filter("r", 1))},
		{"count of a set", counted(ids.combined(query.Union, false, ids.filter("size", 1)))},

		{"exists", exists(of(note).filter("size", 1).order("title"))},
		{"exists within a slice", exists(q)},
		{"exists in a wide slice", exists(of(note).slice(0, 10))},
		{"exists of none", exists(q.slice(0, 0))},
		{"exists of groups", exists(of(shop).annotate("n", count(f("notes"))).filter("n__gt", 1))},
		{"exists of distinct rows in a slice", exists(of(note).columns("title").distinct().slice(0, 3))},
		{"exists in a set", exists(ids.combined(query.Intersect, false, ids.filter("size", 1)))},

		{"rows stand for their key", where(of(note).filter("shop__in", rows(of(shop).filter("name", "x"))))},
		{"an order that a subquery does not select", where(of(note).filter("title__in", rows(of(note).columns("title").distinct().order("size").slice(0, 3))))},
	})
}

func BenchmarkSelect(b *testing.B) {
	q := of(shop).filter("name__icontains", "x").filter("area__name", "y").slice(0, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compile.Select(q.Query); err != nil {
			b.Fatal(err)
		}
	}
}
