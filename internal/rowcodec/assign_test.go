package rowcodec

import (
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestAssign(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct{ dst, v, want any }{
		{new(int), "42", 42},
		{new(int8), int64(-3), int8(-3)},
		{new(int16), "7", int16(7)},
		{new(int32), "7", int32(7)},
		{new(int64), []byte("7"), int64(7)},
		{new(uint), "7", uint(7)},
		{new(uint8), "7", uint8(7)},
		{new(uint16), "7", uint16(7)},
		{new(uint32), "7", uint32(7)},
		{new(uint64), "18446744073709551615", uint64(1<<64 - 1)},
		{new(float32), 0.5, float32(0.5)},
		{new(float64), "0.1", 0.1},
		{new(bool), "t", true},
		{new(string), int64(5), "5"},
		{new(textual), true, textual("true")},
		{new([]byte), "x", []byte("x")},
		{new(time.Time), now, now},
		{new(instant), now, instant(now)},
	} {
		v := reflect.ValueOf(c.dst).Elem()
		require.NoError(t, assignTo(v.Type())(unsafe.Pointer(v.UnsafeAddr()), c.v))
		require.Equal(t, c.want, v.Interface())
	}
	require.Nil(t, assignTo(reflect.TypeFor[[]string]()))
	require.Error(t, assignTo(reflect.TypeFor[int8]())(unsafe.Pointer(new(int8)), int64(300)))
}
