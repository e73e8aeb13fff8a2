package param

import (
	"context"
	"database/sql/driver"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Values returns the parameters for columns of the object at rv, a struct.
func Values(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) []any {
	out := make([]any, len(fields))
	for i, f := range fields {
		out[i], _ = f.ValueOf(ctx, rv)
	}
	return out
}

// Zero reports whether a column of the object at rv, a struct, has its zero
// value.
func Zero(ctx context.Context, rv reflect.Value, f *modelinfo.Field) bool {
	if at, ok := field(rv, f); ok {
		return at.IsZero()
	}
	_, zero := f.ValueOf(ctx, rv)
	return zero
}

// direct reports whether the field lies in the struct, and behind no pointer.
func direct(f *modelinfo.Field) bool {
	return !slices.ContainsFunc(f.StructField.Index, func(i int) bool { return i < 0 })
}

// field returns a field that lies in the struct without boxing its value.
func field(rv reflect.Value, f *modelinfo.Field) (reflect.Value, bool) {
	if !direct(f) {
		return reflect.Value{}, false
	}
	return rv.FieldByIndex(f.StructField.Index), true
}

// Of returns the value of a column in the object at rv, a struct, without
// pointers; nil for NULL.
func Of(ctx context.Context, rv reflect.Value, f *modelinfo.Field) any {
	v, _ := f.ValueOf(ctx, rv)
	v, null := Plain(v)
	if null {
		return nil
	}
	if f == f.Model.SoftDelete {
		if x, ok := v.(driver.Valuer); ok {
			v, _ = x.Value()
		}
	}
	return v
}
