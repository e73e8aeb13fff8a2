package exec

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	tree "github.com/gormango/gormango/internal/query"
)

// Values returns the parameters for columns of the object at rv, a struct.
func Values(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) []any {
	out := make([]any, len(fields))
	for i, f := range fields {
		out[i], _ = f.ValueOf(ctx, rv)
	}
	return out
}

var timeType = reflect.TypeFor[time.Time]()

// Zero reports whether a column of the object at rv, a struct, has its zero value.
func Zero(ctx context.Context, rv reflect.Value, f *modelinfo.Field) bool {
	if at, ok := field(rv, f); ok {
		return at.IsZero()
	}
	_, zero := f.ValueOf(ctx, rv)
	return zero
}

// Column returns the values of a column of n objects as a slice, which encodes as
// one array parameter.
func Column(ctx context.Context, f *modelinfo.Field, n int, object func(i int) reflect.Value) any {
	if f.Serializer == nil && f.FieldType.Kind() != reflect.Interface && direct(f) {
		return tree.ArrayOfType(f.FieldType, n, func(i int) reflect.Value {
			at, _ := field(object(i), f)
			return at
		})
	}
	values := make([]any, n)
	for i := range values {
		values[i], _ = f.ValueOf(ctx, object(i))
	}
	return tree.Array(values)
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

// Stamp fills the times that GORM fills: a zero CreatedAt when a row is made,
// UpdatedAt each time. Times are cut to microseconds, as the database keeps
// them, so that the object equals its row.
func Stamp(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, now time.Time, creating bool) error {
	now = now.Truncate(time.Microsecond)
	for _, f := range fields {
		if f.AutoCreateTime == 0 && f.AutoUpdateTime == 0 && f.IndirectFieldType != timeType {
			continue
		}
		v, zero := f.ValueOf(ctx, rv)
		switch {
		case creating && zero && (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0),
			!creating && f.AutoUpdateTime > 0:
			if err := f.Set(ctx, rv, now); err != nil {
				return err
			}
			continue
		}
		if f.Serializer != nil {
			continue
		}
		switch t := v.(type) {
		case time.Time:
			if cut := t.Truncate(time.Microsecond); !cut.Equal(t) {
				if err := f.Set(ctx, rv, cut); err != nil {
					return err
				}
			}
		case *time.Time:
			if t != nil && t.Nanosecond()%1000 != 0 {
				cut := t.Truncate(time.Microsecond)
				if err := f.Set(ctx, rv, &cut); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
