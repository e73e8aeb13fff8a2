package compile

import (
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// trigram writes the comparisons of pg_trgm and of full-text search.
func (b *builder) trigram(p *predicate) (truth, bool) {
	switch p.op {
	case lookup.TrigramSimilar:
		return b.infix(p, "%", "")
	case lookup.TrigramWordSimilar:
		return b.infix(p, "%>", "")
	case lookup.TrigramStrictWordSimilar:
		return b.infix(p, "%>>", "")
	case lookup.SearchOp:
		return b.search(p)
	}
	return open, false
}

// search matches text, or a vector, with a query. Text becomes a vector by the
// query's configuration, a plain string a query by the vector's.
func (b *builder) search(p *predicate) (truth, bool) {
	if p.op != lookup.SearchOp && p.op != lookup.Exact {
		return open, false
	}
	if p.left.typ().Kind == lookup.Vector {
		if t := b.operand(p.left); t != open {
			return t, true
		}
	} else {
		b.str("to_tsvector(")
		if c := searchConfig(p.right); c != nil {
			b.written(c)
			b.str("::regconfig, ")
		}
		b.str("COALESCE(")
		b.written(p.left)
		b.str(", ''))")
	}
	b.str(" @@ ")
	if p.right != nil && p.right.typ().Kind == lookup.Search {
		b.part(p.right)
		return open, true
	}
	b.str("plainto_tsquery(")
	if c := searchConfig(p.left); c != nil {
		b.written(c)
		b.str("::regconfig, ")
	}
	if p.right != nil {
		b.written(p.right)
	} else {
		b.argOf(p, p.value.Arg)
		b.str("::text")
	}
	b.str(")")
	return open, true
}

// searchConfig returns the configuration that a vector or a query was made
// with, that of the first where several are joined; nil without one.
func searchConfig(x *expr) *expr {
	for x != nil && x.field == nil && len(x.args) > 0 {
		k := x.typ().Kind
		if k != lookup.Vector && k != lookup.Search {
			return nil
		}
		if x.e.Kind == query.Func && strings.Contains(x.e.Name, "(?::regconfig, ") {
			return x.args[0]
		}
		x = x.args[0]
	}
	return nil
}

// unaccented reports whether a text is compared without its accents, the other
// side too.
func unaccented(x *expr) bool {
	for x.field == nil && x.e.Kind == query.Transformed {
		if x.e.Transform.Name == "unaccent" {
			return true
		}
		x = x.args[0]
	}
	return false
}

// bothUnaccented lays unaccent over the right side of a comparison.
func (b *builder) bothUnaccented(p *predicate) *predicate {
	n := *p
	text := lookup.TextType
	wrap := func(x *expr, v any) *expr {
		if x == nil {
			x = &expr{e: &query.Expr{Kind: query.Const, Value: v, Type: text}, b: b}
		}
		return &expr{e: &query.Expr{Kind: query.Func, Name: "UNACCENT", Type: text}, b: b, args: []*expr{x}}
	}
	switch n.value.Kind {
	case query.Scalar, query.Expression:
		n.right = wrap(p.right, p.value.Arg)
		n.value.Kind = query.Expression
	case query.Pair:
		n.right, n.high = wrap(p.right, p.value.Arg), wrap(p.high, p.value.High)
	case query.List:
		if len(p.value.Arg.([]string)) > query.LongList {
			n.value.Mapped, _ = query.MapOf(text, func(m *query.Expr) (*query.Expr, error) {
				return &query.Expr{Kind: query.Func, Name: "UNACCENT", Type: text, Args: []*query.Expr{m}}, nil
			})
			break
		}
		n.items, n.value.Items = nil, nil
		for _, v := range p.value.Arg.([]string) {
			n.items, n.value.Items = append(n.items, wrap(nil, v)), append(n.value.Items, query.Item{})
		}
		n.value.Kind = query.Items
	case query.Items:
		n.items = nil
		for i, it := range p.items {
			n.items = append(n.items, wrap(it, p.value.Items[i].Arg))
		}
	}
	return &n
}
