package compile

import (
	"slices"
	"strconv"

	"github.com/gormango/gormango/internal/query"
)

// writeQualify filters on window functions: they are columns of a query within,
// which the condition is laid around (Django's get_qualify_sql).
func (b *builder) writeQualify(p *plan, s shape) truth {
	inner := &plan{sel: slices.Clone(p.sel), objects: p.objects, where: p.where, having: p.having, group: p.group}
	names := map[*expr]string{}
	for i := range inner.sel {
		name := "q" + strconv.Itoa(i+1)
		names[inner.sel[i].x] = name
	}
	add := func(x *expr) string {
		if n, ok := names[x]; ok {
			return n
		}
		name := "q" + strconv.Itoa(len(inner.sel)+1)
		inner.sel = append(inner.sel, selected{x: x, name: name})
		names[x] = name
		return name
	}
	p.qualify.leaves(func(x *expr) { add(x) })
	for _, t := range p.order {
		if t.x != nil && t.position == 0 {
			add(t.x)
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
	for i, c := range inner.sel {
		b.sep(i, "", ", ")
		b.written(c.x)
		b.str(" AS ")
		b.name("q" + strconv.Itoa(i+1))
	}
	b.from()
	if b.condition(p.where, " WHERE ") == empty {
		return empty
	}
	for i, g := range p.group {
		b.sep(i, " GROUP BY ", ", ")
		b.expr(g.x)
	}
	if b.condition(p.having, " HAVING ") == empty {
		return empty
	}
	b.str(`) "qualify"`)
	if b.condition(p.qualify.renamed(names), " WHERE ") == empty {
		return empty
	}
	for i, t := range p.order {
		b.sep(i, " ORDER BY ", ", ")
		switch {
		case t.position > 0:
			b.name("q" + strconv.Itoa(t.position))
		case t.x == nil:
			b.str("RANDOM()")
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

// leaves calls fn for the expressions that a condition compares.
func (n *node) leaves(fn func(*expr)) {
	if n.test != nil {
		fn(n.test)
	}
	if p := n.leaf; p != nil {
		for _, x := range append([]*expr{p.left, p.right, p.high}, p.items...) {
			if x != nil {
				fn(x)
			}
		}
	}
	for _, k := range n.kids {
		k.leaves(fn)
	}
}

// renamed gives the condition over columns of a query within.
func (n *node) renamed(names map[*expr]string) *node {
	c := &node{conn: n.conn, not: n.not}
	to := func(x *expr) *expr {
		if x == nil {
			return nil
		}
		return &expr{e: &query.Expr{Kind: query.Raw, Name: string(AppendName(nil, names[x])), Type: x.typ()}, b: x.b}
	}
	if n.test != nil {
		c.test = to(n.test)
	}
	if n.leaf != nil {
		p := *n.leaf
		p.left, p.right, p.high = to(p.left), to(p.right), to(p.high)
		p.items = slices.Clone(p.items)
		for i := range p.items {
			p.items[i] = to(p.items[i])
		}
		c.leaf = &p
	}
	for _, k := range n.kids {
		c.kids = append(c.kids, k.renamed(names))
	}
	return c
}
