package compile

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/sqltype"
)

var rangeOps = map[lookup.Op]string{lookup.Contains: "@>", lookup.ContainedBy: "<@", lookup.Overlap: "&&", lookup.FullyLt: "<<", lookup.FullyGt: ">>",
	lookup.NotLt: "&>", lookup.NotGt: "&<", lookup.AdjacentTo: "-|-", lookup.Exact: "=", lookup.Gt: ">", lookup.Gte: ">=", lookup.Lt: "<", lookup.Lte: "<="}

// ranges writes comparisons of ranges.
func (b *builder) ranges(p *predicate) (truth, bool) {
	op, ok := rangeOps[p.op]
	if !ok || p.value.Kind == query.Rows {
		return open, false
	}
	if t := b.operand(p.left); t != open {
		return t, true
	}
	b.str(" " + op + " ")
	b.rangeValue(p, p.left.typ())
	return open, true
}

// rangeValue writes the right side of a comparison with a range of type t.
func (b *builder) rangeValue(p *predicate, t lookup.Type) {
	elem := ""
	if t.Elem != nil {
		elem = "::" + t.Elem.Unlimited().SQL
	}
	if p.right != nil {
		from := len(b.buf)
		b.part(p.right)
		if k := p.right.typ(); p.op == lookup.Contains && t.Elem != nil && k.Kind != lookup.Range && !k.IsZero() && k.SQL != t.Elem.SQL {
			b.parens(from)
			b.str(elem)
		}
		return
	}
	switch v := p.value.Arg.(type) {
	case param.Bounds:
		end := func(x any) {
			if x == nil {
				b.str("NULL")
			} else {
				b.arg(x)
			}
			b.str(elem)
		}
		name, closing := t.SQL, ")"
		if of, multi := t.Multi(); multi {
			name, closing = t.SQL+"("+of, "))"
		}
		b.str(name + "(")
		end(v.Lo)
		b.str(", ")
		end(v.Hi)
		b.str(closing)
	case param.Member:
		b.argOf(p, v.Value)
		b.str(elem)
	case string:
		b.argOf(p, v)
		b.str("::text::" + t.SQL)
	default:
		b.argOf(p, v)
		b.str("::" + t.SQL)
	}
}

// inRange asks whether a number, a date or a time lies in a range.
func (b *builder) inRange(p *predicate) (truth, bool) {
	if p.op != lookup.ContainedBy {
		return open, false
	}
	t := p.left.typ()
	from := len(b.buf)
	if x := b.operand(p.left); x != open {
		return x, true
	}
	cast := ""
	switch {
	case t.Kind == lookup.Float:
		cast = "::numeric"
	case t.Kind == lookup.Int && sqltype.Canonical(t.SQL) == "smallint":
		cast = "::integer"
	}
	if cast != "" {
		b.parens(from)
		b.str(cast)
	}
	b.str(" <@ ")
	b.rangeValue(p, lookup.RangeOf(t))
	return open, true
}
