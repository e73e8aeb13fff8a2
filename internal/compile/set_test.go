package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestSet(t *testing.T) {
	t.Parallel()
	titles, sizes := of(note).columns("title"), of(note).columns("size")
	none := chain{titles.Nothing()}
	part := titles.filter("size", 1)
	compare(t, "set.sql", []golden{
		{"union", selected(titles.combined(query.Union, false, part))},
		{"union all", selected(titles.combined(query.Union, true, part))},
		{"intersection", selected(titles.combined(query.Intersect, false, part))},
		{"difference", selected(titles.combined(query.Except, false, part))},
		{"of three", selected(titles.combined(query.Union, false, part, part))},
		{"of objects", selected(chain{must(of(note).Only([]string{"title"}))}.combined(query.Union, false, chain{must(of(note).Only([]string{"title"}))}))},
		{"a part with an order and a slice", selected(titles.order("size").slice(0, 3).combined(query.Union, false, part))},
		{"an empty part of a union", selected(titles.combined(query.Union, false, none))},
		{"an empty part of a union in a slice", selected(titles.combined(query.Union, false, none).slice(0, 2))},
		{"an empty part of a difference", selected(titles.combined(query.Except, false, none))},
		{"an empty first part of a difference", selected(none.combined(query.Except, false, titles))},
		{"an empty part of an intersection", selected(titles.combined(query.Intersect, false, none))},
		{"of empty parts", selected(none.combined(query.Union, false, none))},
		{"an order by a column", selected(titles.combined(query.Union, false, part).order("-title").slice(1, 4))},
		{"an order by another column", selected(chain{must(of(note).Only([]string{"title"}))}.combined(query.Union, false, chain{must(of(note).Only([]string{"title"}))}).order("size"))},
		{"an order by a column that is not selected", selected(titles.combined(query.Union, false, part).order("size"))},
		{"a random order", selected(titles.combined(query.Union, false, part).order("?"))},
		{"columns of a set", selected(of(note).combined(query.Union, false, of(note).filter("size", 1)).columns("title"))},
		{"an error in a part", selected(titles.combined(query.Union, false, of(note).filter("title", outer("x")).columns("title")))},
		{"a subquery", where(of(note).filter("size__in", rows(sizes.combined(query.Union, false, sizes.filter("sold", true)))))},
	})
}
