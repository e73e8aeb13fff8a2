package compile

import (
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/sqltype"
)

// specials write the comparisons that values of some kinds have on their own.
// One that is not done is written as for every kind.
var specials = map[lookup.Kind]func(b *builder, p *predicate) (t truth, done bool){}

func init() {
	specials[lookup.JSON] = (*builder).json
	specials[lookup.Array] = (*builder).array
	specials[lookup.HStore] = (*builder).hstore
	specials[lookup.Text] = (*builder).trigram
	specials[lookup.Range] = (*builder).ranges
	specials[lookup.Vector] = (*builder).search
	for _, k := range []lookup.Kind{lookup.Int, lookup.Float, lookup.Decimal, lookup.Date, lookup.Time} {
		specials[k] = (*builder).inRange
	}
}

// infix writes left op right, the right side with a cast.
func (b *builder) infix(p *predicate, op, cast string) (truth, bool) {
	if t := b.operand(p.left); t != open {
		return t, true
	}
	b.str(" " + op + " ")
	if p.right != nil {
		b.part(p.right)
	} else {
		b.argOf(p, p.value.Arg)
	}
	b.str(cast)
	return open, true
}

// keyed writes the comparisons that JSON and hstore share, their values with a
// cast.
func (b *builder) keyed(p *predicate, cast string) (truth, bool) {
	switch p.op {
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

// asJSONB returns x as jsonb, since json has no operators.
func asJSONB(x *expr) *expr {
	if x == nil || x.typ().Kind != lookup.JSON || sqltype.Canonical(x.typ().SQL) != "json" {
		return x
	}
	return &expr{e: &query.Expr{Kind: query.Cast, Type: lookup.JSONType}, b: x.b, args: []*expr{x}, agg: x.agg, over: x.over}
}

// json writes comparisons of JSON.
func (b *builder) json(p *predicate) (truth, bool) {
	p.left, p.right = asJSONB(p.left), asJSONB(p.right)
	for i, x := range p.items {
		p.items[i] = asJSONB(x)
	}
	cast := "::jsonb"
	if p.right != nil {
		cast = ""
	}
	key := p.left.e.Kind == query.Transformed && p.left.e.Transform.Name == "key"
	if t, done := b.keyed(p, cast); done {
		return t, true
	}
	switch p.op {
	case lookup.Exact, lookup.Gt, lookup.Gte, lookup.Lt, lookup.Lte:
		return b.infix(p, strings.TrimSpace(comparisons[p.op]), cast)
	case lookup.In:
		if p.value.Kind != query.List {
			return open, false
		}
		if t := b.operand(p.left); t != open {
			return t, true
		}
		b.str(" = ANY(")
		b.argOf(p, p.value.Arg)
		b.str("::jsonb[])")
		return open, true
	}
	if key && p.op.IsText() { // the key's value as text
		return b.jsonText(p), true
	}
	return open, false
}

// jsonText compares the text of what a key holds.
func (b *builder) jsonText(p *predicate) truth {
	text := *p
	text.left = &expr{e: &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "keytext"}, Type: lookup.TextType}, b: p.left.b, args: []*expr{p.left}}
	return b.text(&text)
}

// jsonPath takes steps into JSON apart: what they begin at, and their keys.
func jsonPath(x *expr) (base *expr, keys []jsonStep) {
	for x.e.Kind == query.Transformed && (x.e.Transform.Name == "key" || x.e.Transform.Name == "keytext") {
		if x.e.Transform.Name == "key" {
			keys = append([]jsonStep{{x, x.e.Transform.Key, x.e.Transform.Step}}, keys...)
		}
		x = x.args[0]
	}
	return asJSONB(x), keys
}
