package compile

import (
	"database/sql/driver"
	"reflect"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// array writes comparisons of arrays. The right side has the array's type.
func (b *builder) array(p *predicate) (truth, bool) {
	cast := ""
	if sql := p.left.typ().SQL; sql != "" {
		cast = "::" + sql
	}
	switch p.op {
	case lookup.Contains:
		return b.infix(p, "@>", cast)
	case lookup.ContainedBy:
		return b.infix(p, "<@", cast)
	case lookup.Overlap:
		return b.infix(p, "&&", cast)
	case lookup.Exact, lookup.Gt, lookup.Gte, lookup.Lt, lookup.Lte:
		if p.value.Kind == query.Rows {
			return open, false
		}
		return b.infix(p, strings.TrimSpace(comparisons[p.op]), cast)
	case lookup.In:
		if p.value.Kind != query.List {
			return open, false
		}
		// Not ANY: an array of arrays would be taken apart down to its elements.
		if t := b.operand(p.left); t != open {
			return t, true
		}
		members := reflect.ValueOf(p.value.Arg)
		if members.Len() > query.LongList && b.longIn(members, cast) {
			return open, true
		}
		b.str(" IN (")
		for i := range members.Len() {
			b.sep(i, "", ", ")
			b.arg(members.Index(i).Interface())
			b.str(cast)
		}
		b.str(")")
		return open, true
	}
	return open, false
}

// longIn writes an in of many arrays as one array: their elements beside the
// numbers of the arrays, or their texts. It reports false for
// arrays of arrays.
func (b *builder) longIn(members reflect.Value, cast string) bool {
	var texts []string
	var elements []any
	var of []int32
	hasEmpty := false
	for i := range members.Len() {
		m := members.Index(i)
		if m.Kind() == reflect.Interface {
			m = m.Elem()
		}
		if x, ok := m.Interface().(driver.Valuer); ok {
			v, err := x.Value()
			text, ok := v.(string)
			if err != nil || !ok {
				return false
			}
			texts = append(texts, text)
			continue
		}
		if m.Kind() != reflect.Slice && m.Kind() != reflect.Array || nested(m.Type().Elem()) {
			return false
		}
		hasEmpty = hasEmpty || m.Len() == 0
		for n := range m.Len() {
			elements, of = append(elements, m.Index(n).Interface()), append(of, int32(i))
		}
	}
	b.str(" IN (")
	if len(elements) > 0 {
		b.str(`SELECT array_agg("u"."v" ORDER BY "u"."n") FROM `)
		b.unnest(array{nil, param.Array(elements), cast}, array{nil, of, "::integer[]"})
		b.str(` WITH ORDINALITY AS "u"("v", "of", "n") GROUP BY "u"."of"`)
	}
	if hasEmpty {
		if len(elements) > 0 {
			b.str(" UNION ALL ")
		}
		b.str("SELECT '{}'" + cast)
	}
	if len(texts) > 0 {
		if len(elements) > 0 || hasEmpty {
			b.str(" UNION ALL ")
		}
		b.str(`SELECT "u"."v"` + cast + " FROM ")
		b.unnest(array{nil, texts, "::text[]"})
		b.str(` AS "u"("v")`)
	}
	b.str(")")
	return true
}

// nested reports whether the elements of an array are arrays, not values of
// bytes.
func nested(elem reflect.Type) bool {
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	return (elem.Kind() == reflect.Slice || elem.Kind() == reflect.Array) && elem.Elem().Kind() != reflect.Uint8
}

// hstore writes comparisons of hstore, whose values are sent as its text.
func (b *builder) hstore(p *predicate) (truth, bool) {
	cast := "::text::hstore"
	if p.right != nil {
		cast = ""
	}
	if p.op == lookup.Exact {
		return b.infix(p, "=", cast)
	}
	return b.keyed(p, cast)
}
