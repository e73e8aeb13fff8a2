package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// fields returns columns of m by their names.
func fields(m *modelinfo.Model, names ...string) []*modelinfo.Field {
	var list []*modelinfo.Field
	for _, n := range names {
		list = append(list, m.Field(n))
	}
	return list
}

func TestInsert(t *testing.T) {
	t.Parallel()
	columns := fields(note, "title", "size")
	row := compile.Values{Columns: columns, Args: []any{"x", 1}, Rows: 1}
	two := compile.Values{Columns: columns, Args: []any{"x", 1, "y", 2}, Rows: 2}
	arrays := compile.Values{Columns: columns, Args: []any{[]string{"x", "y"}, []int64{1, 2}}}
	insert := func(v compile.Values, on *compile.Conflict) string { return stmt(compile.Insert(note, v, on, nil)) }
	ends := compile.Values{Columns: fields(mark, "good_a", "good_b"), Args: []any{[]int64{1}, []int64{2}}}
	same := []compile.Set{{Field: mark.Field("owner_id"), Value: 3}, {Field: mark.Field("owner_type"), Value: "n"}}
	links := func(same []compile.Set, fails bool, on *compile.Conflict) string {
		return stmt(compile.AddLinks(mark, ends, same, on, 2, fails))
	}
	hidden := compile.Values{Columns: fields(area, "name"), Args: []any{[]string{"x"}}}
	names := compile.Values{Columns: fields(area, "name"), Args: []any{"x"}, Rows: 1}
	from := of(note).columns("shop", "size").distinct()
	compare(t, "insert.sql", []golden{
		{"one row", stmt(compile.Insert(note, row, nil, append(note.Key, note.Version)))},
		{"rows", insert(two, nil)},
		{"arrays", stmt(compile.Insert(note, arrays, nil, note.Key))},
		{"defaults", stmt(compile.Insert(area, compile.Values{Rows: 1}, nil, area.Key))},
		{"ignoring any conflict", insert(row, &compile.Conflict{})},
		{"ignoring a conflict of columns", insert(two, &compile.Conflict{Columns: columns})},
		{"updating at a conflict", stmt(compile.Insert(note, arrays, &compile.Conflict{Columns: columns[:1], Update: columns[1:]}, note.Key))},
		{"updating without a version", stmt(compile.Insert(area, names, &compile.Conflict{Columns: names.Columns, Update: names.Columns}, nil))},
		{"reviving a hidden row", stmt(compile.Insert(area, names, &compile.Conflict{Columns: names.Columns, Revive: true}, nil))},
		{"reviving where none is hidden", insert(row, &compile.Conflict{Columns: columns, Revive: true})},
		{"links", stmt(compile.InsertLinks(mark, ends, same))},
		{"links, ignoring a conflict", links(same, false, &compile.Conflict{Columns: ends.Columns})},
		{"links alone", links(nil, false, &compile.Conflict{})},
		{"links or an error", links(nil, true, &compile.Conflict{})},
		{"links that may be hidden", stmt(compile.AddLinks(area, hidden, nil, &compile.Conflict{Columns: hidden.Columns, Revive: true}, 1, false))},
		{"links that are missing", stmt(compile.MissingLinks(mark, ends, &compile.Conflict{}))},
		{"from a query", sql(compile.InsertFrom(mark, fields(mark, "good_a", "good_b"), same, from.filter("sold", true).Query))},
		{"from a query whose order needs a column", sql(compile.InsertFrom(mark, fields(mark, "good_a", "good_b"), nil, from.order("at").Query))},
		{"from a query of nothing", sql(compile.InsertFrom(mark, fields(mark, "good_a"), nil, from.Nothing()))},
	})
}
