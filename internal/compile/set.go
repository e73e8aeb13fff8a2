package compile

import (
	"slices"
	"strconv"

	"github.com/gormango/gormango/internal/query"
)

// sets are the words of the set operations.
var sets = [...]string{" UNION ", " INTERSECT ", " EXCEPT "}

// writeSet writes a set operation. Parts that can have no rows are left out
// where that makes no difference.
func (b *builder) writeSet(p *plan, s shape) truth {
	set := b.q.Set
	word := sets[set.Op]
	if set.All && set.Op == query.Union {
		word = " UNION ALL "
	}
	wrap := b.mark()
	b.str("SELECT * FROM (")
	begin := b.mark()
	written := 0
	for i, part := range b.parts() {
		m := b.mark()
		if written > 0 {
			b.str(word)
		}
		b.str("(")
		t := part.writePlan(part.plan(shape{named: true}), shape{named: true})
		if part.err != nil {
			b.fail(part.err)
		}
		if t == empty {
			b.back(m)
			if set.Op == query.Union || set.Op == query.Except && i > 0 {
				continue
			}
			b.back(wrap)
			return empty
		}
		b.str(")")
		written++
	}
	if written == 0 {
		b.back(wrap)
		return empty
	}
	if written > 1 { // one part alone may have an order and a slice of its own, which a query takes once
		b.buf = slices.Delete(b.buf, wrap.buf, begin.buf)
	} else {
		b.str(`) "set"`)
		if set.Op == query.Union && !set.All && b.q.Sliced() { // Django keeps an empty part then, so that equal rows are one
			b.buf = slices.Insert(b.buf, wrap.buf+len("SELECT "), []byte("DISTINCT ")...)
		}
	}
	b.order(p)
	if !s.unlimited {
		b.slice(false)
	}
	return open
}

// parts returns the queries of a set operation.
func (b *builder) parts() []*builder {
	if b.setParts == nil {
		for i, part := range b.q.Set.Parts {
			if i > 0 {
				part = b.adapted(part)
			} else if b.q.Columns != nil && part.Columns == nil {
				part = part.Select(b.q.Columns)
			}
			for _, a := range b.setOrders {
				if i > 0 {
					a = b.adaptedOrder(part, a)
				}
				part = part.Annotate(a)
			}
			o := emptyBuilder(part, b.around, b.reuse)
			o.writer = b.writer
			if o.fence == nil {
				o.fence = b.fence
			}
			o.start()
			b.setParts = append(b.setParts, o)
		}
	}
	return b.setParts
}

// adapted returns a part behind the first with the columns that were chosen of
// the whole.
func (b *builder) adapted(part *query.Query) *query.Query {
	if b.q.Columns == nil || part.Columns != nil {
		return part
	}
	c, err := part.PartColumns(b.q.Columns)
	if err != nil {
		b.fail(err)
		return part
	}
	return part.Select(c)
}

// adaptedOrder returns a column that the order needs for a part behind the
// first.
func (b *builder) adaptedOrder(part *query.Query, a *query.Annotation) *query.Annotation {
	e, err := part.PartExpr(a.Expr)
	if err != nil {
		b.fail(err)
		return a
	}
	return &query.Annotation{Name: a.Name, Expr: e}
}

// setOrder plans the order of a set operation, whose terms are columns of its
// parts.
func (b *builder) setOrder(p *plan, terms []query.Order) {
	for _, o := range terms {
		t := term{ordered: ordered{desc: o.Desc, nulls: o.Nulls}}
		if o.Random {
			p.order = append(p.order, t)
			continue
		}
		t.x = b.resolve(o.Expr, nil)
		if t.position = b.position(p, o.Expr, t.x); t.position == 0 {
			t.position = p.sameAs(b, t.x)
		}
		if t.position == 0 {
			b.orderColumn(p, &t, o)
		}
		p.order = append(p.order, t)
	}
}

// orderColumn adds a column that only the order needs to the parts of a set
// operation.
func (b *builder) orderColumn(p *plan, t *term, o query.Order) {
	for _, part := range b.q.Set.Parts {
		if part.Columns != nil || b.around != nil {
			b.fail(errOrder)
			return
		}
	}
	b.setOrders = append(b.setOrders, &query.Annotation{Name: "__order" + strconv.Itoa(len(b.setOrders)+1), Expr: o.Expr})
	p.extra = append(p.extra, t.ordered)
	t.position = len(p.sel) + len(p.extra)
}
