package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
)

func TestRelated(t *testing.T) {
	t.Parallel()
	goods, notes, shops, marks := shop.Relation("goods"), shop.Relation("notes"), good.Relation("shops"), note.Relation("marks")
	ids, pairs := []any{[]int64{1, 2}}, []any{[]int64{1}, []int64{2}}
	titles := chain{must(of(note).Only([]string{"title"}))}
	related := func(q chain, rel relation, keys []any) string {
		return sql(compile.Related(q.Query, rel, keys, len(keys) > 1))
	}
	compare(t, "prefetch.sql", []golden{
		{"many-to-many", related(of(good), goods, ids)},
		{"many-to-many, the key of two columns", related(of(shop), shops, pairs)},
		{"to many, the foreign key is loaded", related(titles, notes, ids)},
		{"to many, by a key of two columns", related(of(mark), good.Relation("marks"), pairs)},
		{"to one", related(of(shop), note.Relation("shop"), ids)},
		{"polymorphic", related(of(mark), marks, ids)},
		{"a slice for each owner", related(titles.order("-at").slice(1, 3), notes, ids)},
		{"a slice from its start", related(of(good).slice(0, 2), goods, ids)},
		{"a slice without an end", related(titles.slice(2, -1), notes, ids)},
		{"a random slice", related(titles.order("?").slice(0, 1), notes, ids)},
		{"groups have the owner too", related(of(shop).annotate("n", count(f("notes"))), shops, pairs)},
		{"an order by an annotation behind the owner", related(of(good).annotate("x", op(f("a"), "+", val(1))).order("x"), goods, ids)},
		{"rows that are distinct", related(of(good).order("name", "?").distinct(), goods, ids)},
		{"nothing", related(chain{of(note).Nothing()}, notes, ids)},
		{"an error", related(chain{of(note).With(must(of(note).Resolve(query.Call(query.Comparison("title", outer("x"))))))}, notes, ids)},
	})
}
