package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/query"
)

// writeQualify filters on window functions: they are columns of a query within,
// which the condition is laid around (Django's get_qualify_sql).
func (b *builder) writeQualify(p *plan, s shape) truth {
	var columns []*expr
	names := map[*expr]string{}
	add := func(x *expr) {
		columns = append(columns, x)
		names[x] = "q" + strconv.Itoa(len(columns))
	}
	for _, c := range p.sel {
		add(c.x)
	}
	addMissing := func(x *expr) {
		if names[x] == "" {
			add(x)
		}
	}
	p.qualify.parts(addMissing, func(*builder) {})
	for _, t := range p.order {
		if t.x != nil && t.position == 0 {
			addMissing(t.x)
		}
	}
	b.str("SELECT ")
	b.distinct(p)
	for i := range p.sel {
		b.sep(i, "", ", ")
		b.name("q" + strconv.Itoa(i+1))
		if s := p.sel[i]; s.name != "" {
			b.str(" AS ")
			b.name(s.name)
		}
	}
	if len(p.sel) == 0 {
		b.str("1")
	}
	b.str(" FROM (SELECT ")
	for i, x := range columns {
		b.sep(i, "", ", ")
		b.written(x)
		b.str(" AS ")
		b.name("q" + strconv.Itoa(i+1))
	}
	if b.writeRest(p, false) == empty {
		return empty
	}
	b.str(`) "qualify"`)
	outer := p.qualify.mapped(func(x *expr) *expr {
		return &expr{e: &query.Expr{Kind: query.Raw, Name: string(AppendName(nil, names[x])), Type: x.typ()}, b: x.b}
	})
	if b.condition(outer, " WHERE ") == empty {
		return empty
	}
	for i, t := range p.order {
		b.sep(i, " ORDER BY ", ", ")
		switch {
		case t.position > 0:
			b.name("q" + strconv.Itoa(t.position))
		case t.x == nil:
			b.term(nil)
		default:
			b.name(names[t.x])
		}
		b.direction(t.ordered)
	}
	if !s.unlimited {
		b.slice(s.one)
	}
	return open
}
