package rowcodec

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"
)

// The readers below decode the binary format of one value. Each checks the
// length itself, since the bytes come from the network.

func readInt(src []byte, width uint8) (int64, error) {
	if len(src) != int(width) {
		return 0, lengthError("int"+strconv.Itoa(int(width)), len(src))
	}
	switch width {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(src))), nil
	case 4:
		return int64(int32(binary.BigEndian.Uint32(src))), nil
	default:
		return int64(binary.BigEndian.Uint64(src)), nil
	}
}

func readFloat4(src []byte) (float32, error) {
	if len(src) != 4 {
		return 0, lengthError("float4", len(src))
	}
	return math.Float32frombits(binary.BigEndian.Uint32(src)), nil
}

func readFloat8(src []byte) (float64, error) {
	if len(src) != 8 {
		return 0, lengthError("float8", len(src))
	}
	return math.Float64frombits(binary.BigEndian.Uint64(src)), nil
}

func readBool(src []byte) (bool, error) {
	if len(src) != 1 {
		return false, lengthError("bool", len(src))
	}
	return src[0] == 1, nil
}

// storeInt stores n at dst, an integer of type t, if it fits.
func storeInt(dst unsafe.Pointer, t reflect.Type, n int64) error {
	ok := false
	switch t.Kind() {
	case reflect.Int:
		ok = fits[int](dst, n)
	case reflect.Int8:
		ok = fits[int8](dst, n)
	case reflect.Int16:
		ok = fits[int16](dst, n)
	case reflect.Int32:
		ok = fits[int32](dst, n)
	case reflect.Int64:
		ok = fits[int64](dst, n)
	case reflect.Uint:
		ok = fits[uint](dst, n)
	case reflect.Uint8:
		ok = fits[uint8](dst, n)
	case reflect.Uint16:
		ok = fits[uint16](dst, n)
	case reflect.Uint32:
		ok = fits[uint32](dst, n)
	case reflect.Uint64:
		ok = fits[uint64](dst, n)
	}
	if !ok {
		return rangeError(strconv.FormatInt(n, 10), t)
	}
	return nil
}

// fits stores n at dst, a T, and reports whether a T holds it.
func fits[T int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64](dst unsafe.Pointer, n int64) bool {
	v := T(n)
	if int64(v) != n || (v < 0) != (n < 0) {
		return false
	}
	*(*T)(dst) = v
	return true
}

// PostgreSQL counts from 2000-01-01. The bounds are the server's own, so a
// value outside of them is corrupt.
var (
	epoch        = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	firstSecond  = time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC).Unix() - epoch
	endTimestamp = time.Date(294277, 1, 1, 0, 0, 0, 0, time.UTC).Unix() - epoch
	endDate      = time.Date(5874898, 1, 1, 0, 0, 0, 0, time.UTC).Unix() - epoch
)

const secondsPerDay = 24 * 60 * 60

func infinityError(negative bool) error {
	return &valueError{infinityText(negative), ErrInfinity}
}

func infinityText(negative bool) string {
	if negative {
		return "-infinity"
	}
	return "infinity"
}

// readDate returns midnight UTC of the day.
func readDate(src []byte) (time.Time, error) {
	if len(src) != 4 {
		return time.Time{}, lengthError("date", len(src))
	}
	days := int32(binary.BigEndian.Uint32(src))
	if days == math.MaxInt32 || days == math.MinInt32 {
		return time.Time{}, infinityError(days < 0)
	}
	sec := int64(days) * secondsPerDay
	if sec < firstSecond || sec >= endDate {
		return time.Time{}, fmt.Errorf("%w: date %d days from 2000-01-01", ErrCorrupt, days)
	}
	return time.Unix(epoch+sec, 0).UTC(), nil
}

// readMicros reads a timestamp or timestamptz, in time.Local.
func readMicros(src []byte, pgType string) (time.Time, error) {
	if len(src) != 8 {
		return time.Time{}, lengthError(pgType, len(src))
	}
	us := int64(binary.BigEndian.Uint64(src))
	if us == math.MaxInt64 || us == math.MinInt64 {
		return time.Time{}, infinityError(us < 0)
	}
	if us < firstSecond*1e6 || us >= endTimestamp*1e6 {
		return time.Time{}, fmt.Errorf("%w: %s %d microseconds from 2000-01-01", ErrCorrupt, pgType, us)
	}
	return time.Unix(epoch+us/1e6, us%1e6*1e3), nil
}

// readTimestamptz returns the instant in loc, or in time.Local if loc is nil.
func readTimestamptz(src []byte, loc *time.Location) (time.Time, error) {
	t, err := readMicros(src, "timestamptz")
	if err == nil && loc != nil {
		t = t.In(loc)
	}
	return t, err
}

// readTimestamp returns the wall clock as read in loc, or in UTC if loc is nil.
func readTimestamp(src []byte, loc *time.Location) (time.Time, error) {
	t, err := readMicros(src, "timestamp")
	if err != nil {
		return t, err
	}
	t = t.UTC()
	if loc != nil {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
	}
	return t, nil
}
