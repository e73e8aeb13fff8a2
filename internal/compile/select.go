package compile

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gormango/gormango/internal/query"
)

// Select reads the rows of q: objects with the relations that are joined, or columns.
func Select(q *query.Query, loc *time.Location) (*Stmt, error) {
	b := newBuilder(q, loc, nil, nil)
	p := b.plan(shape{})
	t := b.writePlan(p, shape{})
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.Reads = q.Model.Table
	st.Objects, st.Columns, st.Extra = p.objects, p.columns(), len(p.extra)
	st.None = t == empty
	return st, nil
}

// Count counts the rows of q; of a slice those within it.
func Count(q *query.Query, loc *time.Location) (*Stmt, error) {
	b := newBuilder(q, loc, nil, nil)
	agg, over := b.where.contains()
	for _, a := range b.anns {
		agg = agg || a.x.agg
	}
	var t truth
	if b.group == byColumns || agg || over || q.Sliced() || q.Distinct || q.Set != nil {
		b.str("SELECT COUNT(*) FROM (")
		s := shape{unordered: true, bare: true, nested: true, named: true}
		t = b.writePlan(b.plan(s), s)
		b.str(`) "subquery"`)
	} else {
		b.use()
		b.str("SELECT COUNT(*)")
		b.from()
		t = b.condition(b.where, " WHERE ")
	}
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.Reads = q.Model.Table
	st.None = t == empty
	return st, nil
}

// Exists reads one constant when q has a row.
func Exists(q *query.Query, loc *time.Location) (*Stmt, error) {
	b := newBuilder(q, loc, nil, nil)
	t := b.writeExists()
	if b.err != nil {
		return nil, b.err
	}
	st := b.stmt()
	st.Reads = q.Model.Table
	st.None = t == empty
	return st, nil
}

func (b *builder) stmt() *Stmt { return &Stmt{SQL: string(b.buf), Args: b.args} }

// writeExists writes the query that has a row when b has.
func (b *builder) writeExists() truth {
	s := shape{one: true, unordered: true, nested: b.around != nil}
	if b.q.Set != nil {
		b.str("SELECT 1 FROM (")
		if t := b.writePlan(b.plan(shape{unordered: true, nested: true, named: true}), shape{unordered: true, nested: true, named: true}); t == empty {
			return empty
		}
		b.str(`) "set" LIMIT 1`)
		return open
	}
	if b.q.Distinct && b.q.Sliced() { // which rows are left is settled first
		s = shape{nested: true, named: true}
		b.str("SELECT 1 FROM (")
		if b.writePlan(b.plan(s), s) == empty {
			return empty
		}
		b.str(`) "subquery" LIMIT 1`)
		return open
	}
	if !b.chosen && b.group == byObject {
		b.group, b.groups = byColumns, nil
		for _, f := range b.q.Model.Key {
			b.groups = append(b.groups, b.own(f))
		}
	}
	return b.writePlan(b.plan(s), s)
}

// writeRows writes the query as one that is within another: its columns only.
func (b *builder) writeRows() truth {
	if !b.chosen && b.q.Set == nil {
		b.keyOnly()
	}
	s := shape{nested: true, unordered: false}
	return b.writePlan(b.plan(s), s)
}

// keyOnly has rows hold the primary key.
func (b *builder) keyOnly() {
	b.chosen, b.cols = true, nil
	for _, f := range b.q.Model.Key {
		b.cols = append(b.cols, column{x: b.own(f), name: f.Name})
	}
	b.use()
	if len(b.cols) != 1 {
		b.fail(errors.New(b.q.Model.Name + " has no single primary key that its rows could stand for"))
	}
}

// condition writes a condition behind a word, nothing when every row fulfils it.
func (b *builder) condition(n *node, word string) truth {
	if n == nil {
		return full
	}
	if b.q.Empty() {
		return empty
	}
	m := b.mark()
	b.str(word)
	t := b.write(n)
	if t == full {
		b.back(m)
	}
	return t
}

// writePlan writes the statement.
func (b *builder) writePlan(p *plan, s shape) truth {
	switch {
	case b.q.Empty():
		return empty
	case b.q.Set != nil:
		return b.writeSet(p, s)
	case p.qualify != nil:
		return b.writeQualify(p, s)
	}
	trimmed := s.nested && len(p.extra) > 0 && !s.one
	if trimmed { // the columns that only the order needs are left out again
		b.str("SELECT ")
		for i := range p.sel {
			if i > 0 {
				b.str(", ")
			}
			b.str(`"subquery".`)
			b.name("c" + strconv.Itoa(i+1))
		}
		b.str(" FROM (")
	}
	b.str("SELECT ")
	b.distinct(p)
	n := 0
	comma := func() {
		if n > 0 {
			b.str(", ")
		}
		n++
	}
	for i, c := range p.sel {
		comma()
		b.written(c.x)
		switch {
		case trimmed:
			b.str(" AS ")
			b.name("c" + strconv.Itoa(i+1))
		case c.name != "" && c.x.field == nil:
			b.str(" AS ")
			b.name(c.name)
		case s.named:
			b.str(" AS ")
			b.name("col" + strconv.Itoa(i+1))
		}
	}
	for _, o := range p.extra {
		comma()
		if o.x == nil {
			b.str("RANDOM()")
		} else {
			b.written(o.x)
		}
	}
	if n == 0 {
		b.str("1")
	}
	b.from()
	if b.condition(p.where, " WHERE ") == empty {
		return empty
	}
	for i, g := range p.group {
		if i == 0 {
			b.str(" GROUP BY ")
		} else {
			b.str(", ")
		}
		if g.position > 0 && !s.one {
			b.number(g.position)
		} else {
			b.expr(g.x)
		}
	}
	if b.condition(p.having, " HAVING ") == empty {
		return empty
	}
	b.order(p)
	limit := !s.unlimited
	if limit {
		b.slice(s.one)
	}
	if trimmed {
		b.str(`) "subquery"`)
	}
	return open
}

func (b *builder) distinct(p *plan) {
	if !b.q.Distinct {
		return
	}
	b.str("DISTINCT ")
	for i := range b.q.On {
		if i == 0 {
			b.str("ON (")
		} else {
			b.str(", ")
		}
		b.expr(b.ons()[i])
	}
	if len(b.q.On) > 0 {
		b.str(") ")
		if len(p.group) > 0 {
			b.fail(errors.New("Distinct with names does not go together with aggregates"))
		}
	}
}

// ons are the columns of DISTINCT ON.
func (b *builder) ons() []*expr {
	if b.on == nil {
		for _, e := range b.q.On {
			b.on = append(b.on, b.resolve(e, nil))
		}
	}
	return b.on
}

// order writes ORDER BY.
func (b *builder) order(p *plan) {
	for i, t := range p.order {
		if i == 0 {
			b.str(" ORDER BY ")
		} else {
			b.str(", ")
		}
		switch {
		case t.position > 0:
			b.number(t.position)
		case t.x == nil:
			b.str("RANDOM()")
		default:
			b.written(t.x)
		}
		b.direction(t.ordered)
	}
}

// slice writes LIMIT and OFFSET as literals: the planner then knows how few rows are wanted.
func (b *builder) slice(one bool) {
	limit := b.q.Limit()
	if one && (limit < 0 || limit > 1) {
		limit = 1
	}
	if limit >= 0 {
		b.str(" LIMIT ")
		b.number(limit)
	}
	if b.q.Low > 0 {
		b.str(" OFFSET ")
		b.number(b.q.Low)
	}
}

// sets are the words of the set operations.
var sets = [...]string{" UNION ", " INTERSECT ", " EXCEPT "}

// writeSet writes a set operation. Parts that can have no rows are left out where
// that makes no difference.
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
	}
	b.order(p)
	if !s.unlimited {
		b.slice(false)
	}
	return open
}

// parts are the queries of a set operation.
func (b *builder) parts() []*builder {
	if b.setParts == nil {
		for _, part := range b.q.Set.Parts {
			if b.q.Columns != nil && part.Columns == nil {
				part = part.Select(b.q.Columns)
			}
			for _, a := range b.setOrders {
				part = part.Annotate(a)
			}
			o := bare(part, b.loc, b.around, b.reuse)
			o.writer = b.writer
			o.start()
			b.setParts = append(b.setParts, o)
		}
	}
	return b.setParts
}

// setOrder settles the order of a set operation, whose terms are columns of its parts.
func (b *builder) setOrder(p *plan, terms []query.Order) {
	for _, o := range terms {
		t := term{ordered: ordered{desc: o.Desc, nulls: o.Nulls}}
		if o.Random {
			p.order = append(p.order, t)
			continue
		}
		t.x = b.resolve(o.Expr, nil)
		if t.position = b.position(p, o.Expr, t.x); t.position == 0 {
			key := b.sqlKey(t.x)
			for j := range p.sel {
				if p.keyOf(b, j) == key {
					t.position = j + 1
					break
				}
			}
		}
		if t.position == 0 {
			b.orderColumn(p, &t, o)
		}
		p.order = append(p.order, t)
	}
}

// orderColumn has the parts of a set operation select a column that only the order needs.
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
		if i > 0 {
			b.str(", ")
		}
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
		if i > 0 {
			b.str(", ")
		}
		b.written(c.x)
		b.str(" AS ")
		b.name("q" + strconv.Itoa(i+1))
	}
	b.from()
	if b.condition(p.where, " WHERE ") == empty {
		return empty
	}
	for i, g := range p.group {
		if i == 0 {
			b.str(" GROUP BY ")
		} else {
			b.str(", ")
		}
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
		if i == 0 {
			b.str(" ORDER BY ")
		} else {
			b.str(", ")
		}
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
