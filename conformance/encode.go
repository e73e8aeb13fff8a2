package main

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm/schema"
)

// floating is a number with a point or an exponent, the format of floats.
type floating float64

// MarshalJSON encodes 3 as 3.0.
func (f floating) MarshalJSON() ([]byte, error) {
	s := strconv.FormatFloat(float64(f), 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return []byte(s), nil
}

// row is an object of the result.
type row map[string]any

// encode returns a value in the format. kind is the type that the Go value does
// not show, see the runner's kind.
func encode(v any, kind string) any {
	switch x := v.(type) {
	case nil:
		return nil
	case decimal.Decimal:
		return row{"$decimal": x.String()}
	case time.Time:
		if kind == "date" {
			return row{"$date": x.Format("2006-01-02")}
		}
		return row{"$datetime": x.UTC().Format("2006-01-02T15:04:05.000000Z")}
	case int64:
		if kind == "decimal" {
			return row{"$decimal": strconv.FormatInt(x, 10)}
		}
	case string:
		if kind == "time" {
			return row{"$time": clockOf(x)}
		}
		if strings.HasSuffix(kind, "range") {
			return encodeRange(x, kind)
		}
	case time.Duration:
		return row{"$duration": floating(x.Seconds())}
	case uuid.UUID:
		return row{"$uuid": x.String()}
	case json.RawMessage:
		return encodeJSON(x)
	case float64:
		switch {
		case math.IsNaN(x):
			return row{"$float": "nan"}
		case math.IsInf(x, 0):
			return row{"$float": strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'g', -1, 64)), "+")}
		}
		return floating(x)
	case float32:
		return encode(float64(x), "")
	case map[string]any:
		return row{"$json": jsonValue(x)}
	}
	if out, ok := encodeTyped(v); ok {
		return out
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Pointer:
		if rv.IsNil() {
			return nil
		}
		return encode(rv.Elem().Interface(), kind)
	case reflect.Slice:
		if rv.IsNil() {
			return nil
		}
		out := make([]any, rv.Len())
		for i := range out {
			out[i] = encode(rv.Index(i).Interface(), kind)
		}
		return out
	}
	return v
}

// clockOf returns a time of day with six digits.
func clockOf(text string) string {
	t, err := time.Parse("15:04:05", text)
	if err != nil {
		return text
	}
	return t.Format("15:04:05.000000")
}

// encodeJSON encodes a JSON column. Django does not distinguish the NULL of SQL
// and of JSON.
func encodeJSON(raw []byte) any {
	if len(raw) == 0 {
		return nil
	}
	v, err := readJSON(bytes.NewReader(raw))
	if err != nil {
		return row{"$badjson": err.Error()}
	}
	return encode(plain(v), "")
}

// jsonValue encodes a value inside a JSON object, where values have no tags.
func jsonValue(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := row{}
		for k, e := range x {
			out[k] = jsonValue(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = jsonValue(e)
		}
		return out
	case float64:
		return floating(x)
	}
	return v
}

// field is a column of a model.
type field struct {
	name  string
	index int
	kind  string // "date", "time", a type of ranges, or ""
}

// fieldsOf returns the columns of a model, and the indexes of its relations by
// name.
func fieldsOf(t reflect.Type) (fields []field, relations map[string]int) {
	relations = map[string]int{}
	naming := schema.NamingStrategy{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("gorm") == "-" {
			continue
		}
		name := naming.ColumnName("", f.Name)
		at := f.Type
		for at.Kind() == reflect.Pointer || at.Kind() == reflect.Slice {
			at = at.Elem()
		}
		if at.Kind() == reflect.Struct && at.PkgPath() == reflect.TypeFor[Book]().PkgPath() {
			relations[name] = i
			continue
		}
		kind := ""
		if typ, ok := strings.CutPrefix(f.Tag.Get("gorm"), "type:"); ok && (typ == "date" || typ == "time" || strings.HasSuffix(typ, "range")) {
			kind = typ
		}
		fields = append(fields, field{name, i, kind})
	}
	return fields, relations
}
