package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	set := func(field *modelinfo.Field, value any) []compile.Set {
		return []compile.Set{{Field: field, Value: value}}
	}
	change := func(c chain, sets []compile.Set) string { return sql(compile.Update(c.Query, sets)) }
	computed := must(of(note).Untyped(op(f("size"), "+", val(1))))
	foreign := must(of(note).Untyped(f("shop__id")))
	key := compile.Among{Columns: note.Key, Types: note.Key, Arrays: []any{[]int64{1, 2}}}
	arrays := compile.Values{Columns: fields(shop, "id", "name", "area_id"), Args: []any{[]int64{1}, []string{"x"}, []int64{2}}}
	versions := compile.Values{Columns: fields(note, "id", "lock_version", "title"), Args: []any{[]int64{1}, []int64{3}, []string{"x"}}}
	rows := compile.Values{Columns: fields(note, "id", "lock_version", "tags"), Args: []any{1, 3, []string{"x"}, 2, 4, []string{"y"}}, Rows: 2}
	compare(t, "update.sql", []golden{
		{"a value", change(of(shop).filter("name", "x"), set(shop.Field("name"), "y"))},
		{"null", change(of(note).filter("size", 1), set(note.Field("body"), nil))},
		{"an expression", change(of(note), []compile.Set{{Field: note.Field("size"), Expr: computed}, {Field: note.Field("lock_version"), Next: true}})},
		{"a foreign key by its relation", change(of(note), []compile.Set{{Field: note.Field("pages"), Expr: foreign}})},
		{"an error", change(of(note), []compile.Set{{Field: note.Field("size"), Expr: outer("x")}})},
		{"one row", stmt(compile.UpdateRow(note, fields(note, "title", "body"), fields(note, "id", "lock_version"), []any{"x", nil, 1, 3}, fields(note, "at")))},
		{"one row, nothing back", stmt(compile.UpdateRow(good, good.Fields[2:], good.Key, []any{"x", 1, 2}, nil))},
		{"many rows", stmt(compile.UpdateMany(shop, 1, arrays))},
		{"many rows and their versions", stmt(compile.UpdateMany(note, 2, versions))},
		{"many rows of values", stmt(compile.UpdateMany(note, 2, rows))},
		{"few rows", stmt(compile.UpdateFew(shop, arrays))},
		{"among", stmt(compile.UpdateAmong(compile.Target{Model: note, In: []compile.Among{key}},
			[]compile.Set{{Field: note.Field("title"), Value: "v"}, {Field: note.Field("body")}, {Field: note.Field("size"), Default: true}, {Field: note.Version, Next: true}}, true))},
		{"nothing", change(chain{of(note).Nothing()}, set(note.Field("title"), "x"))},
		{"every row", change(chain{of(area).Seeing(query.WithDeleted)}, set(area.Field("name"), "x"))},
	})
}
