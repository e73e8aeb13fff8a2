package compile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Rows are found by arrays, whatever their number; names are quoted, values
// never text.
func TestAmong(t *testing.T) {
	t.Parallel()
	shop, good, w := model[Shop](t), model[Good](t), model[weird](t)
	byKey := compile.Among{Columns: shop.Key, Types: shop.Key, Arrays: []any{[]int64{1, 2}}}
	byTwo := compile.Among{Columns: good.Key, Types: good.Key, Arrays: []any{[]int64{1}, []int64{2}}}
	kind := []modelinfo.Fixed{{Field: shop.Field("name"), Value: "x'"}}

	st := compile.SelectAmong(shop, shop.Fields[1:], byKey, false)
	require.Equal(t, `SELECT "shops"."name", "shops"."area_id" FROM "shops" WHERE "shops"."id" = ANY($1::bigint[]) ORDER BY "shops"."id"`, st.SQL)
	require.Equal(t, []any{[]int64{1, 2}}, st.Args)
	require.Empty(t, st.Reads, "never of a replica")
	require.Equal(t, `SELECT "goods"."name" FROM "goods" WHERE ("goods"."a", "goods"."b") IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])) ORDER BY "goods"."a", "goods"."b"`,
		compile.SelectAmong(good, good.Fields[2:], byTwo, true).SQL, "no soft delete, nothing hidden")

	fixed := byKey
	fixed.Fixed = kind
	st = compile.DeleteAmong(compile.Target{Model: shop, In: []compile.Among{byKey, fixed}})
	require.Equal(t, `DELETE FROM "shops" WHERE "shops"."id" = ANY($1::bigint[]) OR "shops"."name" = $2 AND "shops"."id" = ANY($3::bigint[])`, st.SQL)
	require.Equal(t, []any{[]int64{1, 2}, "x'", []int64{1, 2}}, st.Args)

	st = compile.UpdateAmong(compile.Target{Model: shop, In: []compile.Among{byKey}}, []compile.Set{{Field: shop.Fields[1], Value: "v"}, {Field: shop.Fields[2]}, {Field: shop.Fields[2], Default: true}, {Field: shop.Fields[0], Next: true}},
		false)
	require.Equal(t, `UPDATE "shops" SET "name" = $1, "area_id" = $2, "area_id" = DEFAULT, "id" = "shops"."id" + 1 WHERE "shops"."id" = ANY($3::bigint[])`, st.SQL)

	st = compile.DeleteTogether([]compile.Target{{Model: shop, In: []compile.Among{byKey}}, {Model: good, In: []compile.Among{byTwo}}})
	require.Equal(t, `WITH "gone 0" AS (DELETE FROM "shops" WHERE "shops"."id" = ANY($1::bigint[]) RETURNING 1), "gone 1" AS (DELETE FROM "goods" WHERE ("goods"."a", "goods"."b")`+
		` IN (SELECT * FROM unnest($2::bigint[], $3::bigint[])) RETURNING 1) SELECT (SELECT count(*) FROM "gone 0"), (SELECT count(*) FROM "gone 1")`, st.SQL)
	require.Len(t, st.Args, 3)

	require.Contains(t, compile.SelectAmong(w, w.Fields[1:], compile.Among{Columns: w.Key, Types: w.Key, Arrays: []any{[]int64{1}}}, false).SQL, `"a""b"`)
}
