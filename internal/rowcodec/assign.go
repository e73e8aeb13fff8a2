package rowcodec

import (
	"database/sql"
	"reflect"
	"time"
	"unsafe"
)

// assign stores a value at dst with database/sql's conversions.
type assign func(dst unsafe.Pointer, v any) error

// assignAs uses sql.Null, the only exported way to these conversions. T is the
// plain type of the field's kind. A named type has the same layout.
func assignAs[T any](dst unsafe.Pointer, v any) error {
	var n sql.Null[T]
	if err := n.Scan(v); err != nil {
		return err
	}
	*(*T)(dst) = n.V
	return nil
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
	switch t.Kind() {
	case reflect.Bool:
		return assignAs[bool]
	case reflect.String:
		return assignAs[string]
	case reflect.Int:
		return assignAs[int]
	case reflect.Int8:
		return assignAs[int8]
	case reflect.Int16:
		return assignAs[int16]
	case reflect.Int32:
		return assignAs[int32]
	case reflect.Int64:
		return assignAs[int64]
	case reflect.Uint:
		return assignAs[uint]
	case reflect.Uint8:
		return assignAs[uint8]
	case reflect.Uint16:
		return assignAs[uint16]
	case reflect.Uint32:
		return assignAs[uint32]
	case reflect.Uint64:
		return assignAs[uint64]
	case reflect.Float32:
		return assignAs[float32]
	case reflect.Float64:
		return assignAs[float64]
	default:
		return nil
	}
}
