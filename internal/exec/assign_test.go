package exec

import (
	"database/sql"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
)

type (
	word  string
	count uint8
)

func TestAssign(t *testing.T) {
	t.Parallel()
	half := decimal.RequireFromString("0.5")
	for _, c := range []struct{ from, want any }{
		{nil, 0},
		{nil, (*string)(nil)},
		{"a", "a"},
		{"a", any("a")},
		{"a", word("a")},
		{"a", new("a")},
		{"a", sql.NullString{String: "a", Valid: true}},
		{int64(7), int8(7)},
		{int64(7), count(7)},
		{int64(7), float32(7)},
		{int64(7), new(uint(7))},
		{0.5, float32(0.5)},
		{true, true},
		{half, 0.5},
		{half, "0.5"},
		{half, half},
		{decimal.NewFromInt(7), int32(7)},
		{time.Minute, time.Minute},
		{[]any{int64(1), int64(2)}, []int16{1, 2}},
		{[]any{"a", nil}, []*string{new("a"), nil}},
		{[]any{[]any{int64(1)}}, [][]int{{1}}},
		{[]byte("a"), []byte("a")},
		{map[string]any{"a": "1", "b": nil}, map[word]*string{"a": new("1"), "b": nil}},
		{map[string]any{"a": int64(1)}, map[string]any{"a": int64(1)}},
	} {
		dst := reflect.New(reflect.TypeOf(c.want))
		require.NoError(t, Assign(c.from, dst.Elem()), "%T to %T", c.from, c.want)
		require.Equal(t, c.want, dst.Elem().Interface(), "%T to %T", c.from, c.want)
	}
	for _, c := range []struct{ from, to any }{
		{int64(300), int8(0)}, {int64(-1), count(0)}, {int64(300), count(0)}, {"a", 0}, {int64(1), ""}, {half, 0},
		{"a", new(0)}, {[]any{"a"}, []int{}}, {map[string]any{"a": "b"}, map[string]int{}}, {map[string]any{}, map[int]any{}},
	} {
		dst := reflect.New(reflect.TypeOf(c.to)).Elem()
		require.ErrorContains(t, Assign(c.from, dst), "does not fit", "%T to %T", c.from, c.to)
	}
}

func TestConverted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ  string
		to   any
		want bool
	}{
		{"interval", time.Duration(0), true},
		{"interval", new(time.Duration), true},
		{"interval", "", false},
		{"jsonb", map[string]any{}, true},
		{"jsonb", struct{ A int }{}, true},
		{"jsonb", "", false},
		{"jsonb", []byte{}, false},
		{"text[]", []string{}, true},
		{"text[]", []byte{}, false},
		{"hstore", map[string]string{}, true},
		{"integer", decimal.Decimal{}, false}, // it has a Scan method
		{"text", "", false},
		{"text", new(any), true},
		{"jsonb", sql.NullString{}, false},
	} {
		require.Equal(t, c.want, converted(lookup.TypeOf(c.typ), reflect.TypeOf(c.to)), "%s to %T", c.typ, c.to)
	}
}

type nested struct {
	V    any
	Next *nested
}

func TestAssignFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ        string
		from, want any
	}{
		{"jsonb", `{"A": 1}`, struct{ A int }{1}},
		{"jsonb", []byte(`[1, 2]`), []int{1, 2}},
		{"jsonb", nil, map[string]int(nil)},
		{"jsonb", `{"a": 1}`, new(any(map[string]any{"a": int64(1)}))},
		{"jsonb", `{"a": 9007199254740993, "b": [18446744073709551615, 1.5]}`, map[string]any{"a": int64(9007199254740993), "b": []any{json.Number("18446744073709551615"), 1.5}}},
		{"jsonb", `[{"A": {"x": 9007199254740993}, "N": 12, "F": 1}]`, []struct {
			A map[string]any
			N json.Number
			F float64
			P *any
		}{{A: map[string]any{"x": int64(9007199254740993)}, N: "12", F: 1}}},
		{"jsonb", `{"a": {"V": 3, "Next": {"V": 4}}}`, map[string]nested{"a": {V: int64(3), Next: &nested{V: int64(4)}}}},
		{"integer[]", "{1,2}", []int16{1, 2}},
		{"interval", "00:01:00", time.Minute},
	} {
		dst := reflect.New(reflect.TypeOf(c.want)).Elem()
		require.NoError(t, assignFrom(lookup.TypeOf(c.typ), c.from, nil, dst))
		require.Equal(t, c.want, dst.Interface())
	}
	dst := reflect.New(reflect.TypeFor[[]int]()).Elem()
	require.EqualError(t, assignFrom(lookup.JSONType, 1, nil, dst), "a value of type int does not fit []int")
	require.ErrorContains(t, assignFrom(lookup.JSONType, "{", nil, dst), "JSON")
	require.ErrorContains(t, assignFrom(lookup.TypeOf("integer[]"), "{x}", nil, dst), "the value is no integer")
}
