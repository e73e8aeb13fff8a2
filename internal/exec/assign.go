package exec

import (
	"database/sql"
	"fmt"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/jsonvalue"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/rowcodec"
)

var scannerType = reflect.TypeFor[sql.Scanner]()

// converted reports whether a field of type ft takes a column of type t through
// [Convert], since neither rowcodec nor database/sql reads it so.
func converted(t lookup.Type, ft reflect.Type) bool {
	ft = bare(ft)
	switch {
	case ft.Kind() == reflect.Interface:
		return true
	case reflect.PointerTo(ft).Implements(scannerType):
		return false
	}
	bytes := ft.Kind() == reflect.Slice && ft.Elem().Kind() == reflect.Uint8
	switch t.Kind {
	case lookup.Duration:
		return ft == reflect.TypeFor[time.Duration]()
	case lookup.JSON:
		return ft.Kind() != reflect.String && !bytes
	case lookup.Array:
		return ft.Kind() == reflect.Slice && !bytes
	case lookup.HStore:
		return ft.Kind() == reflect.Map
	case lookup.Int:
		return ft == reflect.TypeFor[decimal.Decimal]()
	}
	return false
}

// assignFrom stores a value of database/sql for a column of type t in dst. zone
// is that of [Convert].
func assignFrom(t lookup.Type, v any, zone *time.Location, dst reflect.Value) error {
	if t.Kind == lookup.JSON && v != nil && !open(dst) {
		if s, ok := v.(string); ok {
			v = []byte(s)
		}
		text, ok := v.([]byte)
		if !ok {
			return unfit(v, dst)
		}
		return unmarshal(text, dst)
	}
	v, err := Convert(t, v, zone)
	if err != nil {
		return err
	}
	return Assign(v, dst)
}

// unmarshal stores JSON in dst. The numbers in its interfaces are those of
// jsonOf: a float64 would lose digits of integers.
func unmarshal(text []byte, dst reflect.Value) error {
	return jsonvalue.Unmarshal(text, dst, jsonvalue.Whole)
}

// open reports whether dst is an interface that holds anything, or a pointer to
// one.
func open(dst reflect.Value) bool { return bare(dst.Type()).Kind() == reflect.Interface }

// bare returns what a pointer type points to, another type as it is.
func bare(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// Assign stores a result of [Convert] in dst, which is of its type or of one of
// the same sort, a pointer to one, a type with a Scan method, or a slice or map
// of those. nil becomes the zero value.
func Assign(v any, dst reflect.Value) error {
	if v == nil {
		dst.SetZero()
		return nil
	}
	rv := reflect.ValueOf(v)
	if rv.Type().AssignableTo(dst.Type()) {
		dst.Set(rv)
		return nil
	}
	if s, ok := dst.Addr().Interface().(sql.Scanner); ok {
		return s.Scan(v)
	}
	if _, long := v.(pgtype.Interval); long && dst.Type() == reflect.TypeFor[time.Duration]() {
		return rowcodec.ErrDuration
	}
	switch {
	case dst.Kind() == reflect.Pointer:
		p := reflect.New(dst.Type().Elem())
		if err := Assign(v, p.Elem()); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	case rv.Kind() == reflect.Slice && dst.Kind() == reflect.Slice && rv.Type() == reflect.TypeFor[[]any]():
		out := reflect.MakeSlice(dst.Type(), rv.Len(), rv.Len())
		for i := range rv.Len() {
			if err := Assign(rv.Index(i).Interface(), out.Index(i)); err != nil {
				return err
			}
		}
		dst.Set(out)
		return nil
	case rv.Kind() == reflect.Map && dst.Kind() == reflect.Map && dst.Type().Key().Kind() == reflect.String:
		out := reflect.MakeMapWithSize(dst.Type(), rv.Len())
		for it := rv.MapRange(); it.Next(); {
			e := reflect.New(dst.Type().Elem()).Elem()
			if err := Assign(it.Value().Interface(), e); err != nil {
				return err
			}
			out.SetMapIndex(it.Key().Convert(dst.Type().Key()), e)
		}
		dst.Set(out)
		return nil
	}
	if d, ok := v.(decimal.Decimal); ok {
		switch {
		case dst.CanFloat():
			dst.SetFloat(d.InexactFloat64())
			return nil
		case dst.Kind() == reflect.String:
			dst.SetString(d.String())
			return nil
		}
		rv = reflect.ValueOf(shrunk(d))
	}
	switch {
	case rv.CanInt() && dst.CanInt() && !dst.OverflowInt(rv.Int()):
		dst.SetInt(rv.Int())
	case rv.CanInt() && dst.CanUint() && rv.Int() >= 0 && !dst.OverflowUint(uint64(rv.Int())):
		dst.SetUint(uint64(rv.Int()))
	case rv.CanInt() && dst.CanFloat():
		dst.SetFloat(float64(rv.Int()))
	case rv.Kind() == dst.Kind() && rv.CanConvert(dst.Type()), rv.CanFloat() && dst.CanFloat():
		dst.Set(rv.Convert(dst.Type()))
	default:
		return unfit(v, dst)
	}
	return nil
}

func unfit(v any, dst reflect.Value) error {
	return fmt.Errorf("a value of type %T does not fit %s", v, dst.Type())
}
