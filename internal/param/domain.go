package param

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Based is a value for a column of a type of the application's, which is
// written as values of the type are that a domain is over. The terminal of a
// query asks the catalog for that type.
type Based struct {
	Field *modelinfo.Field
	Value any
}

// based returns v as a [Based] if how it is written hangs on the type that a
// domain is over, else v.
func based(f *modelinfo.Field, v any) any {
	if f == nil || !f.OwnType || v == nil {
		return v
	}
	t := reflect.TypeOf(v)
	if x, ok := v.(driver.Valuer); ok && !hangs(t) {
		if plain, null := Plain(v); null || hangs(reflect.TypeOf(plain)) {
			return Based{f, v}
		}
		out, err := x.Value()
		if err != nil || out == nil {
			return v
		}
		t = reflect.TypeOf(out)
	}
	if hangs(t) {
		return Based{f, v}
	}
	return v
}

// hangs reports whether values of t, or those in it, are times, durations or of
// a type of the application's that may be one.
func hangs(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	if t.Kind() == reflect.Int64 {
		return t.PkgPath() != ""
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	generic, _, _ := strings.Cut(t.PkgPath()+"."+t.Name(), "[")
	switch generic {
	case "time.Time", "database/sql.NullTime", pgtypes + ".Timestamp", pgtypes + ".Timestamptz", pgtypes + ".Date":
		return true
	case "database/sql.Null", pgtypes + ".Range", ours + ".Null", ours + ".Range":
		return hangs(t.Field(0).Type)
	}
	return t.ConvertibleTo(timeType)
}

const (
	pgtypes = "github.com/jackc/pgx/v5/pgtype"
	ours    = "github.com/gormango/gormango/models"
)

// Unasked returns the fields of args, [Based] ones, whose types the catalog has
// not been asked for.
func Unasked(args []any) (fields []*modelinfo.Field) {
	for _, a := range args {
		var f *modelinfo.Field
		switch x := a.(type) {
		case Based:
			f = x.Field
		case []Based:
			f = x[0].Field
		}
		if f != nil && !slices.Contains(fields, f) {
			if _, asked := f.Base(); !asked {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// sent returns the value as the column's base type has it: its text, an
// integer, or the value itself where the type is of another kind.
func (b Based) sent() any {
	base, _ := b.Field.Base()
	t := lookup.TypeOf(base.Name)
	if !timely(t) && t.Kind != lookup.Int {
		return b.Value
	}
	plain, null := Plain(b.Value)
	if null || Nil(plain) {
		return nil
	}
	val, ok := Converter{Type: t}.Written(plain)
	if t.Kind == lookup.Int {
		if !ok || val.Beyond != 0 {
			return b.Value
		}
		return val.Arg
	}
	if !ok {
		return unwritable{fmt.Errorf("a %T is no value of a domain over %s", plain, base.Name)}
	}
	if val.Null {
		return nil
	}
	if text, is := val.Arg.(string); is {
		return text
	}
	out, err := rowcodec.Text(base.OID, val.Arg, b.Field.Model.DB.Clocks())
	if err != nil {
		return unwritable{err}
	}
	return string(out)
}

// text is sent for the members of a list of texts.
func (b Based) text(zone *time.Location) any {
	switch x := b.sent().(type) {
	case nil:
		return (*string)(nil)
	case string:
		return &x
	case unwritable:
		return x
	default:
		return asText(x, zone)
	}
}

// timely reports whether values of the type, or those in it, are times or
// durations.
func timely(t lookup.Type) bool {
	switch t.Kind {
	case lookup.Time, lookup.Date, lookup.Duration, lookup.Clock:
		return true
	case lookup.Array, lookup.Range:
		return t.Elem != nil && timely(*t.Elem)
	}
	return false
}

// unwritable is a value that the driver refuses to write.
type unwritable struct{ err error }

// Value implements [driver.Valuer].
func (u unwritable) Value() (driver.Value, error) { return nil, u.err }

// sentList returns the texts of a list of [Based] values, or the first one that
// is refused.
func sentList(list []Based) any {
	texts := make([]any, len(list))
	zone := list[0].Field.Model.DB.Clocks()
	for i, b := range list {
		texts[i] = b.text(zone)
		if bad, is := texts[i].(unwritable); is {
			return bad
		}
	}
	return Array(texts)
}
