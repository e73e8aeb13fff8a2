package query

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
)

// Bounds are the ends of a range, the upper one outside of it; nil is no end.
type Bounds struct{ Lo, Hi any }

// Member is what a range may hold.
type Member struct{ Value any }

// rangeOf takes a range: two ends, text such as "[1,5)", or a type that the driver knows as a
// range; with member also what the range may hold.
func (c converter) rangeOf(v any, member bool) (Value, bool) {
	v, null := plain(v)
	if null {
		return Value{Kind: Null}, true
	}
	elem := converter{side: side{model: c.model, name: c.name}}
	if c.typ.Elem != nil {
		elem.typ = *c.typ.Elem
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array && elem.typ.Kind != lookup.UUID {
		if rv.Len() != 2 {
			return Value{}, false
		}
		var b Bounds
		for i, end := range []*any{&b.Lo, &b.Hi} {
			val, ok := elem.scalar(rv.Index(i).Interface())
			if !ok {
				return Value{}, false
			}
			*end = val.Arg
		}
		return Value{Arg: b}, true
	}
	if s, ok := v.(string); ok && (strings.HasPrefix(s, "[") || strings.HasPrefix(s, "(") || strings.EqualFold(s, "empty")) {
		return Value{Arg: s}, true
	}
	if elem.typ.Kind != lookup.Other {
		if val, ok := elem.scalar(v); ok {
			return Value{Arg: Member{val.Arg}}, member
		}
	}
	// What is left is a type of the driver's, pgtype.Range and its kin.
	return Value{Arg: v}, reflect.ValueOf(v).Kind() == reflect.Struct
}

// hstoreOf writes a map as hstore's text; nil is NULL.
func hstoreOf(v any) (Value, bool) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Map || rv.Type().Key().Kind() != reflect.String {
		if x, ok := v.(driver.Valuer); ok {
			out, err := x.Value()
			s, text := out.(string)
			return Value{Arg: s}, err == nil && text
		}
		return Value{}, false
	}
	quoted := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	var pairs []string
	for it := rv.MapRange(); it.Next(); {
		val, null := plain(it.Value().Interface())
		right := "NULL"
		if !null {
			s, ok := val.(string)
			if !ok {
				s = fmt.Sprint(val)
			}
			right = quoted(s)
		}
		pairs = append(pairs, quoted(it.Key().String())+"=>"+right)
	}
	slices.Sort(pairs)
	return Value{Arg: strings.Join(pairs, ", ")}, true
}

// special checks the values that arrays, ranges and hstore compare with. done says that no other check follows.
func (l *Leaf) special(c converter, v any, bad func(string) error) (done bool, err error) {
	typ := c.typ
	if l.Op == lookup.ContainedBy && (typ.Kind.Numeric() || typ.Kind == lookup.Date || typ.Kind == lookup.Time) {
		c.typ, c.field, c.rel = lookup.RangeOf(typ), nil, nil
	}
	ok := true
	switch {
	case l.Op == lookup.IsNull, l.Op == lookup.In, l.Op == lookup.Between:
		return false, nil
	case c.typ.Kind == lookup.Range:
		l.Value, ok = c.rangeOf(v, l.Op == lookup.Contains)
		if !ok {
			return true, bad("a range: two ends, text such as \"[1,5)\", or (for contains) " + converter{side: side{typ: *c.typ.Elem}}.want())
		}
	case typ.Kind == lookup.HStore && (l.Op == lookup.Exact || l.Op == lookup.Contains || l.Op == lookup.ContainedBy):
		val, null := plain(v)
		if l.Value = (Value{Kind: Null}); !null {
			l.Value, ok = hstoreOf(val)
		}
		if !ok {
			return true, bad("a map of text")
		}
	case typ.Kind == lookup.Vector:
		if l.Value.Arg, ok = v.(string); !ok {
			return v != nil, bad("text, or a query (fn.SearchQuery)")
		}
	case l.Op == lookup.SearchOp:
		if l.Value.Arg, ok = v.(string); !ok {
			return true, bad("text, or a query (fn.SearchQuery)")
		}
	default:
		return false, nil
	}
	if l.Value.Kind == Null && l.Op != lookup.Exact {
		return true, bad(c.want() + " (nil compares with exact or isnull)")
	}
	return true, nil
}
