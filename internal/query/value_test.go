package query_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

type word string

func TestValues(t *testing.T) {
	t.Parallel()
	m := thing
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
		l, err := query.New(m).Leaf(c.lookup, c.value)
		require.NoError(t, err, "%s %v", c.lookup, c.value)
		require.Equal(t, c.want, l.Value, "%s %v", c.lookup, c.value)
	}
}

func TestWrongValues(t *testing.T) {
	t.Parallel()
	m := thing
	for _, c := range []struct {
		lookup string
		value  any
		want   string
	}{
		{"name", 5, `Thing.name takes text, not int`},
		{"name", []byte("x"), `Thing.name takes text, not []uint8`},
		{"name__gt", nil, `Thing.name: lookup "name__gt" takes text (nil compares with exact or isnull), not nil`},
		{"name__in", "x", `Thing.name: lookup "name__in" takes a slice of values, each text, not string`},
		{"name__in", nil, `Thing.name: lookup "name__in" takes a slice of values, each text, not nil`},
		{"name__in", []int{1}, `Thing.name: lookup "name__in" takes a slice of values, each text, not []int`},
		{"name__isnull", 1, `Thing.name: lookup "name__isnull" takes true or false, not int`},
		{"name__icontains", 1.5, `Thing.name: lookup "name__icontains" takes text, not float64`},
		{"num", "5", `Thing.num takes an integer, not string`},
		{"num", 1.5, `Thing.num takes an integer, not float64`},
		{"num__range", []int{1}, `Thing.num: lookup "num__range" takes two values: a slice or an array of length 2, not []int`},
		{"price", "abc", `Thing.price takes a decimal or a number, not string`},
		{"on", 1, `Thing.on takes a bool, not int`},
		{"at", "2026-01-01", `Thing.at takes a time.Time, not string`},
		{"at__year", "2026", `Thing.at: lookup "at__year" takes an integer, not string`},
		{"code", "x", `Thing.code takes a UUID, not string`},
		{"owner", &Owner{}, `Thing.owner_id: lookup "owner" takes an object of Owner or its key, an integer, not *query_test.Owner`},
		{"owner", &Thing{AutoKey: models.AutoKey{ID: 1}}, `Thing.owner_id: lookup "owner" takes an object of Owner or its key, an integer, not *query_test.Thing`},
		{"name__isnull", query.F("name"), `Thing.name: lookup "name__isnull" takes true or false, not an expression`},
		{"num__range", query.F("num"), `Thing.num: lookup "num__range" takes two values: a slice or an array of length 2, not an expression`},
	} {
		_, err := query.New(m).Leaf(c.lookup, c.value)
		require.EqualError(t, err, c.want)
	}
	_, err := query.New(m).Leaf("parts__name", "x")
	require.NoError(t, err)
}

func TestAssignable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		column string
		value  any
		want   any
	}{
		{"num", 5, int64(5)}, {"num", nil, nil}, {"num", "x", `Thing.num takes an integer, not string`}, {"small", 40000, `Thing.small takes an integer from -32768 to 32767, not int`},
		{"owner_id", &Owner{AutoKey: models.AutoKey{ID: 3}}, int64(3)}, {"data", []byte("{}"), "{}"}, {"name", "x", "x"},
	} {
		f := thing.Field(c.column)
		got, err := query.Assignable(c.column, f, thing.Relation("owner"), c.value)
		if c.column != "owner_id" {
			got, err = query.Assignable(c.column, f, nil, c.value)
		}
		if err != nil {
			got = err.Error()
		}
		require.Equal(t, c.want, got, "%s %v", c.column, c.value)
	}
	_, err := query.New(thing).Leaf("name", strings.Repeat("é", 30)+"\n")
	require.NoError(t, err)
	_, err = query.New(thing).Leaf("num", strings.Repeat("é", 30))
	require.EqualError(t, err, "Thing.num takes an integer, not string")
}
