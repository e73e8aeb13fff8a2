package exec

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

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

// assignFrom stores a value of database/sql for a column of type t in dst.
func assignFrom(t lookup.Type, v any, dst reflect.Value) error {
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
	v, err := Convert(t, v)
	if err != nil {
		return err
	}
	return Assign(v, dst)
}

// unmarshal stores JSON in dst. The numbers in its interfaces are those of
// jsonOf: a float64 would lose digits of integers.
func unmarshal(text []byte, dst reflect.Value) error {
	to := dst.Addr().Interface()
	if !holdsAny(dst.Type()) {
		return json.Unmarshal(text, to)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if dec.Decode(to) != nil {
		return json.Unmarshal(text, to) // its error has more to say
	}
	convertNumbers(dst)
	return nil
}

// convertNumbers converts the json.Number of the interfaces in v.
func convertNumbers(v reflect.Value) {
	t := v.Type()
	if !holdsAny(t) {
		return
	}
	switch t.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			v.Set(reflect.ValueOf(numbers(v.Interface())))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			convertNumbers(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			convertNumbers(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			e := reflect.New(t.Elem()).Elem()
			e.Set(it.Value())
			convertNumbers(e)
			v.SetMapIndex(it.Key(), e)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				convertNumbers(v.Field(i))
			}
		}
	}
}

// anyHolders keeps the results of holdsAny by type.
var anyHolders sync.Map

// holdsAny reports whether a value of type t may hold values of any type that
// encoding/json chooses.
func holdsAny(t reflect.Type) bool {
	if known, ok := anyHolders.Load(t); ok {
		return known.(bool)
	}
	found := searchAny(t, map[reflect.Type]bool{})
	anyHolders.Store(t, found)
	return found
}

// searchAny is holdsAny without the types in seen.
func searchAny(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return searchAny(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && searchAny(f.Type, seen) {
				return true
			}
		}
	}
	return false
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
