package rowcodec

import (
	"math"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// Each integer type takes exactly the values of its range.
func TestStoreInt(t *testing.T) {
	t.Parallel()
	bounds := []struct {
		value    any
		min, max int64
	}{
		{new(int8), math.MinInt8, math.MaxInt8},
		{new(int16), math.MinInt16, math.MaxInt16},
		{new(int32), math.MinInt32, math.MaxInt32},
		{new(int64), math.MinInt64, math.MaxInt64},
		{new(int), math.MinInt, math.MaxInt},
		{new(uint8), 0, math.MaxUint8},
		{new(uint16), 0, math.MaxUint16},
		{new(uint32), 0, math.MaxUint32},
		{new(uint64), 0, math.MaxInt64},
		{new(uint), 0, math.MaxInt},
	}
	for _, b := range bounds {
		v := reflect.ValueOf(b.value).Elem()
		store := func(n int64) error { return storeInt(unsafe.Pointer(v.UnsafeAddr()), v.Type(), n) }
		for _, n := range []int64{b.min, b.max} {
			require.NoError(t, store(n))
			require.Equal(t, n, v.Convert(reflect.TypeFor[int64]()).Int())
		}
		before := v.Interface()
		if b.min != math.MinInt64 {
			require.ErrorIs(t, store(b.min-1), ErrRange)
		}
		if b.max != math.MaxInt64 {
			require.ErrorIs(t, store(b.max+1), ErrRange)
		}
		require.Equal(t, before, v.Interface())
	}
}
