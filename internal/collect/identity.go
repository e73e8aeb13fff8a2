package collect

import (
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Plain is the value of a column in a struct of its model, without pointers; nil for NULL.
func Plain(ctx context.Context, f *modelinfo.Field, rv reflect.Value) any {
	v, _ := f.ValueOf(ctx, rv)
	if d, ok := v.(gorm.DeletedAt); ok {
		if !d.Valid {
			return nil
		}
		return d.Time
	}
	at := reflect.ValueOf(v)
	for at.IsValid() && at.Kind() == reflect.Pointer {
		if at.IsNil() {
			return nil
		}
		at = at.Elem()
	}
	if !at.IsValid() {
		return nil
	}
	v = at.Interface()
	if w, ok := v.(driver.Valuer); ok {
		if x, err := w.Value(); err == nil && x == nil {
			return nil
		}
	}
	return v
}

// Identity is what two rows have in common that hold the same values, whatever their Go types: those of a key
// and of a foreign key to it. It is nil when one of the values is NULL, which refers to nothing.
func Identity(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) any {
	if len(fields) == 1 {
		return settled(Plain(ctx, fields[0], rv))
	}
	var b strings.Builder
	for _, f := range fields {
		v := settled(Plain(ctx, f, rv))
		if v == nil {
			return nil
		}
		fmt.Fprintf(&b, "%q,", fmt.Sprint(v))
	}
	return b.String()
}

// settled gives equal values of one column equal Go values.
func settled(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UnixMicro()
	}
	if w, ok := v.(driver.Valuer); ok {
		if x, err := w.Value(); err == nil {
			if t, ok := x.(time.Time); ok {
				return t.UnixMicro()
			}
			v = x
		}
	}
	switch rv := reflect.ValueOf(v); {
	case !rv.IsValid():
		return nil
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint():
		return int64(rv.Uint())
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8:
		return string(rv.Bytes())
	case rv.Comparable():
		return rv.Interface()
	}
	return fmt.Sprint(v)
}
