package param

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Values returns the parameters for columns of the object at rv, a struct.
func Values(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) []any {
	return AppendValues(ctx, make([]any, 0, len(fields)), rv, fields)
}

// AppendValues appends what Values returns to args.
func AppendValues(ctx context.Context, args []any, rv reflect.Value, fields []*modelinfo.Field) []any {
	for _, f := range fields {
		args = append(args, written(ctx, rv, f))
	}
	return args
}

// written returns the parameter for a column of the object at rv, a struct.
func written(ctx context.Context, rv reflect.Value, f *modelinfo.Field) any {
	if f.NilEmpty {
		rv = filledIn(rv, f)
	}
	v, _ := f.ValueOf(ctx, rv)
	if f.Serializer != nil {
		if x, ok := v.(driver.Valuer); ok {
			return unprinted{x}
		}
		return v
	}
	switch x := v.(type) {
	case decimal.Decimal:
		return sentDecimal(x)
	case *decimal.Decimal:
		if x != nil {
			return sentDecimal(*x)
		}
	case decimal.NullDecimal:
		if x.Valid {
			return sentDecimal(x.Decimal)
		}
	case float64:
		return sentFloat(f.Type, x)
	case *float64:
		if x != nil {
			return sentFloat(f.Type, *x)
		}
	}
	if f.Type.Kind == lookup.Float && !Exact(v) {
		return unwritable{errors.New("the integer as a float is out of range")}
	}
	if f.Converted {
		if val, ok := (Converter{Type: f.Type, Field: f}).Written(v); ok {
			return val.Arg
		}
		if f.Type.Kind == lookup.UUID {
			return unwritable{errors.New("bytes that are no UUID")}
		}
	}
	return based(f, v)
}

// Exact reports whether a float64 holds v, if v is an integer.
func Exact(v any) bool {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	switch {
	case rv.CanInt():
		n := rv.Int()
		f := float64(n)
		return f < 1<<63 && int64(f) == n
	case rv.CanUint():
		n := rv.Uint()
		f := float64(n)
		return f < 1<<64 && uint64(f) == n
	}
	return true
}

// unprinted is what a serializer writes for a field. It prints nothing of the
// value: pgx prints a value that it cannot encode, and a map may hold itself.
type unprinted struct{ driver.Valuer }

// Format implements fmt.Formatter.
func (unprinted) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "a serialized value") }

var int64Type = reflect.TypeFor[int64]()

// Zero reports whether a column of the object at rv, a struct, has its zero
// value.
func Zero(ctx context.Context, rv reflect.Value, f *modelinfo.Field) bool {
	if f.FieldType == int64Type && f.Direct() && rv.CanAddr() {
		return *(*int64)(f.Address(rv)) == 0
	}
	if at, ok := field(rv, f); ok {
		return at.IsZero()
	}
	_, zero := f.ValueOf(ctx, rv)
	return zero
}

// field returns a field that lies in the struct without boxing its value.
func field(rv reflect.Value, f *modelinfo.Field) (reflect.Value, bool) {
	if !f.Direct() {
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

// Sent returns args with what serializers write for their [Late] values. The
// result is args if there are none.
func Sent(ctx context.Context, args []any) ([]any, error) {
	out := args
	for i, a := range args {
		var err error
		switch x := a.(type) {
		case Late:
			a, err = x.sent(ctx)
		case Based:
			a = x.sent()
		case []Based:
			a = sentList(x)
		case []Late:
			list := make([]any, len(x))
			for k := 0; k < len(x) && err == nil; k++ {
				list[k], err = x[k].sent(ctx)
			}
			a = Array(list)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i] = a
	}
	return out, nil
}

// sent returns what the field's serializer writes. A serializer that looks at
// the object finds an empty one.
func (l Late) sent(ctx context.Context) (any, error) {
	v, err := l.Field.Serializer.Value(ctx, l.Field.Field, reflect.New(l.Field.Model.Type).Elem(), l.Value)
	if err != nil {
		return nil, fmt.Errorf("%s.%s: %w", l.Field.Model.Name, l.Field.Column, err)
	}
	return v, nil
}

// OfColumn returns the value of a column in the object at rv, a struct, for a
// comparison, and whether the database holds it as NULL.
func OfColumn(ctx context.Context, rv reflect.Value, f *modelinfo.Field) (v any, null bool, err error) {
	v, _ = f.ValueOf(ctx, rv)
	if f.Serializer != nil {
		written, err := v.(driver.Valuer).Value()
		return Serialized{written}, written == nil, err
	}
	_, null = Plain(v)
	return v, null || Nil(v), nil
}
