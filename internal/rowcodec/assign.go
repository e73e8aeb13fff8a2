package rowcodec

import (
	"database/sql"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5/pgtype"
)

// assign stores a value at dst with database/sql's conversions.
type assign func(dst unsafe.Pointer, v any) error

// assignAs uses sql.Null, the only exported way to these conversions. T is the
// plain type of the field's kind. A named type has the same layout.
func assignAs[T any](dst unsafe.Pointer, v any) error {
	var n sql.Null[T]
	if err := n.Scan(v); err != nil {
		return &conversionError{fmt.Sprintf("a %T does not fit %s", v, reflect.TypeFor[T]()), err}
	}
	*(*T)(dst) = n.V
	return nil
}

// conversionError is database/sql's error for a value, which quotes it, with a
// text that does not.
type conversionError struct {
	text string
	err  error
}

// Error implements error.
func (e *conversionError) Error() string { return e.text }

// Unwrap returns the error of database/sql.
func (e *conversionError) Unwrap() error { return e.err }

// assigns holds the assign function of each plain kind.
var assigns = map[reflect.Kind]assign{
	reflect.Bool: assignAs[bool], reflect.String: assignAs[string],
	reflect.Int: assignAs[int], reflect.Int8: assignAs[int8], reflect.Int16: assignAs[int16], reflect.Int32: assignAs[int32], reflect.Int64: assignAs[int64],
	reflect.Uint: assignAs[uint], reflect.Uint8: assignAs[uint8], reflect.Uint16: assignAs[uint16], reflect.Uint32: assignAs[uint32], reflect.Uint64: assignAs[uint64],
	reflect.Float32: assignAs[float32], reflect.Float64: assignAs[float64],
}

// assignTo returns the assign function of a plain type, or nil if database/sql
// has no conversion to it.
func assignTo(t reflect.Type) assign {
	switch {
	case isTime(t):
		return assignAs[time.Time]
	case isBytes(t):
		return assignAs[[]byte]
	}
	return assigns[t.Kind()]
}

// assignWhole stores a float that is an integer at dst, an integer of type t.
// database/sql takes none that it writes with an exponent, such as 1e+06.
func assignWhole(dst unsafe.Pointer, t reflect.Type, v any) error {
	f, ok := v.(float64)
	if !ok {
		return fmt.Errorf("%w: a number as %T", ErrCorrupt, v)
	}
	if f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
		return rangeError(strconv.FormatFloat(f, 'g', -1, 64), t)
	}
	return storeInt(dst, t, int64(f))
}

// assignSmall stores an array of integers in PostgreSQL's text form at dst, a
// []uint8.
func assignSmall(dst unsafe.Pointer, v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: an array as %T", ErrCorrupt, v)
	}
	var list []int64
	if err := textForms.Scan(pgtype.Int8ArrayOID, pgtype.TextFormatCode, []byte(text), &list); err != nil {
		return &conversionError{"the array does not fit []uint8", err}
	}
	small := make([]uint8, len(list))
	for i, n := range list {
		if n < 0 || n > math.MaxUint8 {
			return rangeError(strconv.FormatInt(n, 10), reflect.TypeFor[uint8]())
		}
		small[i] = uint8(n)
	}
	*(*[]uint8)(dst) = small
	return nil
}

// assignTexts stores an array in PostgreSQL's text form at dst, a slice of a
// type derived from string. A NULL among the elements is an error.
func assignTexts(dst unsafe.Pointer, v any) error {
	var list []string
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: an array as %T", ErrCorrupt, v)
	}
	err := textForms.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, []byte(text), &list)
	if err == nil {
		*(*[]string)(dst) = list
	}
	return err
}
