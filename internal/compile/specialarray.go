package compile

import (
	"reflect"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
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
		b.str(" IN (")
		members := reflect.ValueOf(p.value.Arg)
		for i := range members.Len() {
			if i > 0 {
				b.str(", ")
			}
			b.arg(members.Index(i).Interface())
			b.str(cast)
		}
		b.str(")")
		return open, true
	}
	return open, false
}

// hstore writes comparisons of hstore, whose values are sent as its text.
func (b *builder) hstore(p *predicate) (truth, bool) {
	cast := "::text::hstore"
	if p.right != nil {
		cast = ""
	}
	switch p.op {
	case lookup.Exact:
		return b.infix(p, "=", cast)
	case lookup.Contains:
		return b.infix(p, "@>", cast)
	case lookup.ContainedBy:
		return b.infix(p, "<@", cast)
	case lookup.HasKey:
		return b.infix(p, "?", "::text")
	case lookup.HasKeys:
		return b.infix(p, "?&", "::text[]")
	case lookup.HasAnyKeys:
		return b.infix(p, "?|", "::text[]")
	}
	return open, false
}
