package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

func TestAmong(t *testing.T) {
	t.Parallel()
	keys := compile.Among{Columns: shop.Key, Types: shop.Key, Arrays: []any{[]int64{1, 2}}}
	tuples := compile.Among{Columns: good.Key, Types: good.Key, Arrays: []any{[]int64{1}, []int64{2}}}
	owned := compile.Among{Columns: mark.Fields[3:4], Types: note.Key, Arrays: []any{[]int64{3}}, Fixed: []modelinfo.Fixed{{Field: mark.Field("owner_type"), Value: "x'"}}}
	areas := compile.Among{Columns: area.Key, Types: area.Key, Arrays: []any{[]int64{1}}}
	compare(t, "among.sql", []golden{
		{"read by keys", stmt(compile.SelectAmong(shop, shop.Fields[1:], keys, false))},
		{"read by tuples", stmt(compile.SelectAmong(good, good.Fields[2:], tuples, true))},
		{"read what is not deleted", stmt(compile.SelectAmong(area, area.Key, areas, true))},
		{"read what is deleted too", stmt(compile.SelectAmong(area, area.Key, areas, false))},
		{"a quote in a name is doubled", stmt(compile.SelectAmong(note, note.Fields[:0:0], compile.Among{Columns: []*modelinfo.Field{note.Field(`a"b`)}, Types: []*modelinfo.Field{note.Field("title")}, Arrays: []any{[]string{"q"}}}, true))},
		{"delete by several", stmt(compile.DeleteAmong(compile.Target{Model: mark, In: []compile.Among{owned, {Columns: mark.Key, Types: mark.Key, Arrays: []any{[]int64{7}}}}}))},
		{"mark what is not deleted by several", stmt(compile.UpdateAmong(compile.Target{Model: area, In: []compile.Among{areas, areas}}, []compile.Set{{Field: area.Field("name"), Value: "y"}}, true))},
		{"delete of several tables", stmt(compile.DeleteTogether([]compile.Target{{Model: shop, In: []compile.Among{keys}}, {Model: good, In: []compile.Among{tuples}}}, 0))},
	})
}
