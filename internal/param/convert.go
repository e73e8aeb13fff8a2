package param

import (
	"cmp"
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
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Converter turns Go values into parameters for a column or an expression, of
// one class for each kind of type: int64, float64, string, bool, time.Time,
// decimal.Decimal, uuid.UUID. It refuses a value of another kind, so that a
// mistake is an error of the call and not of the server.
type Converter struct {
	Type  lookup.Type
	Field *modelinfo.Field    // nil for an expression
	Rel   *modelinfo.Relation // whose objects stand for their key, or nil
	Text  bool                // the text form is compared
}

// Late is the value of a serialized field. The terminal of a query calls the
// serializer, with its context.
type Late struct {
	Field *modelinfo.Field
	Value any
}

// Serialized is what a field's serializer wrote.
type Serialized struct{ Value any }

// Value is a converted value.
type Value struct {
	Arg  any
	Null bool
	// Beyond is -1 for an integer below all that the column can hold, +1 for one
	// above.
	Beyond int
}

// Want names what the field takes, for error texts.
func (c Converter) Want() string {
	kind := map[lookup.Kind]string{lookup.Text: "text", lookup.Int: "an integer", lookup.Float: "a number", lookup.Decimal: "a decimal or a number",
		lookup.Bool: "a bool", lookup.Time: "a time.Time", lookup.Date: "a time.Time", lookup.UUID: "a UUID", lookup.Duration: "a time.Duration",
		lookup.Clock: "a time of day", lookup.JSON: "what JSON can hold", lookup.Array: "a slice"}[c.Type.Kind]
	switch {
	case c.Text:
		return "text"
	case kind == "" && c.Field != nil:
		kind = "a value of type " + c.Field.FieldType.String()
	case kind == "":
		kind = "a value of type " + c.Type.SQL
	}
	if c.Rel != nil {
		kind = "an object of " + c.Rel.To.Name + " or its key, " + kind
	}
	return kind
}

// Value converts one value for a comparison; false when the field does not take
// it.
func (c Converter) Value(v any) (Value, bool) {
	v, null := Plain(c.given(v))
	if null {
		return Value{Null: true}, true
	}
	if d, ok := v.(decimal.Decimal); ok && !holdable(d) {
		return Value{}, false
	}
	if c.Rel != nil {
		if key, is := c.keyOf(v); is {
			return key, key.Arg != nil
		}
	}
	if c.Text {
		s, ok := textOf(v)
		return Value{Arg: s}, ok
	}
	if written, ok := v.(Serialized); ok {
		return Value{Arg: written.Value}, true
	}
	if c.Field != nil && c.Field.Serializer != nil {
		return Value{Arg: Late{c.Field, v}}, true
	}
	if drivers(c.Type, v) {
		return Value{Arg: v}, true
	}
	if c.Type.Kind != lookup.JSON && Nil(v) {
		return Value{Null: true}, true
	}
	val, ok := c.kind(v)
	if _, text := v.(string); text && c.Type.Kind == lookup.Clock {
		return val, ok
	}
	if c.Type.Kind == lookup.UUID && reflect.TypeOf(v).Kind() == reflect.Slice {
		return val, ok // of longer bytes the driver writes the first 16
	}
	if !ok && c.Field != nil && reflect.TypeOf(v) == c.Field.IndirectFieldType {
		return Value{Arg: v}, true // what the field itself holds, as Create writes it
	}
	return val, ok
}

// kind converts a value by the kind of the type.
func (c Converter) kind(v any) (Value, bool) {
	rv, kind := reflect.ValueOf(v), c.Type.Kind
	if _, ok := v.(driver.Valuer); ok && (kind == lookup.Int || kind == lookup.Text || kind == lookup.Float || kind == lookup.Bool) {
		return c.valuer(v) // what the type writes is what it is found by
	}
	switch kind {
	case lookup.Int:
		return c.integer(rv)
	case lookup.Text:
		if _, plain := v.(string); plain {
			return Value{Arg: v}, true
		}
		return Value{Arg: rv.String()}, rv.Kind() == reflect.String
	case lookup.Float:
		switch {
		case rv.CanFloat():
			return Value{Arg: sentFloat(c.Type, rv.Float())}, true
		case rv.CanInt():
			return Value{Arg: float64(rv.Int())}, true
		case rv.CanUint():
			return Value{Arg: float64(rv.Uint())}, true
		}
	case lookup.Decimal:
		return decimalOf(v, rv)
	case lookup.Bool:
		if rv.Kind() == reflect.Bool {
			return Value{Arg: rv.Bool()}, true
		}
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
		if _, valuer := v.(driver.Valuer); !valuer && rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8 {
			id, err := uuid.FromBytes(rv.Bytes())
			if rv.Len() == 36 { // its text, as plain GORM reads it
				id, err = uuid.ParseBytes(rv.Bytes())
			}
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
		return c.json(v)
	case lookup.Array:
		return c.array(rv)
	case lookup.HStore:
		text, ok := HStore(v)
		return Value{Arg: text}, ok
	default:
		return Value{Arg: based(c.Field, v)}, true
	}
	return Value{}, false
}

// drivers reports whether v is of the driver's own type for t, which holds what
// Go's cannot: infinity, months.
func drivers(t lookup.Type, v any) bool {
	switch v.(type) {
	case pgtype.Timestamptz:
		return t.Kind == lookup.Time && t.Instant()
	case pgtype.Timestamp:
		return t.Kind == lookup.Time && !t.Instant()
	case pgtype.Date:
		return t.Kind == lookup.Date
	case pgtype.Interval:
		return t.Kind == lookup.Duration
	case pgtype.Time:
		return t.Kind == lookup.Clock
	case pgtype.Numeric:
		return t.Kind == lookup.Decimal
	}
	return false
}

// Written converts a value that is written into the column; false when the
// column does not take it.
func (c Converter) Written(v any) (Value, bool) {
	if v = c.given(v); Nil(v) {
		return Value{Null: true}, true
	}
	if c.Type.Kind == lookup.Range {
		val, ok := c.Range(v, false)
		if b, ends := val.Arg.(Bounds); ends {
			val.Arg = b.driver()
			if _, multi := c.Type.Multi(); multi {
				val.Arg = oneRange{b.driver()}
			}
		}
		return val, ok
	}
	return c.Value(v)
}

// clockForms are the forms in which text is a time of day.
var clockForms = []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "150405"}

// clockOf converts a time of day: a time.Time, text such as 23:59:00, or pgx's
// own type.
func clockOf(v any) (Value, bool) {
	switch x := v.(type) {
	case time.Time:
		return Value{Arg: x.Format("15:04:05.999999")}, true
	case string:
		for _, form := range clockForms {
			if _, err := time.Parse(form, x); err == nil {
				return Value{Arg: x}, true
			}
		}
		return Value{Arg: x}, x == "24:00" || x == "24:00:00"
	case time.Duration:
		return Value{Arg: clock(x)}, x >= 0 && x <= 24*time.Hour
	case driver.Valuer:
		return Value{Arg: x}, true
	}
	return Value{}, false
}

// clock returns the time of day that lies d behind midnight.
func clock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d.%06d", d/time.Hour, d/time.Minute%60, d/time.Second%60, d/time.Microsecond%1e6)
}

// json converts a value to JSON text. Bytes are JSON, and so is a text for a
// field that is one; another text is a text of JSON.
func (c Converter) json(v any) (Value, bool) {
	if x, ok := v.(driver.Valuer); ok {
		out, err := x.Value()
		if err != nil {
			return Value{}, false
		}
		if b, ok := out.([]byte); ok {
			out = string(b)
		}
		if _, ok := out.(string); ok {
			return Value{Arg: out}, true
		}
	}
	rv := reflect.ValueOf(v)
	switch {
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8 && !rv.IsNil():
		return Value{Arg: string(rv.Bytes())}, json.Valid(rv.Bytes())
	case rv.Kind() == reflect.String && c.Field != nil && c.Field.IndirectFieldType.Kind() == reflect.String:
		return Value{Arg: rv.String()}, json.Valid([]byte(rv.String()))
	}
	raw, err := json.Marshal(v)
	return Value{Arg: string(raw)}, err == nil
}

// valuer converts what a type with a Value method writes (sql.NullString, a
// user's own type).
func (c Converter) valuer(v any) (Value, bool) {
	if x, ok := v.(driver.Valuer); ok {
		out, err := x.Value()
		if err != nil {
			return Value{}, false
		}
		if _, again := out.(driver.Valuer); !again {
			return c.Value(out)
		}
	}
	return Value{}, false
}

func (c Converter) integer(rv reflect.Value) (Value, bool) {
	var n int64
	switch {
	case rv.CanInt():
		n = rv.Int()
	case rv.CanUint() && rv.Uint() > math.MaxInt64:
		return Value{Arg: int64(math.MaxInt64), Beyond: 1}, true
	case rv.CanUint():
		n = int64(rv.Uint())
	default:
		return Value{}, false
	}
	lo, hi := c.Type.IntRange()
	return Value{Arg: n, Beyond: cmp.Compare(n, min(max(n, lo), hi))}, true
}

func decimalOf(v any, rv reflect.Value) (Value, bool) {
	switch x := v.(type) {
	case decimal.Decimal:
		return Value{Arg: sentDecimal(x)}, true
	case string:
		if len(x) > maxWhole+maxFraction {
			return Value{}, false
		}
		d, err := decimal.NewFromString(x)
		if err != nil || !holdable(d) {
			return Value{}, false
		}
		return Value{Arg: sentDecimal(d)}, true
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
	_, ok := v.(driver.Valuer)
	return Value{Arg: v}, ok
}

// textOf returns the text that a text lookup compares with: text, and numbers
// as they are written.
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
	if x, ok := v.(fmt.Stringer); ok { // a decimal, a UUID
		return x.String(), true
	}
	return "", false
}

// keyOf returns the key of an object of the relation's model; is reports
// whether v is such an object. A key that is zero belongs to no saved row and
// is refused.
func (c Converter) keyOf(v any) (key Value, is bool) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	if !rv.IsValid() || rv.Type() != c.Rel.To.Type {
		return Value{}, false
	}
	f := c.Rel.To.Key[0]
	if c.Rel.Kind == modelinfo.BelongsTo {
		f = c.Rel.Pairs[0].To
	}
	val, zero := f.ValueOf(context.Background(), rv)
	if zero {
		return Value{}, true
	}
	c.Rel = nil
	key, ok := c.Value(val)
	if !ok {
		return Value{}, true
	}
	return key, true
}

// Plain follows pointers; null reports whether nothing is there.
func Plain(v any) (out any, null bool) {
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
	switch x := out.(type) {
	case decimal.Decimal: // its text may be long
	case driver.Valuer:
		if val, err := x.Value(); err == nil && val == nil {
			return nil, true
		}
	case interface{ IsNull() bool }: // the driver's ranges
		if x.IsNull() {
			return nil, true
		}
	}
	return out, false
}

// List converts the members of a list. NULLs are left out, as Django leaves
// them out: no row equals NULL. So are integers that the column cannot hold.
func (c Converter) List(v any) (args []any, ok bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return nil, false
	}
	if rv.Type().Elem().Kind() == reflect.Uint8 && (c.Type.Kind != lookup.Int || rv.Type() == reflect.TypeFor[[]byte]()) {
		return nil, false // one value: bytes, a UUID
	}
	args = make([]any, 0, rv.Len())
	for i := range rv.Len() {
		val, ok := c.Written(rv.Index(i).Interface())
		if !ok {
			return nil, false
		}
		if !val.Null && val.Beyond == 0 {
			args = append(args, val.Arg)
		}
	}
	return args, true
}
