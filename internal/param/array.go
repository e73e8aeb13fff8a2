package param

import (
	"context"
	"database/sql/driver"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// array converts a slice for a column of an array type, whose elements it
// converts; nil elements are NULL, and a nil slice is. Slices of slices are
// arrays of more dimensions.
func (c Converter) array(rv reflect.Value) (Value, bool) {
	if c.Type.Elem == nil || c.Type.Elem.Kind == lookup.Other {
		if rv.Kind() == reflect.Slice && !rv.IsNil() && rv.Type().Elem().Kind() == reflect.String { // of an enum
			return Value{Arg: arrayOfType(rv.Type().Elem(), rv.Len(), rv.Index)}, true
		}
		return Value{Arg: based(c.Field, rv.Interface())}, true
	}
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		_, ok := rv.Interface().(driver.Valuer)
		return Value{Arg: rv.Interface()}, ok
	}
	elem := Converter{Type: *c.Type.Elem}
	args, same, nested := make([]any, rv.Len()), true, false
	for i := range args {
		v := rv.Index(i).Interface()
		val, ok := elem.Written(v)
		if !ok {
			val, ok = c.inner(v)
			nested = true
		}
		if !ok {
			return Value{}, false
		}
		if val.Beyond != 0 {
			return Value{Arg: rv.Interface()}, true // the driver refuses it, as Create's
		}
		args[i] = val.Arg
		same = same && reflect.TypeOf(v) == reflect.TypeOf(val.Arg)
	}
	switch {
	case same && !(nested && anyLeaf(rv.Type())):
		return Value{Arg: rv.Interface()}, true
	case nested:
		rows, ok := stacked(args)
		return Value{Arg: rows}, ok
	}
	return Value{Arg: Array(args)}, true
}

// anyLeaf reports whether the values in slices of slices have no common type.
func anyLeaf(t reflect.Type) bool {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t.Kind() == reflect.Interface
}

// stacked returns the array whose rows are arrays of one length; false if their
// lengths differ.
func stacked(rows []any) (pgtype.Array[any], bool) {
	out := pgtype.Array[any]{Valid: true}
	for i, r := range rows {
		row, deeper := r.(pgtype.Array[any])
		if !deeper {
			rv := reflect.ValueOf(r)
			row.Dims = []pgtype.ArrayDimension{{Length: int32(rv.Len()), LowerBound: 1}}
			for n := range rv.Len() {
				row.Elements = append(row.Elements, rv.Index(n).Interface())
			}
		}
		dims := append([]pgtype.ArrayDimension{{Length: int32(len(rows)), LowerBound: 1}}, row.Dims...)
		if i > 0 && !slices.Equal(out.Dims, dims) {
			return out, false
		}
		out.Dims, out.Elements = dims, append(out.Elements, row.Elements...)
	}
	return out, true
}

// Nil reports whether v is a nil slice or map, which a column holds as NULL.
func Nil(v any) bool {
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Slice, reflect.Map:
		return rv.IsNil()
	}
	return false
}

// inner converts a slice in a slice.
func (c Converter) inner(v any) (Value, bool) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return Value{}, false
	}
	val, ok := c.array(rv)
	return val, ok && !val.Null
}

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
	if f.AsText && basic(f.IndirectFieldType) != reflect.TypeFor[string]() {
		return Texts(f, column(ctx, f, n, object))
	}
	if f.Serializer == nil && f.FieldType.Kind() != reflect.Interface && f.Direct() && !f.Converted && !narrowed(f) {
		return arrayOfType(f.FieldType, n, func(i int) reflect.Value {
			at, _ := field(object(i), f)
			return at
		})
	}
	return Array(column(ctx, f, n, object))
}

// column returns the parameters for a column of n objects.
func column(ctx context.Context, f *modelinfo.Field, n int, object func(i int) reflect.Value) []any {
	values := make([]any, n)
	for i := range values {
		values[i] = written(ctx, object(i), f)
	}
	return values
}

// Texts returns the texts of values for a column as an Array, for [Sent] to
// find where they hang on the column's type.
func Texts(f *modelinfo.Field, args []any) any {
	texts := make([]any, len(args))
	if slices.ContainsFunc(args, func(a any) bool { _, is := a.(Based); return is }) {
		for i, a := range args {
			if _, is := a.(Based); !is {
				a = Based{f, a}
			}
			texts[i] = a
		}
		return Array(texts)
	}
	for i, a := range args {
		texts[i] = asText(a, f.Model.DB.Clocks())
	}
	return Array(texts)
}

// asText returns the text of a value as a pointer, nil for NULL: the one that
// the driver writes for a column whose type it does not know. A value that has
// no text is returned as it is, for the driver to refuse.
func asText(v any, zone *time.Location) any {
	v, null := Plain(v)
	if null || Nil(v) {
		return (*string)(nil)
	}
	text := ""
	switch rv := reflect.ValueOf(v); {
	case rv.Kind() == reflect.String && !rv.Type().Implements(valuerType):
		text = rv.String()
	case rv.Kind() == reflect.Map && !rv.Type().Implements(valuerType):
		text, _ = HStore(v)
	default:
		out, err := rowcodec.Text(0, v, zone)
		if err != nil {
			return v
		}
		text = string(out)
	}
	return &text
}

var valuerType = reflect.TypeFor[driver.Valuer]()

// basic returns the built-in type of a named text or number: pgx knows lists of
// those for every column, enums among them, and a list of a named uint8 would
// read as bytes.
func basic(t reflect.Type) reflect.Type {
	if t.Implements(valuerType) || t == reflect.TypeFor[time.Duration]() {
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
