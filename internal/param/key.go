package param

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltype"
)

// Key returns a comparable value that stands for v, a value of a column of type
// t, whatever its Go type. Values with equal keys are equal in PostgreSQL. The
// converse holds for columns that are Comparable. The key of NULL is nil. Keys
// are for maps in Go alone; they are no parameters.
func Key(t lookup.Type, v any) any {
	if _, ok := v.(int64); ok {
		return v
	}
	v, null := Plain(v)
	if null {
		return nil
	}
	switch x := v.(type) {
	case time.Time:
		return timeKey(t, x)
	case decimal.Decimal:
		return decimalKey(x)
	case uuid.UUID:
		if t.Kind != lookup.UUID {
			return textKey(t, x.String()) // as the column holds it
		}
		return x
	case driver.Valuer:
		if out, err := x.Value(); err == nil {
			return basicKey(t, out)
		}
	}
	return basicKey(t, v)
}

// RowKey returns the key of the values of fields, nil where one is NULL: the
// identity of a row by its primary key, and of the row that a foreign key
// refers to.
func RowKey(fields []*modelinfo.Field, values []any) any {
	var key any
	for i := len(fields) - 1; i >= 0; i-- {
		k := Key(fields[i].Type, values[i])
		switch {
		case k == nil:
			return nil
		case i == len(fields)-1:
			key = k
		default:
			key = [2]any{k, key}
		}
	}
	return key
}

// ObjectKey returns the RowKey of the fields' values in the object at rv, a
// struct.
func ObjectKey(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) any {
	return RowKey(fields, Values(ctx, rv, fields))
}

// basicKey is Key for what types are made of.
func basicKey(t lookup.Type, v any) any {
	if x, ok := v.(time.Time); ok {
		return timeKey(t, x)
	}
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return nil
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint():
		if n := rv.Uint(); n <= math.MaxInt64 {
			return int64(n)
		}
		return rv.Uint()
	case rv.CanFloat():
		return floatKey(t, rv.Float())
	case rv.Kind() == reflect.String:
		return textKey(t, rv.String())
	case rv.Kind() == reflect.Slice && rv.IsNil():
		return nil // as the driver sends it
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8:
		if t.Kind == lookup.UUID && rv.Len() == len(uuid.UUID{}) {
			return uuid.UUID(rv.Bytes())
		}
		return textKey(t, string(rv.Bytes()))
	case rv.Kind() == reflect.Array && rv.CanConvert(reflect.TypeFor[uuid.UUID]()):
		return rv.Convert(reflect.TypeFor[uuid.UUID]()).Interface()
	case rv.Comparable():
		return v
	}
	return fmt.Sprintf("%#v", v)
}

// wallTime is the key of a time in a column without a time zone. Which part the
// column keeps depends on the connection: this package's write the moment, the
// driver's own write what the clock shows.
type wallTime struct{ moment, clock int64 }

// timeKey returns what a column keeps of a time: the moment or the day.
func timeKey(t lookup.Type, at time.Time) any {
	moment := at.UnixMicro()
	switch {
	case t.Kind == lookup.Date:
		return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC).UnixMicro()
	case t.Kind == lookup.Time && !t.Instant():
		_, offset := at.Zone()
		return wallTime{moment, moment + int64(offset)*1e6}
	}
	return moment
}

// decimalKey returns a whole number as an int64, as which an integer column
// holds it, and others without the zeros at their end.
func decimalKey(d decimal.Decimal) any {
	if d.IsInteger() && d.BigInt().IsInt64() {
		return d.IntPart()
	}
	return d.String()
}

func floatKey(t lookup.Type, f float64) any {
	switch {
	case math.IsNaN(f):
		return "NaN" // PostgreSQL's NaN equals itself
	case math.IsInf(f, 0):
		return f
	case t.Kind == lookup.Int || t.Kind == lookup.Decimal:
		return decimalKey(decimal.NewFromFloat(f))
	}
	return f
}

// timeForms are the forms in which a field of text holds a date or a moment.
var timeForms = []string{time.DateOnly, time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00"}

func textKey(t lookup.Type, s string) any {
	switch t.Kind {
	case lookup.UUID:
		if id, err := uuid.Parse(s); err == nil {
			return id
		}
	case lookup.Date, lookup.Time:
		if t.Kind == lookup.Time && !t.Instant() {
			return s
		}
		for i, form := range timeForms {
			if i == 0 && t.Kind != lookup.Date {
				continue // the session's midnight
			}
			if at, err := time.Parse(form, s); err == nil {
				return timeKey(t, at)
			}
		}
	case lookup.Int, lookup.Decimal:
		if d, err := decimal.NewFromString(s); err == nil {
			return decimalKey(d)
		}
	case lookup.Text:
		switch {
		case !strings.HasPrefix(t.SQL, "c") && !strings.HasPrefix(t.SQL, "b"):
		case t.SQL == "citext":
			return lowerASCII(s)
		case sqltype.Unlimited(t.SQL) == "bpchar":
			return strings.TrimRight(s, " ")
		}
	}
	return s
}

// lowerASCII lowers the letters that every locale of a database lowers alike.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
