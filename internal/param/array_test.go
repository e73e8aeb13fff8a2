package param_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

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
