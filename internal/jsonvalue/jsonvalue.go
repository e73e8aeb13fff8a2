// Package jsonvalue reads JSON into Go values without losing digits of numbers.
package jsonvalue

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Unmarshal stores JSON in dst, which is settable. A number in an interface
// is what number returns for it; encoding/json's own choice, a float64, loses
// digits of integers.
func Unmarshal(text []byte, dst reflect.Value, number func(json.Number) any) error {
	to := dst.Addr().Interface()
	if !HoldsAny(dst.Type()) {
		return json.Unmarshal(text, to)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if dec.Decode(to) != nil {
		return json.Unmarshal(text, to) // its error has more to say
	}
	convertNumbers(dst, number)
	return nil
}

// convertNumbers converts each json.Number in the interfaces of v.
func convertNumbers(v reflect.Value, number func(json.Number) any) {
	t := v.Type()
	if !HoldsAny(t) {
		return
	}
	switch t.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			v.Set(reflect.ValueOf(converted(v.Interface(), number)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			convertNumbers(v.Elem(), number)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			convertNumbers(v.Index(i), number)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			e := reflect.New(t.Elem()).Elem()
			e.Set(it.Value())
			convertNumbers(e, number)
			v.SetMapIndex(it.Key(), e)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				convertNumbers(v.Field(i), number)
			}
		}
	}
}

// converted converts each json.Number in what encoding/json has put into an
// interface.
func converted(v any, number func(json.Number) any) any {
	switch x := v.(type) {
	case json.Number:
		return number(x)
	case []any:
		for i := range x {
			x[i] = converted(x[i], number)
		}
	case map[string]any:
		for k := range x {
			x[k] = converted(x[k], number)
		}
	}
	return v
}

// anyHolders keeps the results of HoldsAny by type.
var anyHolders sync.Map

// HoldsAny reports whether a value of type t may hold values of any type that
// encoding/json chooses.
func HoldsAny(t reflect.Type) bool {
	if known, ok := anyHolders.Load(t); ok {
		return known.(bool)
	}
	found := searchAny(t, map[reflect.Type]bool{})
	anyHolders.Store(t, found)
	return found
}

// searchAny is HoldsAny without the types in seen.
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

// Whole returns a number as an int64 or a float64, or as it is written where no
// int64 holds the integer.
func Whole(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil || !strings.ContainsAny(n.String(), ".eE") {
		return n
	}
	return f
}

// Exact returns a number as a float64, as GORM reads it, or as it is
// written where no float64 holds the integer.
func Exact(n json.Number) any {
	f, err := n.Float64()
	if err != nil || !strings.ContainsAny(n.String(), ".eE") && strconv.FormatFloat(f, 'f', 0, 64) != n.String() {
		return n
	}
	return f
}
