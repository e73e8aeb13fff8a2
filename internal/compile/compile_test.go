package compile_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

type Area struct {
	models.AutoKey
	Name    string
	Deleted gorm.DeletedAt
}

func (Area) TableName() string { return "geo.areas" }

type Shop struct {
	models.AutoKey
	Name   string `gorm:"not null"`
	AreaID int64  `gorm:"not null"`
	Area   *Area
	Goods  []Good `gorm:"many2many:shop_goods"`
}

func (Shop) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

type Good struct {
	A     int64 `gorm:"primaryKey;autoIncrement:false"`
	B     int64 `gorm:"primaryKey;autoIncrement:false"`
	Name  string
	Shops []Shop `gorm:"many2many:shop_goods"`
}

type weird struct {
	models.AutoKey
	Quote string `gorm:"column:a\"b"`
}

func model[T any](t *testing.T) *modelinfo.Model {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[T]())
	require.NoError(t, err)
	return m
}

func where(t *testing.T, m *modelinfo.Model, text string, v any) *query.Cond {
	t.Helper()
	c, err := query.New(m).Resolve(query.Lookup(text, v))
	require.NoError(t, err)
	return c
}

func must(t *testing.T) func(*compile.Stmt, error) *compile.Stmt {
	return func(st *compile.Stmt, err error) *compile.Stmt {
		t.Helper()
		require.NoError(t, err)
		return st
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	m := model[Shop](t)
	q := query.New(m).With(where(t, m, "name", "x")).SelectRelated([][]*modelinfo.Relation{{m.Relation("area")}}).WithLimit(3).WithOffset(2)
	st, err := compile.Select(q)
	require.NoError(t, err)
	require.Equal(t, `SELECT "shops"."id", "shops"."name", "shops"."area_id", "geo.areas"."id", "geo.areas"."name", "geo.areas"."deleted"`+
		` FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL)`+
		` WHERE "shops"."name" = $1 ORDER BY "shops"."name" ASC LIMIT 3 OFFSET 2`, st.SQL)
	require.Equal(t, []any{"x"}, st.Args)
	require.Len(t, st.Objects, 2)
	require.Equal(t, `SELECT COUNT(*) FROM (SELECT 1 FROM "shops" WHERE "shops"."name" = $1 LIMIT 3 OFFSET 2) "subquery"`, must(t)(compile.Count(q)).SQL)
	require.Equal(t, `SELECT 1 FROM "shops" WHERE "shops"."name" = $1 LIMIT 1 OFFSET 2`, must(t)(compile.Exists(q)).SQL)
	require.True(t, must(t)(compile.Exists(q.Slice(0, 0))).None)
	require.True(t, must(t)(compile.Count(q.Nothing())).None)

	// A deleted area counts as none, so its shop is filtered out.
	st, err = compile.Select(query.New(m).With(where(t, m, "area__name", "x")).OrderBy(nil))
	require.NoError(t, err)
	require.Contains(t, st.SQL, `INNER JOIN "geo"."areas" "geo.areas" ON (`)
	a := model[Area](t)
	st, err = compile.Select(query.New(a).With(where(t, a, "name", "x")))
	require.NoError(t, err)
	require.Equal(t, `SELECT "geo"."areas"."id", "geo"."areas"."name", "geo"."areas"."deleted" FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL AND "geo"."areas"."name" = $1`, st.SQL)
	st, err = compile.Select(query.New(a).Seeing(query.WithDeleted))
	require.NoError(t, err)
	require.NotContains(t, st.SQL, "WHERE")
}

func TestThrough(t *testing.T) {
	t.Parallel()
	m := model[Shop](t)
	st, err := compile.Related(query.New(m.Relation("goods").To), m.Relation("goods"), []any{[]int64{1, 2}})
	require.NoError(t, err)
	require.Equal(t, `SELECT "goods"."a", "goods"."b", "goods"."name", "shop_goods"."shop_id" FROM "goods"`+
		` INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b")`+
		` WHERE "shop_goods"."shop_id" = ANY($1)`, st.SQL)
	g := model[Good](t)
	st, err = compile.Related(query.New(g.Relation("shops").To), g.Relation("shops"), []any{[]int64{1}, []int64{2}})
	require.NoError(t, err)
	require.Contains(t, st.SQL, ` ORDER BY "shops"."name" ASC`, "the far model's own order")
	require.Contains(t, st.SQL, `"owners"."n" AS "owner" FROM "shops" INNER JOIN "shop_goods" ON ("shops"."id" = "shop_goods"."shop_id")`+
		` INNER JOIN unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS "owners"(c1, c2, n) ON ("shop_goods"."good_a" = "owners".c1 AND "shop_goods"."good_b" = "owners".c2)`)
}

func TestWrites(t *testing.T) {
	t.Parallel()
	m := model[Shop](t)
	byName := query.New(m).With(where(t, m, "name", "x"))
	set := []compile.Set{{Field: m.Field("name"), Value: "y"}}
	require.Equal(t, `UPDATE "shops" SET "name" = $1 WHERE "shops"."name" = $2`, must(t)(compile.Update(byName, set)).SQL)
	require.Equal(t, `DELETE FROM "shops" WHERE "shops"."name" = $1`, must(t)(compile.Delete(byName)).SQL)

	st := must(t)(compile.Update(query.New(m).With(where(t, m, "area__name", "x")), set))
	require.Equal(t, `UPDATE "shops" SET "name" = $1 WHERE "shops"."id" IN (SELECT "shops"."id" FROM "shops"`+
		` INNER JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE "geo.areas"."name" = $2)`, st.SQL)
	require.Equal(t, []any{"y", "x"}, st.Args)
	require.False(t, st.Unconditional)

	g := model[Good](t)
	st = must(t)(compile.Delete(query.New(g)))
	require.True(t, st.Unconditional)
	require.Equal(t, `DELETE FROM "goods"`, st.SQL)
	a := model[Area](t)
	require.True(t, must(t)(compile.Delete(query.New(a))).Unconditional, "the hiding of deleted rows is no condition")
	require.False(t, must(t)(compile.Delete(query.New(a).With(where(t, a, "name", "x")))).Unconditional)

	e, err := query.New(g).Expr(&query.Expr{Kind: query.Arith, Name: "*", Type: lookup.Type{Kind: lookup.Float}, Args: []*query.Expr{
		{Kind: query.Arith, Name: "+", Args: []*query.Expr{query.F("a"), {Kind: query.Const, Value: 1}}}, {Kind: query.Const, Value: 1.5}}})
	require.NoError(t, err)
	st = must(t)(compile.Update(query.New(g), []compile.Set{{Field: g.Field("b"), Expr: e}}))
	require.Equal(t, `UPDATE "goods" SET "b" = ("goods"."a" + $1::integer) * $2::double precision`, st.SQL)
}

func TestRows(t *testing.T) {
	t.Parallel()
	m, g := model[Shop](t), model[Good](t)
	values := compile.Values{Columns: m.Fields[1:], Args: []any{"x", 1}, Rows: 1}
	st := compile.Insert(m, values, nil, m.Key)
	require.Equal(t, `INSERT INTO "shops" ("name", "area_id") VALUES ($1, $2) RETURNING "shops"."id"`, st.SQL)
	require.Equal(t, []any{"x", 1}, st.Args)
	require.Equal(t, m.Key, st.Objects[0].Fields)
	require.Equal(t, `INSERT INTO "shops" DEFAULT VALUES`, compile.Insert(m, compile.Values{Rows: 1}, nil, nil).SQL)
	values.Rows = 0
	require.Equal(t, `INSERT INTO "shops" ("name", "area_id") SELECT u.c1, u.c2 FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n) ORDER BY u.n RETURNING "shops"."id"`,
		compile.Insert(m, values, nil, m.Key).SQL)
	require.Equal(t, `UPDATE "goods" SET "name" = $1 WHERE "goods"."a" = $2 AND "goods"."b" = $3`, compile.UpdateRow(g, g.Fields[2:], g.Key, []any{"x", 1, 2}, nil).SQL)
	require.Equal(t, `SELECT "goods"."name" FROM "goods" WHERE "goods"."a" = $1 AND "goods"."b" = $2`, compile.SelectRow(g, g.Fields[2:], []any{1, 2}).SQL)
	w := model[weird](t)
	require.Equal(t, `SELECT "weirds"."a""b" FROM "weirds" WHERE "weirds"."id" = $1`, compile.SelectRow(w, w.Fields[1:], []any{1}).SQL, "a quote in a name is doubled")
}

func BenchmarkSelect(b *testing.B) {
	t := &testing.T{}
	m := model[Shop](t)
	q := query.New(m).With(where(t, m, "name__icontains", "x")).With(where(t, m, "area__name", "y")).WithLimit(10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compile.Select(q); err != nil {
			b.Fatal(err)
		}
	}
}
