package param

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/lookup"
)

// Bounds are the ends of a range, the upper one outside of it; nil is no end.
type Bounds struct{ Lo, Hi any }

// driver returns the range as the driver writes it.
func (b Bounds) driver() pgtype.Range[any] {
	r := pgtype.Range[any]{Lower: b.Lo, Upper: b.Hi, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}
	if b.Lo == nil {
		r.LowerType = pgtype.Unbounded
	}
	if b.Hi == nil {
		r.UpperType = pgtype.Unbounded
	}
	return r
}

// Member is what a range may hold.
type Member struct{ Value any }

// Range converts a range: two ends, text such as "[1,5)", or a type that the
// driver knows as a range; with member also what the range may hold.
func (c Converter) Range(v any, member bool) (Value, bool) {
	v, null := Plain(v)
	if null {
		return Value{Null: true}, true
	}
	_, multi := c.Type.Multi()
	if IsMultirange(reflect.TypeOf(v)) {
		return Value{Arg: v}, multi
	}
	var elem Converter
	if c.Type.Elem != nil {
		elem.Type = *c.Type.Elem
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array && elem.Type.Kind != lookup.UUID {
		if rv.Len() != 2 {
			return Value{}, false
		}
		var b Bounds
		for i, end := range []*any{&b.Lo, &b.Hi} {
			val, ok := elem.Value(rv.Index(i).Interface())
			if !ok {
				return Value{}, false
			}
			*end = val.Arg
		}
		return Value{Arg: b}, true
	}
	if s, ok := v.(string); ok && (strings.HasPrefix(s, "[") || strings.HasPrefix(s, "(") || strings.EqualFold(s, "empty")) {
		if multi {
			s = "{" + s + "}"
		}
		return Value{Arg: s}, true
	} else if ok && multi && strings.HasPrefix(s, "{") {
		return Value{Arg: s}, true
	}
	if elem.Type.Kind != lookup.Other {
		if val, ok := elem.Value(v); ok {
			return Value{Arg: Member{val.Arg}}, member
		}
	}
	if r, ok := v.(pgtype.RangeValuer); ok && multi {
		return Value{Arg: oneRange{r}}, true
	}
	// What is left is a type of the driver's, pgtype.Range and its kin.
	return Value{Arg: v}, !multi && reflect.ValueOf(v).Kind() == reflect.Struct
}

// oneRange is a range as a multirange.
type oneRange struct{ of pgtype.RangeValuer }

// IsNull reports whether the multirange is NULL.
func (r oneRange) IsNull() bool { return false }

// Len returns the number of ranges.
func (r oneRange) Len() int { return 1 }

// Index returns the range.
func (r oneRange) Index(int) any { return r.of }

// IndexType returns the range, whose type is that of Index.
func (r oneRange) IndexType() any { return r.of }

// IsMultirange reports whether t is one of the driver's types of multiranges.
func IsMultirange(t reflect.Type) bool {
	return t != nil && t.Implements(reflect.TypeFor[pgtype.MultirangeGetter]())
}

// HStore converts a map to hstore's text. A nil member is NULL.
func HStore(v any) (text string, ok bool) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Map || rv.Type().Key().Kind() != reflect.String {
		if x, ok := v.(driver.Valuer); ok {
			out, err := x.Value()
			text, ok := out.(string)
			return text, ok && err == nil
		}
		return "", false
	}
	quoted := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	var pairs []string
	for it := rv.MapRange(); it.Next(); {
		val, null := Plain(it.Value().Interface())
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
	return strings.Join(pairs, ", "), true
}
