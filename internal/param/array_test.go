package param_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

func TestArray(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	for _, c := range []struct {
		args []any
		want any
	}{
		{nil, []any(nil)},
		{[]any{nil, 1}, []any{nil, 1}},
		{[]any{1, "a"}, []any{1, "a"}},
		{[]any{number(1), number(2)}, []int64{1, 2}},
		{[]any{word("a")}, []string{"a"}},
		{[]any{uint8(1)}, []int64{1}},
		{[]any{id16(id)}, []uuid.UUID{id}},
		{[]any{ptr(word("a")), (*word)(nil)}, []*string{ptr("a"), nil}},
		{[]any{decimal.NewFromInt(1)}, []decimal.Decimal{decimal.NewFromInt(1)}},
		{[]any{uint64(math.MaxUint64)}, []uint64{math.MaxUint64}},
	} {
		require.Equal(t, c.want, param.Array(c.args))
	}
	require.Equal(t, []any{[]int64{1, 2}, []string{"a", "b"}}, param.Arrays(2, [][]any{{1, "a"}, {2, "b"}}))

	m := model[convItem](t)
	items := []convItem{{Level: 1, ConvOwnerID: 3}, {Level: 2}}
	column := func(f *modelinfo.Field) any {
		return param.Column(t.Context(), f, len(items), func(i int) reflect.Value { return reflect.ValueOf(&items[i]).Elem() })
	}
	require.Equal(t, []int64{1, 2}, column(m.Field("level")))
	require.Equal(t, []int64{3, 0}, column(m.Field("conv_owner_id")))
}

// Arrays of arrays are written with NULL among their values, and refused if
// their rows differ in length.
func TestArraysOfArrays(t *testing.T) {
	t.Parallel()
	c := param.Converter{Type: lookup.TypeOf("bigint[]")}
	grid := func(dims []int32, elements ...any) pgtype.Array[any] {
		out := pgtype.Array[any]{Elements: elements, Valid: true}
		for _, n := range dims {
			out.Dims = append(out.Dims, pgtype.ArrayDimension{Length: n, LowerBound: 1})
		}
		return out
	}
	one, two := int64(1), int64(2)
	for _, v := range []any{
		[][]any{{int64(1), nil}, {2, int16(1)}}, []any{[]any{1, nil}, []int{2, 1}}, []any{[]*int64{&one, nil}, []*int64{&two, &one}},
	} {
		got, ok := c.Value(v)
		require.True(t, ok)
		require.Equal(t, grid([]int32{2, 2}, int64(1), nil, int64(2), int64(1)), got.Arg, "%T", v)
	}
	got, ok := c.Value([]any{[]any{[]any{1}, []any{nil}}})
	require.True(t, ok)
	require.Equal(t, grid([]int32{1, 2, 1}, int64(1), nil), got.Arg)
	plain, ok := c.Value([][]int64{{1}, {2}})
	require.True(t, ok)
	require.Equal(t, [][]int64{{1}, {2}}, plain.Arg)
	for _, v := range []any{[]any{[]any{1}, []any{1, nil}}, []any{[]any{[]any{nil}}, []any{1}}, []any{[]any{"x"}}} {
		_, ok := c.Value(v)
		require.False(t, ok, "%v", v)
	}
}
