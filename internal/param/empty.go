package param

import (
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
)

// given returns v, or an empty slice or map in place of a nil one if the column
// cannot be NULL.
func (c Converter) given(v any) any {
	if c.Field == nil || !c.Field.NilEmpty || c.Rel != nil || c.Text || !Nil(v) {
		return v
	}
	return empty(reflect.TypeOf(v)).Interface()
}

// filledIn returns rv, or a copy of it with an empty slice or map in place of a
// nil one in the field f.
func filledIn(rv reflect.Value, f *modelinfo.Field) reflect.Value {
	if at, ok := field(rv, f); !ok || !at.IsNil() {
		return rv
	}
	c := reflect.New(rv.Type()).Elem()
	c.Set(rv)
	at, _ := field(c, f)
	at.Set(empty(at.Type()))
	return c
}

// empty returns an empty slice or map of type t.
func empty(t reflect.Type) reflect.Value {
	if t.Kind() == reflect.Map {
		return reflect.MakeMap(t)
	}
	return reflect.MakeSlice(t, 0, 0)
}
