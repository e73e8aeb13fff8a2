package query_test

import (
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

type Owner struct {
	models.AutoKey
	Name string
}

func (Owner) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "-id nulls first"}} }

type Thing struct {
	models.AutoKey
	Name    string
	Small   int16
	Num     *int64
	Real    float64         `gorm:"type:float8"`
	Price   decimal.Decimal `gorm:"type:numeric(10,2)"`
	On      bool
	At      time.Time
	Day     time.Time `gorm:"type:date"`
	Code    uuid.UUID `gorm:"type:uuid"`
	Data    []byte    `gorm:"type:jsonb"`
	OwnerID *int64
	Owner   *Owner
	SelfID  *int64
	Self    *Thing
	Parts   []Thing `gorm:"foreignKey:SelfID"`
}

func (Thing) Meta() models.Meta { return models.Meta{Ordering: []string{"owner"}} }

func thing(t *testing.T) *modelinfo.Model {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[Thing]())
	require.NoError(t, err)
	return m
}

func leaf(t *testing.T, m *modelinfo.Model, text string, v any) (*query.Leaf, error) {
	t.Helper()
	return query.New(m).Leaf(text, v)
}

type word string

func TestValues(t *testing.T) {
	t.Parallel()
	m := thing(t)
	at, id, n := time.Now(), uuid.New(), int64(7)
	for _, c := range []struct {
		lookup string
		value  any
		want   query.Value
	}{
		{"name", "x", query.Value{Arg: "x"}},
		{"name", word("x"), query.Value{Arg: "x"}},
		{"name", sql.NullString{String: "x", Valid: true}, query.Value{Arg: "x"}},
		{"name", sql.NullString{}, query.Value{Kind: query.Null}},
		{"name", nil, query.Value{Kind: query.Null}},
		{"name__iexact", nil, query.Value{Kind: query.Null}},
		{"name__icontains", 5, query.Value{Arg: "5"}},
		{"num__contains", "5", query.Value{Arg: "5"}},
		{"price__contains", decimal.New(15, -1), query.Value{Arg: "1.5"}},
		{"num", uint8(5), query.Value{Arg: int64(5)}},
		{"num", &n, query.Value{Arg: int64(7)}},
		{"num", (*int64)(nil), query.Value{Kind: query.Null}},
		{"num", sql.NullInt64{Int64: 5, Valid: true}, query.Value{Arg: int64(5)}},
		{"num", uint64(1) << 63, query.Value{Arg: int64(1<<63 - 1), Beyond: 1}},
		{"small", 40000, query.Value{Arg: int64(40000), Beyond: 1}},
		{"small__lt", -40000, query.Value{Arg: int64(-40000), Beyond: -1}},
		{"small__in", []int{1, 40000}, query.Value{Kind: query.List, Arg: []int64{1}}},
		{"small__in", []int{40000}, query.Value{Kind: query.EmptyList}},
		{"small__range", []int{-40000, 5}, query.Value{Kind: query.Pair, Arg: int64(-32768), High: int64(5)}},
		{"real", 5, query.Value{Arg: 5.0}},
		{"real", float32(0.5), query.Value{Arg: 0.5}},
		{"price", 5, query.Value{Arg: decimal.NewFromInt(5)}},
		{"price", "5", query.Value{Arg: decimal.NewFromInt(5)}},
		{"on", false, query.Value{Arg: false}},
		{"at", at, query.Value{Arg: at}},
		{"day", &at, query.Value{Arg: at}},
		{"at__year", 2026, query.Value{Arg: int64(2026)}},
		{"at__year__isnull", true, query.Value{Kind: query.True}},
		{"code", id, query.Value{Arg: id}},
		{"code", id.String(), query.Value{Arg: id}},
		{"code__in", []uuid.UUID{id}, query.Value{Kind: query.List, Arg: []uuid.UUID{id}}},
		{"name__in", []any{"x", nil, word("y")}, query.Value{Kind: query.List, Arg: []string{"x", "y"}}},
		{"name__in", [2]string{"x", "y"}, query.Value{Kind: query.List, Arg: []string{"x", "y"}}},
		{"owner", &Owner{AutoKey: models.AutoKey{ID: 3}}, query.Value{Arg: int64(3)}},
		{"owner", Owner{AutoKey: models.AutoKey{ID: 3}}, query.Value{Arg: int64(3)}},
		{"owner", (*Owner)(nil), query.Value{Kind: query.Null}},
		{"owner", 3, query.Value{Arg: int64(3)}},
		{"owner__in", []*Owner{{AutoKey: models.AutoKey{ID: 3}}, {AutoKey: models.AutoKey{ID: 4}}}, query.Value{Kind: query.List, Arg: []int64{3, 4}}},
		{"owner__isnull", false, query.Value{Kind: query.False}},
	} {
		l, err := leaf(t, m, c.lookup, c.value)
		require.NoError(t, err, "%s %v", c.lookup, c.value)
		require.Equal(t, c.want, l.Value, "%s %v", c.lookup, c.value)
	}
}

func TestWrongValues(t *testing.T) {
	t.Parallel()
	m := thing(t)
	for _, c := range []struct {
		lookup string
		value  any
		want   string
	}{
		{"name", 5, `Thing.name takes text, not int 5`},
		{"name", []byte("x"), `Thing.name takes text, not []uint8`},
		{"name__gt", nil, `Thing.name: lookup "name__gt" takes text (nil compares with exact or isnull), not nil`},
		{"name__in", "x", `Thing.name: lookup "name__in" takes a slice of values, each text, not string "x"`},
		{"name__in", nil, `Thing.name: lookup "name__in" takes a slice of values, each text, not nil`},
		{"name__in", []int{1}, `Thing.name: lookup "name__in" takes a slice of values, each text, not []int`},
		{"name__isnull", 1, `Thing.name: lookup "name__isnull" takes true or false, not int 1`},
		{"name__icontains", 1.5, `Thing.name: lookup "name__icontains" takes text, not float64 1.5`},
		{"num", "5", `Thing.num takes an integer, not string "5"`},
		{"num", 1.5, `Thing.num takes an integer, not float64 1.5`},
		{"num__range", []int{1}, `Thing.num: lookup "num__range" takes two values: a slice or an array of length 2, not []int`},
		{"price", "abc", `Thing.price takes a decimal or a number, not string "abc"`},
		{"on", 1, `Thing.on takes a bool, not int 1`},
		{"at", "2026-01-01", `Thing.at takes a time.Time, not string "2026-01-01"`},
		{"at__year", "2026", `Thing.at: lookup "at__year" takes an integer, not string "2026"`},
		{"code", "x", `Thing.code takes a UUID, not string "x"`},
		{"owner", &Owner{}, `Thing.owner_id: lookup "owner" takes an object of Owner or its key, an integer, not *query_test.Owner`},
		{"owner", &Thing{AutoKey: models.AutoKey{ID: 1}}, `Thing.owner_id: lookup "owner" takes an object of Owner or its key, an integer, not *query_test.Thing`},
		{"name__isnull", query.F("name"), `Thing.name: lookup "name__isnull" takes true or false, not an expression`},
		{"num__range", query.F("num"), `Thing.num: lookup "num__range" takes two values: a slice or an array of length 2, not an expression`},
	} {
		_, err := leaf(t, m, c.lookup, c.value)
		require.EqualError(t, err, c.want)
	}
	_, err := leaf(t, m, "parts__name", "x")
	require.NoError(t, err)
}

// Joins that only lead to a key are left out.
func TestNames(t *testing.T) {
	t.Parallel()
	m := thing(t)
	for text, want := range map[string]struct {
		joins int
		field string
	}{
		"owner": {1, "id"}, "owner__pk": {1, "id"}, "owner_id": {0, "owner_id"}, "owner__name": {1, "name"},
		"self__owner": {2, "id"}, "self__self__name": {2, "name"}, "parts": {1, "id"}, "parts__parts__owner__name": {3, "name"},
	} {
		e, err := query.New(m).Name(text)
		require.NoError(t, err)
		require.Equal(t, query.Ref, e.Kind)
		require.Len(t, e.Path, want.joins, text)
		require.Equal(t, want.field, e.Field.Column, text)
	}
	e, err := query.New(m).Name("at__year")
	require.NoError(t, err)
	require.Equal(t, query.Transformed, e.Kind)
	q := query.New(m).Annotate(&query.Annotation{Name: "total", Expr: &query.Expr{Kind: query.Const, Value: int64(1), Type: lookup.Type{Kind: lookup.Int}}})
	e, err = q.Name("total")
	require.NoError(t, err)
	require.Equal(t, query.Annotated, e.Kind)
	_, err = q.Name("totl")
	require.ErrorContains(t, err, `did you mean "total"?`)
	_, err = query.New(m).Name("total")
	require.Error(t, err, "the parent does not have it")
}

func TestOrders(t *testing.T) {
	t.Parallel()
	m := thing(t)
	show := func(orders []query.Order) (out []string) {
		for _, o := range orders {
			s := ""
			for _, r := range o.Expr.Path {
				s += r.Name + "."
			}
			s += o.Expr.Field.Column
			if o.Desc {
				s = "-" + s
			}
			out = append(out, s+[]string{"", " first", " last"}[o.Nulls])
		}
		return out
	}
	for term, want := range map[string][]string{
		"name":               {"name"},
		"-name":              {"-name"},
		"-name nulls last":   {"-name last"},
		"name NULLS  FIRST":  {"name first"},
		"owner":              {"owner.name", "-owner.id first"},
		"-owner":             {"-owner.name", "owner.id last"},
		"owner nulls last":   {"owner.name last", "-owner.id last"},
		"owner_id":           {"owner_id"},
		"owner__pk":          {"owner.id"},
		"-self__owner__name": {"-self.owner.name"},
		"self":               {"self.owner.name", "-self.owner.id first"},
	} {
		orders, err := query.New(m).NewOrder(term)
		require.NoError(t, err, term)
		require.Equal(t, want, show(orders), term)
	}
	q := query.New(m)
	orders, err := q.Orders()
	require.NoError(t, err)
	require.Equal(t, []string{"owner.name", "-owner.id first"}, show(orders), "the model's own")
	orders, err = q.Reverse().Orders()
	require.NoError(t, err)
	require.Equal(t, []string{"-owner.name", "owner.id last"}, show(orders))
	orders, err = q.OrderBy(nil).Orders()
	require.NoError(t, err)
	require.Empty(t, orders)
	for term, want := range map[string]string{
		"name nulls up":  `ordering "name nulls up": "nulls up" is neither "nulls first" nor "nulls last"`,
		"nmae":           `Thing has no field "nmae" (did you mean "name"?); choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"--name":         `Thing has no field "-name" (did you mean "name"?); choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"name__contains": `Thing has no field "contains" in "name__contains"; choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
		"at__yaer":       `Thing has no field "yaer" in "at__yaer"; choices are at, code, data, day, id, name, num, on, owner, owner_id, parts, price, real, self, self_id, small`,
	} {
		_, err := query.New(m).NewOrder(term)
		require.EqualError(t, err, want)
	}
}

type Snake struct {
	models.AutoKey
	TailID *int64
	Tail   *Snake
}

func (Snake) Meta() models.Meta { return models.Meta{Ordering: []string{"tail"}} }

func TestOrderThatNeverEnds(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[Snake]())
	require.NoError(t, err)
	_, err = query.New(m).Orders()
	require.ErrorContains(t, err, "never ends: Snake.tail orders by itself")
}

func TestQueriesAreValues(t *testing.T) {
	t.Parallel()
	m := thing(t)
	a := &query.Cond{Kids: []*query.Cond{{Leaf: &query.Leaf{}}}}
	base := query.New(m).With(a)
	one, two := base.With(a), base.With(query.Not(a))
	require.Len(t, base.Steps, 1)
	require.NotSame(t, one.Steps[1].Cond, two.Steps[1].Cond)
	require.Len(t, one.Extend(a).Steps, 2)
	require.Same(t, base, base.With(nil))
	require.False(t, base.Sliced())
	require.True(t, base.WithLimit(0).Sliced())
	require.True(t, base.WithOffset(1).Sliced())
}

func TestSlices(t *testing.T) {
	t.Parallel()
	q := query.New(thing(t))
	for _, c := range []struct {
		q             *query.Query
		offset, limit int
		none          bool
	}{
		{q.Slice(2, 10), 2, 8, false},
		{q.Slice(2, 10).Slice(3, 5), 5, 2, false},
		{q.Slice(2, 10).Slice(3, 100), 5, 5, false},
		{q.Slice(2, 10).Slice(8, -1), 10, 0, true},
		{q.Slice(5, -1).Slice(5, -1), 10, -1, false},
		{q.Slice(0, 0), 0, 0, true},
		{q.WithLimit(5).WithOffset(3), 3, 5, false},
		{q.WithOffset(3).WithLimit(5), 3, 5, false},
		{q.WithLimit(5).WithLimit(9), 0, 9, false},
	} {
		require.Equal(t, c.offset, c.q.Low)
		require.Equal(t, c.limit, c.q.Limit())
		require.Equal(t, c.none, c.q.None)
	}
}

func TestCondsFlatten(t *testing.T) {
	t.Parallel()
	x := func() *query.Cond { return query.Lookup("x", 1) }
	require.Nil(t, query.And())
	require.Nil(t, query.Or(nil, nil))
	require.Nil(t, query.Not(nil))
	require.Len(t, query.Or(query.Or(x(), x()), x()).Kids, 3)
	require.Len(t, query.And(query.Or(x(), x()), x()).Kids, 2)
	require.Len(t, query.Or(query.Not(query.Or(x(), x())), x()).Kids, 2, "a negated part stays whole")
	require.False(t, query.Not(query.Not(x())).Not)
	ext := query.Extended(query.Not(x()), x())
	require.True(t, ext.Not)
	require.Len(t, ext.Kids, 2, "one negation over both")
}

func TestParse(t *testing.T) {
	t.Parallel()
	m := thing(t)
	for _, c := range []struct {
		lookup, text string
		want         any
		refused      string
	}{
		{"num", "5", int64(5), ""},
		{"num", "5x", nil, "an integer"},
		{"num__in", "1,2", []any{int64(1), int64(2)}, ""},
		{"real", "1e3", 1000.0, ""},
		{"real", "x", nil, "a number"},
		{"price", "1.50", decimal.New(150, -2), ""},
		{"price", "1e99999999", nil, "a decimal"},
		{"on", "true", true, ""},
		{"on", "ja", nil, "true or false"},
		{"name", "", "", ""},
		{"at__year", "x", nil, "an integer"},
		{"owner", "3", int64(3), ""},
		{"owner__isnull", "false", false, ""},
		{"num__icontains", "x", "x", ""},
		{"code", "x", nil, "a UUID"},
		{"name", "\xff", nil, "text in UTF-8 without NUL"},
	} {
		got, want, err := query.New(m).Parse(c.lookup, c.text)
		require.NoError(t, err)
		require.Equal(t, c.refused, want, "%s=%s", c.lookup, c.text)
		if c.refused == "" {
			require.Equal(t, c.want, got, "%s=%s", c.lookup, c.text)
			_, err = query.New(m).Leaf(c.lookup, got)
			require.NoError(t, err, "what is parsed fits")
		}
	}
}
