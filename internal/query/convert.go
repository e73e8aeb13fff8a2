package query

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// converter turns the values of a lookup into parameters of one class per
// field: int64, float64, string, bool, time.Time, decimal.Decimal, uuid.UUID.
// A value of another kind is refused, so that a mistake is an error of the
// call and not of the server.
type converter struct {
	side
	text bool // the text form is compared
}

// want names what the field takes, for error texts.
func (c converter) want() string {
	kind := map[lookup.Kind]string{lookup.Text: "text", lookup.Int: "an integer", lookup.Float: "a number", lookup.Decimal: "a decimal or a number",
		lookup.Bool: "a bool", lookup.Time: "a time.Time", lookup.Date: "a time.Time", lookup.UUID: "a UUID", lookup.Duration: "a time.Duration",
		lookup.Clock: "a time of day", lookup.JSON: "what JSON can hold", lookup.Array: "a slice"}[c.typ.Kind]
	switch {
	case c.text:
		return "text"
	case kind == "" && c.field != nil:
		kind = "a value of type " + c.field.FieldType.String()
	case kind == "":
		kind = "a value of type " + c.typ.SQL
	}
	if c.rel != nil {
		kind = "an object of " + c.rel.To.Name + " or its key, " + kind
	}
	return kind
}

// scalar converts one value; false when the field does not take it.
func (c converter) scalar(v any) (Value, bool) {
	v, null := plain(v)
	if null {
		return Value{Kind: Null}, true
	}
	if c.rel != nil {
		if key, is := c.keyOf(v); is {
			return key, key.Arg != nil
		}
	}
	kind := c.typ.Kind
	if c.text {
		s, ok := textOf(v)
		return Value{Arg: s}, ok
	}
	if c.field != nil && c.field.Serializer != nil {
		out, err := c.field.Serializer.Value(context.Background(), c.field.Field, reflect.Value{}, v)
		return Value{Arg: out}, err == nil
	}
	if _, ok := v.(driver.Valuer); ok && (kind == lookup.Int || kind == lookup.Text || kind == lookup.Float || kind == lookup.Bool) {
		return c.valuer(v) // what the type writes is what it is found by
	}
	rv := reflect.ValueOf(v)
	switch kind {
	case lookup.Int:
		return c.integer(rv)
	case lookup.Text:
		if rv.Kind() == reflect.String {
			return Value{Arg: rv.String()}, true
		}
		return Value{}, false
	case lookup.Float:
		switch {
		case rv.CanFloat():
			return Value{Arg: rv.Float()}, true
		case rv.CanInt():
			return Value{Arg: float64(rv.Int())}, true
		case rv.CanUint():
			return Value{Arg: float64(rv.Uint())}, true
		}
		return Value{}, false
	case lookup.Decimal:
		return decimalOf(v, rv)
	case lookup.Bool:
		if rv.Kind() == reflect.Bool {
			return Value{Arg: rv.Bool()}, true
		}
		return Value{}, false
	case lookup.Time, lookup.Date:
		if t, ok := v.(time.Time); ok {
			return Value{Arg: t}, true
		}
		return c.valuer(v)
	case lookup.UUID:
		switch x := v.(type) {
		case uuid.UUID:
			return Value{Arg: x}, true
		case [16]byte:
			return Value{Arg: uuid.UUID(x)}, true
		case string:
			id, err := uuid.Parse(x)
			return Value{Arg: id}, err == nil
		}
		return c.valuer(v)
	case lookup.Duration:
		if rv.Type() == reflect.TypeFor[time.Duration]() {
			return Value{Arg: v}, true
		}
		return c.valuer(v)
	case lookup.Clock:
		return clockOf(v)
	case lookup.JSON:
		return jsonOf(v)
	}
	return Value{Arg: v}, true
}

// clockOf takes a time of day from a time.Time, from text such as 23:59:00, or from pgx's own type.
func clockOf(v any) (Value, bool) {
	switch x := v.(type) {
	case time.Time:
		return Value{Arg: x.Format("15:04:05.999999")}, true
	case string:
		_, err := time.Parse("15:04:05.999999", x)
		return Value{Arg: x}, err == nil
	case driver.Valuer:
		return Value{Arg: x}, true
	}
	return Value{}, false
}

// jsonOf is a value as JSON text.
func jsonOf(v any) (Value, bool) {
	if x, ok := v.(driver.Valuer); ok {
		out, err := x.Value()
		if err != nil {
			return Value{}, false
		}
		switch y := out.(type) {
		case string:
			return Value{Arg: y}, true
		case []byte:
			return Value{Arg: string(y)}, true
		}
	}
	raw, err := json.Marshal(v)
	return Value{Arg: string(raw)}, err == nil
}

// valuer lets a type with a Value method speak for itself (sql.NullString, a user's own type).
func (c converter) valuer(v any) (Value, bool) {
	if x, ok := v.(driver.Valuer); ok {
		out, err := x.Value()
		if err != nil {
			return Value{}, false
		}
		if _, again := out.(driver.Valuer); !again {
			return c.scalar(out)
		}
	}
	return Value{}, false
}

func (c converter) integer(rv reflect.Value) (Value, bool) {
	lo, hi := c.typ.IntRange()
	switch {
	case rv.CanInt():
		n := rv.Int()
		return Value{Arg: n, Beyond: beyond(n, lo, hi)}, true
	case rv.CanUint():
		n := rv.Uint()
		if n > math.MaxInt64 {
			return Value{Arg: int64(math.MaxInt64), Beyond: 1}, true
		}
		return Value{Arg: int64(n), Beyond: beyond(int64(n), lo, hi)}, true
	}
	return Value{}, false
}

func beyond(n, lo, hi int64) int {
	switch {
	case n < lo:
		return -1
	case n > hi:
		return 1
	}
	return 0
}

func decimalOf(v any, rv reflect.Value) (Value, bool) {
	switch x := v.(type) {
	case decimal.Decimal:
		return Value{Arg: x}, true
	case string:
		d, err := decimal.NewFromString(x)
		return Value{Arg: d}, err == nil
	}
	switch {
	case rv.CanInt():
		return Value{Arg: decimal.NewFromInt(rv.Int())}, true
	case rv.CanUint():
		return Value{Arg: decimal.NewFromUint64(rv.Uint())}, true
	case rv.CanFloat():
		f := rv.Float()
		switch { // numeric has these, decimal.Decimal has not
		case math.IsNaN(f):
			return Value{Arg: "NaN"}, true
		case math.IsInf(f, 0):
			return Value{Arg: strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+") + "inity"}, true
		}
		return Value{Arg: decimal.NewFromFloat(f)}, true
	}
	if x, ok := v.(driver.Valuer); ok {
		return Value{Arg: x}, true
	}
	return Value{}, false
}

// textOf gives the text that a text lookup compares with: text, and numbers as they are written.
func textOf(v any) (string, bool) {
	rv := reflect.ValueOf(v)
	if x, ok := v.(driver.Valuer); ok {
		if out, err := x.Value(); err == nil {
			if s, ok := out.(string); ok {
				return s, true
			}
		}
	}
	switch {
	case rv.Kind() == reflect.String:
		return rv.String(), true
	case rv.CanInt():
		return strconv.FormatInt(rv.Int(), 10), true
	case rv.CanUint():
		return strconv.FormatUint(rv.Uint(), 10), true
	}
	switch x := v.(type) {
	case decimal.Decimal:
		return x.String(), true
	case uuid.UUID:
		return x.String(), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

// keyOf takes the key out of an object of the relation's model. is says that v
// is a model's object at all; a key that is zero belongs to no saved row and is refused.
func (c converter) keyOf(v any) (key Value, is bool) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	if !rv.IsValid() || rv.Type() != c.rel.To.Type {
		return Value{}, false
	}
	f := c.rel.To.Key[0]
	if c.rel.Kind == modelinfo.BelongsTo {
		f = c.rel.Pairs[0].To
	}
	val, zero := f.ValueOf(context.Background(), rv)
	if zero {
		return Value{}, true
	}
	inner := c
	inner.rel = nil
	key, ok := inner.scalar(val)
	if !ok {
		return Value{}, true
	}
	return key, true
}

// plain follows pointers; null says that nothing is there.
func plain(v any) (out any, null bool) {
	if v == nil {
		return nil, true
	}
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil, true
		}
		if rv.Elem().Kind() == reflect.Struct {
			if _, ok := rv.Elem().Interface().(driver.Valuer); !ok {
				if _, ok := rv.Interface().(driver.Valuer); ok {
					break
				}
			}
		}
		rv = rv.Elem()
	}
	out = rv.Interface()
	if x, ok := out.(driver.Valuer); ok {
		if val, err := x.Value(); err == nil && val == nil {
			return nil, true
		}
	}
	return out, false
}

// list converts the values of "in". NULLs are left out, as Django leaves
// them: no row equals NULL. Integers that the column cannot hold are left out too.
func (c converter) list(v any) (Value, bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return Value{}, false
	}
	if rv.Type().Elem().Kind() == reflect.Uint8 && (c.typ.Kind != lookup.Int || rv.Type() == reflect.TypeFor[[]byte]()) {
		return Value{}, false // one value: bytes, a UUID
	}
	args := make([]any, 0, rv.Len())
	for i := range rv.Len() {
		val, ok := c.scalar(rv.Index(i).Interface())
		if !ok {
			return Value{}, false
		}
		if val.Kind != Null && val.Beyond == 0 && !(c.typ.Kind == lookup.Array && nilSlice(val.Arg)) {
			args = append(args, val.Arg)
		}
	}
	if len(args) == 0 {
		return Value{Kind: EmptyList}, true
	}
	return Value{Kind: List, Arg: Array(args)}, true
}

// nilSlice says that an array is NULL.
func nilSlice(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Slice && rv.IsNil()
}

// Array gives args as a slice of their common type, which encodes as one array parameter.
func Array(args []any) any {
	if len(args) == 0 || args[0] == nil {
		return args
	}
	t := reflect.TypeOf(args[0])
	for _, a := range args[1:] {
		if reflect.TypeOf(a) != t {
			return args
		}
	}
	if b := basic(t); b != t {
		out := reflect.MakeSlice(reflect.SliceOf(b), len(args), len(args))
		for i, a := range args {
			out.Index(i).Set(reflect.ValueOf(a).Convert(b))
		}
		return out.Interface()
	}
	if t.Kind() == reflect.Pointer && basic(t.Elem()) != t.Elem() {
		b := basic(t.Elem())
		out := reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(b)), len(args), len(args))
		for i, a := range args {
			if p := reflect.ValueOf(a); !p.IsNil() {
				v := reflect.New(b)
				v.Elem().Set(p.Elem().Convert(b))
				out.Index(i).Set(v)
			}
		}
		return out.Interface()
	}
	out := reflect.MakeSlice(reflect.SliceOf(t), len(args), len(args))
	for i, a := range args {
		out.Index(i).Set(reflect.ValueOf(a))
	}
	return out.Interface()
}

// ArrayOfType is Array for n values of type t, none of which is boxed.
func ArrayOfType(t reflect.Type, n int, at func(i int) reflect.Value) any {
	b := basic(t)
	if b == t && t.Kind() == reflect.Pointer && basic(t.Elem()) != t.Elem() {
		values := make([]any, n)
		for i := range values {
			values[i] = at(i).Interface()
		}
		return Array(values)
	}
	out := reflect.MakeSlice(reflect.SliceOf(b), n, n)
	for i := range n {
		switch to, v := out.Index(i), at(i); {
		case b == t:
			to.Set(v)
		case b.Kind() == reflect.String:
			to.SetString(v.String())
		default:
			to.Set(v.Convert(b))
		}
	}
	return out.Interface()
}

// Assignable checks a value that an update puts into a column, as a lookup's
// value is checked: a relation's column takes an object or its key. nil is NULL.
func Assignable(name string, f *modelinfo.Field, rel *modelinfo.Relation, v any) (any, error) {
	c := converter{side: side{typ: f.Type, field: f, rel: rel, model: f.Model.Name, name: f.Column}}
	if f.Kind == lookup.JSON || f.Kind == lookup.Array || f.Kind == lookup.Clock {
		c.typ = lookup.Type{} // the driver knows how the field's own type is written
	}
	val, ok := c.scalar(v)
	switch {
	case !ok:
		return nil, &ValueError{Lookup: name, Model: c.model, Field: c.name, Value: v, Want: c.want()}
	case val.Beyond != 0:
		lo, hi := f.Type.IntRange()
		return nil, &ValueError{Lookup: name, Model: c.model, Field: c.name, Value: v, Want: fmt.Sprintf("an integer from %d to %d", lo, hi)}
	}
	return val.Arg, nil
}

// basic is the built-in type of a named text or number: pgx knows lists of
// those for every column, enums among them, and a list of a named uint8 would read as bytes.
func basic(t reflect.Type) reflect.Type {
	if t.Implements(reflect.TypeFor[driver.Valuer]()) {
		return t
	}
	switch t.Kind() {
	case reflect.String:
		return reflect.TypeFor[string]()
	case reflect.Bool:
		return reflect.TypeFor[bool]()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return reflect.TypeFor[int64]()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return reflect.TypeFor[int64]()
	case reflect.Float32, reflect.Float64:
		return reflect.TypeFor[float64]()
	}
	return t
}
