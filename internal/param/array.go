package param

import (
	"context"
	"database/sql/driver"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Array returns args as a slice of their common type, which is one array
// parameter.
func Array(args []any) any {
	if len(args) == 0 || args[0] == nil {
		return args
	}
	t := reflect.TypeOf(args[0])
	if slices.ContainsFunc(args, func(a any) bool { return reflect.TypeOf(a) != t }) {
		return args
	}
	return arrayOfType(t, len(args), func(i int) reflect.Value { return reflect.ValueOf(args[i]) })
}

// arrayOfType is Array for n values of type t, none of which is boxed.
func arrayOfType(t reflect.Type, n int, at func(i int) reflect.Value) any {
	b := basic(t)
	pointers := b == t && t.Kind() == reflect.Pointer && basic(t.Elem()) != t.Elem()
	if pointers {
		b = reflect.PointerTo(basic(t.Elem()))
	}
	out := reflect.MakeSlice(reflect.SliceOf(b), n, n)
	for i := range n {
		switch to, v := out.Index(i), at(i); {
		case b == t:
			to.Set(v)
		case pointers:
			if !v.IsNil() {
				to.Set(reflect.New(b.Elem()))
				to.Elem().Set(v.Elem().Convert(b.Elem()))
			}
		case b.Kind() == reflect.String:
			to.SetString(v.String())
		default:
			to.Set(v.Convert(b))
		}
	}
	return out.Interface()
}

// Arrays returns the columns of rows, each as an Array.
func Arrays(columns int, rows [][]any) []any {
	arrays := make([]any, columns)
	for i := range arrays {
		values := make([]any, len(rows))
		for n, row := range rows {
			values[n] = row[i]
		}
		arrays[i] = Array(values)
	}
	return arrays
}

// Column returns the values of a column of n objects as an Array.
func Column(ctx context.Context, f *modelinfo.Field, n int, object func(i int) reflect.Value) any {
	if f.Serializer == nil && f.FieldType.Kind() != reflect.Interface && direct(f) {
		return arrayOfType(f.FieldType, n, func(i int) reflect.Value {
			at, _ := field(object(i), f)
			return at
		})
	}
	values := make([]any, n)
	for i := range values {
		values[i], _ = f.ValueOf(ctx, object(i))
	}
	return Array(values)
}

// basic returns the built-in type of a named text or number: pgx knows lists of
// those for every column, enums among them, and a list of a named uint8 would
// read as bytes.
func basic(t reflect.Type) reflect.Type {
	if t.Implements(reflect.TypeFor[driver.Valuer]()) {
		return t
	}
	switch t.Kind() {
	case reflect.Array:
		if t.ConvertibleTo(reflect.TypeFor[uuid.UUID]()) {
			return reflect.TypeFor[uuid.UUID]()
		}
	case reflect.String:
		return reflect.TypeFor[string]()
	case reflect.Bool:
		return reflect.TypeFor[bool]()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return reflect.TypeFor[int64]()
	case reflect.Float32, reflect.Float64:
		return reflect.TypeFor[float64]()
	}
	return t
}
