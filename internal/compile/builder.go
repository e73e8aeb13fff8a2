package compile

import (
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// builder makes a statement, or a query within one, of a tree: it finds the
// joins, call by call, and then writes.
type builder struct {
	*writer
	q     *query.Query
	alias []*alias // [0] is the model's own table
	// plain are the plain names of the tables, nil for few, which are searched one
	// by one.
	plain map[string]bool
	where *node
	calls []*node // the parts of where that calls asked for
	anns  []annotation
	cols  []column // what rows hold in place of objects; see chosen
	// chosen reports whether the query chose its columns.
	chosen bool
	group  grouping
	groups []*expr

	// around is the query that this one stands in, reuse the joins there that an
	// Outer may share. transparent is a query that an Outer does not count.
	around      *builder
	reuse       aliases
	transparent bool
	// borrowed resolves a bare column on the right side in the query around.
	borrowed bool
	// ownerColumn is the column of the objects that refers to their owner, which is
	// always loaded; nil without one.
	ownerColumn *modelinfo.Field
	// joined are the builders of queries that Combine joined to this one.
	joined []*builder
	// lookupJoins are the joins of the lookup that was resolved last.
	lookupJoins []int
	depth       int
	// on are the columns of DISTINCT ON, setParts the queries of a set operation,
	// nil before the first use.
	on       []*expr
	setParts []*builder
	// slots are what the Slots of a registered body stand for while it is resolved.
	slots []*expr
	// owners are joined at the end, for related rows of numbered owners.
	owners *owners
	// tying reports whether the condition that is added ties rows to their owner.
	tying bool
	// upserts reports whether expressions may have columns of the row that would be
	// inserted.
	upserts bool
	// fence limits the tables to the rows of a tenant, nil for no limit. It is that
	// of the query, or that of the query around.
	fence *query.Fence
	// setOrders are columns that only the order of a set operation needs.
	setOrders []*query.Annotation
	err       error
}

// annotation is an annotation with its resolved expression.
type annotation struct {
	of *query.Annotation
	x  *expr
}

// column is one thing that a row holds.
type column struct {
	x    *expr
	name string
	ann  *query.Annotation
}

// grouping is whether rows are grouped.
type grouping uint8

const (
	ungrouped grouping = iota
	byObject           // by what is selected
	byColumns          // by groups, and what else is selected
)

// newBuilder returns a builder of q, whose calls are replayed: their joins are
// known then.
func newBuilder(q *query.Query, around *builder, reuse aliases) *builder {
	b := emptyBuilder(q, around, reuse)
	b.start()
	return b
}

// start hides deleted rows and replays the calls.
func (b *builder) start() {
	switch {
	case b.q.Model.SoftDelete == nil || b.q.Deleted == query.WithDeleted:
	case b.q.Deleted == query.Live:
		b.requireLive(0)
	case b.q.Model.Live == nil:
		b.compare(predicate{left: b.ref(0, b.q.Model.SoftDelete), notNull: true})
	default:
		b.require(&node{not: true, kids: []*node{{leaf: b.liveness(0)}}})
	}
	shared := aliases{}
	for _, s := range b.q.Steps {
		switch {
		case s.Cond != nil:
			b.tying = s.Sticky
			b.addCall(s.Cond, shared)
			b.tying = false
			if !s.Sticky {
				shared = aliases{}
			}
		case s.Ann != nil:
			b.annotate(s.Ann)
		case s.Columns != nil:
			b.choose(s.Columns)
		case s.Combine != nil:
			b.combine(s.Combine)
		}
	}
	b.applyFence()
}

// support fails for a model that repositories refuse.
func (b *builder) support(m *modelinfo.Model) {
	if m.Unsupported != nil {
		b.fail(m.Unsupported)
	}
}

// liveness returns the condition that a table's rows are not deleted.
func (b *builder) liveness(at int) *predicate {
	m := b.alias[at].model
	return &predicate{left: b.ref(at, m.SoftDelete), null: m.Live == nil, constant: true, value: query.Value{Arg: m.Live}}
}

// requireLive hides the deleted rows of a table.
func (b *builder) requireLive(at int) { b.require(&node{leaf: b.liveness(at)}) }

// isLive writes the condition that a table's rows are not deleted.
func (b *builder) isLive(at int) {
	m := b.alias[at].model
	b.columnAt(at, m.SoftDelete)
	if m.Live == nil {
		b.str(" IS NULL")
		return
	}
	b.str(" = ")
	b.fixed(m.Live)
}

// emptyBuilder returns a builder of the model's table alone, before the
// calls of q.
func emptyBuilder(q *query.Query, around *builder, reuse aliases) *builder {
	x := &struct { // allocated together, as they are dropped together
		b     builder
		where node
		root  alias
	}{b: builder{q: q, around: around, reuse: reuse, calls: make([]*node, 0, len(q.Steps))},
		where: node{kids: make([]*node, 0, len(q.Steps)+1)}, root: alias{model: q.Model, parent: -1}}
	b := &x.b
	b.where = &x.where
	if around != nil {
		b.writer, b.depth = around.writer, around.depth+1
	} else {
		b.writer = newWriter()
	}
	if b.fence = q.Fence; around != nil && b.fence == nil {
		b.fence = around.fence
	}
	b.alias = append(make([]*alias, 0, 4), &x.root)
	b.nameAlias(b.alias[0], q.Model.Table)
	b.support(q.Model)
	return b
}

// annotate resolves an annotation. The first aggregate decides what rows are
// grouped by.
func (b *builder) annotate(a *query.Annotation) {
	x := b.resolve(a.Expr, nil)
	b.anns = slices.DeleteFunc(b.anns, func(o annotation) bool { return o.of.Name == a.Name })
	b.anns = append(b.anns, annotation{a, x})
	if b.chosen && !a.Hidden {
		b.cols = append(b.cols, column{x: x, name: a.Name, ann: a})
	}
	if !x.agg {
		return
	}
	if !b.chosen {
		b.group = byObject
		return
	}
	b.groupByColumns()
}

// groupByColumns groups by the columns that were chosen.
func (b *builder) groupByColumns() {
	b.group, b.groups = byColumns, nil
	for _, c := range b.cols {
		switch {
		case c.ann == nil:
			b.groups = append(b.groups, c.x)
		case c.x.agg:
			b.groups = c.x.groupColumns(b.groups)
		case len(c.x.groupColumns(nil)) > 0:
			b.groups = append(b.groups, c.x)
		}
	}
}

// choose takes columns in place of objects.
func (b *builder) choose(c *query.Columns) {
	if b.group == byObject { // rows stay grouped by the object they were
		b.group, b.groups = byColumns, b.refs(0, b.q.Model.Reads)
		b.useRoot()
		for _, a := range b.anns {
			if !a.of.Hidden {
				b.groups = a.x.groupColumns(b.groups)
			}
		}
	}
	b.chosen, b.cols = true, nil
	b.alias[0].refs++
	for _, n := range c.Names {
		if n.Ann != nil {
			b.cols = append(b.cols, column{x: b.annotation(n.Ann), name: n.Name, ann: n.Ann})
			continue
		}
		b.cols = append(b.cols, column{x: b.resolve(n.Expr, nil), name: n.Name})
	}
	if c.Grouped && b.group == ungrouped {
		b.groupByColumns()
	}
}

// annotation returns the resolved expression of an annotation.
func (b *builder) annotation(a *query.Annotation) *expr {
	for _, o := range b.anns {
		if o.of == a {
			return o.x
		}
	}
	// One that a later annotation of the same name has replaced.
	return b.resolve(a.Expr, nil)
}

// combine joins the conditions of another query of the same model: Django's
// Query.combine.
func (b *builder) combine(c *query.Combine) {
	other := emptyBuilder(c.Other, b.around, b.reuse)
	other.writer = b.writer
	other.start()
	if other.err != nil {
		b.fail(other.err)
		return
	}
	reuse := aliases{}
	if c.Conn != query.AND {
		reuse = b.allAliases()
	}
	v := newVotes(c.Conn, false, 2)
	v.add(b.innerJoins())
	theirs := other.innerJoins()
	needed := make([]int, 0, len(theirs))
	for i, a := range other.alias {
		if i == 0 {
			continue
		}
		parent := 0
		for j, o := range b.alias {
			if o == other.alias[a.parent] {
				parent = j
			}
		}
		at := b.join(alias{model: a.model, hop: a.hop, parent: parent, nullable: a.nullable, filtered: a.filtered}, reuse)
		if slices.Contains(theirs, i) {
			needed = append(needed, at)
		}
		delete(reuse, at)
		if a.refs == 0 {
			b.alias[at].refs--
		}
		other.redirect(a, b.alias[at])
	}
	v.add(needed)
	v.apply(b)
	b.alias[0].refs += other.alias[0].refs
	other.redirect(other.alias[0], b.alias[0])
	b.joined = append(append(b.joined, other), other.joined...)
	if c.Conn == query.AND {
		b.require(other.where)
		b.calls = append(b.calls, other.where)
		return
	}
	// What each asked for stands as a whole.
	both := &node{conn: c.Conn, kids: []*node{b.where, other.where}}
	b.where, b.calls = &node{kids: []*node{both}}, []*node{both}
}

// redirect replaces a table of b by another, also in queries that were combined
// with b before.
func (b *builder) redirect(table, now *alias) {
	for _, o := range append([]*builder{b}, b.joined...) {
		for i, a := range o.alias {
			if a == table {
				o.alias[i] = now
			}
		}
	}
}

// ref returns a column of a table, which is not counted as a use of it.
func (b *builder) ref(at int, f *modelinfo.Field) *expr {
	return b.refs(at, []*modelinfo.Field{f})[0]
}

// refs returns columns of a table, which are not counted as a use of it.
func (b *builder) refs(at int, fields []*modelinfo.Field) []*expr {
	type both struct { // in one piece: a list of columns is most of what a query is made of
		x   expr
		ref query.Expr
	}
	made, out := make([]both, len(fields)), make([]*expr, len(fields))
	for i, f := range fields {
		made[i].ref = query.Expr{Kind: query.Ref, Field: f, Type: f.Type}
		made[i].x = expr{e: &made[i].ref, b: b, at: at, field: f}
		out[i] = &made[i].x
	}
	return out
}

func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
	if b.around != nil {
		b.around.fail(err)
	}
}
