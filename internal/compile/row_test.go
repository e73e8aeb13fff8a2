package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
)

func TestRow(t *testing.T) {
	t.Parallel()
	compare(t, "row.sql", []golden{
		{"read", stmt(compile.SelectRow(good, good.Fields[2:], []any{1, 2}))},
		{"read a hidden row too", stmt(compile.SelectRow(area, area.Fields[1:2], []any{1}))},
		{"a quote in a name is doubled", stmt(compile.SelectRow(note, fields(note, `a"b`), []any{1}))},
		{"how many exist", stmt(compile.CountKeys(good, compile.Values{Columns: good.Key, Args: []any{[]int64{1}, []int64{2}}}))},
		{"columns of a constraint", stmt(compile.ConstraintColumns(area, "areas_name"))},
		{"a value that fits", stmt(compile.FitsColumn(area.Field("name"), 7))},
	})
}
