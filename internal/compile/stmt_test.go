package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
)

func TestReturning(t *testing.T) {
	t.Parallel()
	returning := func(columns []query.Returned) string {
		st := must(compile.Delete(of(shop).filter("name", "x").Query))
		st.Returning(shop, columns, shop.Reads[:2])
		return stmt(st)
	}
	compare(t, "stmt.sql", []golden{
		{"objects", returning(nil)},
		{"columns", returning([]query.Returned{{Name: "shop", Field: shop.Field("name")}, {Name: "area", Field: shop.Field("area_id")}})},
	})
}
