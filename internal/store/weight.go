package store

import (
	"errors"
	"reflect"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
)

// maxBytes is about how many bytes of values a bulk statement holds at most,
// unless one object has more. The server and the driver need several times as
// much memory for it, and a message of the protocol ends at 1 GB.
const maxBytes = 64 << 20

// errHeavy ends a bulk write that needs several statements for the bytes of its
// values, and so a transaction. Nothing was sent.
var errHeavy = errors.New("repo: the values need several statements")

// parted writes the named columns of objects by a statement, with send, or in
// parts, with part, if their values have too many bytes. Without a transaction
// it returns errHeavy in place of that.
func parted(objs []any, columns []*modelinfo.Field, inTransaction bool, send func() error, part func(from, to int) error) error {
	bytes, large := 0, heavyFields(columns)
	for _, obj := range objs {
		bytes += objectWeight(reflect.ValueOf(obj).Elem(), large)
	}
	n := len(objs)
	if bytes <= maxBytes || n < 2 {
		return send()
	}
	if !inTransaction {
		return errHeavy
	}
	size := max(1, n/(bytes/maxBytes+1))
	for from := 0; from < n; from += size {
		if err := part(from, min(from+size, n)); err != nil {
			return err
		}
	}
	return nil
}

// fixed is about what a value takes that is no text, and most is how deep
// weight looks into a value.
const (
	fixed = 8
	most  = 8
)

var timeType = reflect.TypeFor[time.Time]()

// weight returns about how many bytes a value takes in a statement, looking so
// many levels into it.
func weight(v reflect.Value, levels int) (n int) {
	switch v.Kind() {
	case reflect.Invalid:
		return 0
	case reflect.String:
		return v.Len()
	}
	if levels == 0 {
		return fixed
	}
	levels--
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return weight(v.Elem(), levels)
	case reflect.Slice, reflect.Array:
		if elem := v.Type().Elem(); !heavy(elem) {
			return v.Len() * int(elem.Size())
		}
		for i := range v.Len() {
			n += weight(v.Index(i), levels)
		}
		return n
	case reflect.Map:
		for each := v.MapRange(); each.Next(); {
			n += weight(each.Key(), levels) + weight(each.Value(), levels)
		}
		return n
	case reflect.Struct:
		if v.Type() == timeType {
			return fixed
		}
		for i := range v.NumField() {
			n += weight(v.Field(i), levels)
		}
		return n
	}
	return fixed
}

// heavy reports whether values of type t may take more bytes than they have in
// memory.
func heavy(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Pointer, reflect.Interface, reflect.Map:
		return true
	case reflect.Array:
		return heavy(t.Elem())
	case reflect.Struct:
		return t != timeType
	}
	return false
}

// heavyFields returns those of columns whose values may be large.
func heavyFields(columns []*modelinfo.Field) []*modelinfo.Field {
	var out []*modelinfo.Field
	for _, f := range columns {
		if heavy(f.FieldType) {
			out = append(out, f)
		}
	}
	return out
}

// objectWeight returns about how many bytes the columns of the object at rv, a
// struct, take.
func objectWeight(rv reflect.Value, columns []*modelinfo.Field) (n int) {
	for _, f := range columns {
		n += weight(inside(rv, f), most)
	}
	return n
}

// inside returns a field of the struct rv as it is, the zero Value where it
// lies in a nil embedded pointer.
func inside(rv reflect.Value, f *modelinfo.Field) reflect.Value {
	for _, i := range f.StructField.Index {
		if rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				return reflect.Value{}
			}
			rv = rv.Elem()
		}
		if i < 0 { // GORM's mark of an embedded pointer
			i = -i - 1
		}
		rv = rv.Field(i)
	}
	return rv
}
