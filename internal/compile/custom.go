package compile

import (
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// resolveBody resolves the body of something registered over its operands.
func (b *builder) resolveBody(body *query.Expr, operands ...*expr) *expr {
	before := b.slots
	b.slots = operands
	x := b.resolve(body, nil)
	b.slots = before
	return x
}

// customLookup writes a comparison by a registered lookup.
func (b *builder) customLookup(p *predicate) truth {
	return b.test(b.resolveBody(p.body, p.left, p.right))
}

// declaredCall writes a function by its template, of an aggregate with what it
// sees of the rows.
func (b *builder) declaredCall(x *expr) {
	t := x.e.Template
	for i, p := range t.Pieces {
		switch p.Arg {
		case 0:
			b.str(p.Text)
		case query.RestPlace:
			for n, a := range x.args[t.Args:] {
				b.sep(n, "", ", ")
				b.written(a)
			}
		case query.DistinctPlace:
			if x.e.Distinct {
				b.str("DISTINCT ")
			}
		case query.OrderPlace:
			b.orderTerms(x.order, " ORDER BY ")
		default:
			a := x.args[p.Arg-1]
			from := len(b.buf)
			b.written(a)
			subscript := i+1 < len(t.Pieces) && (t.Pieces[i+1].Text + " ")[0] == '['
			if bareSQL(a) || subscript {
				b.parens(from)
			}
		}
	}
}

// bareSQL reports whether an expression needs parentheses beside an operator.
func bareSQL(x *expr) bool {
	if x.field != nil {
		return false
	}
	switch x.e.Kind {
	case query.Arith, query.Truth, query.Neg, query.Raw:
		return true
	case query.Transformed:
		return slices.Contains(bareTransforms, x.e.Transform.Name)
	case query.Func:
		return x.e.Template != nil && !x.e.Template.Closed
	}
	return false
}

// bareTransforms are the transforms that are written as an operator without
// parentheses.
var bareTransforms = []string{"key", "keytext", "week_day"}
