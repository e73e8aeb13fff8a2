package compile

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// node is a resolved condition.
type node struct {
	conn query.Conn
	not  bool
	kids []*node
	leaf *predicate
	// test is a condition that is an expression.
	test *expr
}

// predicate is one comparison.
type predicate struct {
	left *expr
	// null and notNull compare with NULL and stand without an operator.
	null, notNull bool
	op            lookup.Op
	leaf          *query.Leaf // what it was made of, nil for the builder's own
	// body is the condition of a registered lookup over left and right, nil for op.
	body  *query.Expr
	value query.Value
	// right and high are what an Expression or Pair computes, items the members of
	// Items, sub the query of Rows.
	right, high *expr
	items       []*expr
	sub         *builder
	// links is the number of a table between whose rows lead to visible rows, 0 for
	// a comparison.
	links int
	// fence is the fence that the rows of table at are within, nil for a
	// comparison.
	fence *query.Fence
	at    int
	// constant reports whether the value is the model's own, which is written as a
	// literal.
	constant bool
	// owners reports whether the value is the keys of the owners of related rows.
	owners bool
}

// condOptions are how the conditions of a tree are added.
type condOptions struct {
	reuse aliases
	// negated reports whether a NOT stands somewhere around, current whether an odd
	// number does.
	negated, current bool
	// whole keeps relations to many in the query under NOT, where Filter makes
	// subqueries of them.
	whole bool
	// keepTypes leaves the types of joins as they are.
	keepTypes bool
}

// addCall adds the condition of one Filter, Exclude or Where. Joins that were
// INNER before it stay so: what was asked first still holds. shared are the
// joins that it may use, and gets those that it makes.
func (b *builder) addCall(c *query.Cond, shared aliases) {
	inner := b.innerJoins()
	n, _ := b.addQ(c, condOptions{reuse: shared})
	b.require(n)
	b.calls = append(b.calls, n)
	b.demote(inner)
}

// addQ resolves a tree. It returns the joins without whose rows the condition
// cannot hold (Django's Query._add_q).
func (b *builder) addQ(c *query.Cond, how condOptions) (*node, []int) {
	how.current = how.current != c.Not
	how.negated = how.negated || c.Not
	n := &node{conn: c.Conn, not: c.Not, kids: make([]*node, 0, len(c.Kids))}
	v := newVotes(c.Conn, how.current, len(c.Kids))
	for _, kid := range c.Kids {
		k, needed := b.addPart(kid, how)
		v.add(needed)
		if k != nil {
			n.kids = append(n.kids, k)
		}
	}
	if how.keepTypes {
		return n, nil
	}
	return n, v.apply(b)
}

// addPart resolves one part of a tree.
func (b *builder) addPart(c *query.Cond, how condOptions) (*node, []int) {
	switch {
	case c.Leaf != nil:
		return b.addLeaf(c.Leaf, how)
	case c.Expr != nil:
		return &node{kids: []*node{{test: b.resolve(c.Expr, how.reuse)}}}, nil
	}
	return b.addQ(c, how)
}

// truthOf resolves a condition that is a value: its joins must not drop rows.
func (b *builder) truthOf(c *query.Cond, reuse aliases) *node {
	n, joins := b.addQ(c, condOptions{reuse: reuse, whole: true})
	b.promote(joins)
	return n
}

// columnOf finds the bare column that transforms are laid over.
func columnOf(e *query.Expr) *query.Expr {
	for e.Kind == query.Transformed {
		e = e.Args[0]
	}
	return e
}

// addLeaf resolves one comparison (Django's build_filter).
func (b *builder) addLeaf(l *query.Leaf, how condOptions) (*node, []int) {
	n, p := leafNode()
	p.op, p.leaf, p.body, p.value = l.Op, l, l.Body, l.Value
	switch l.Value.Kind {
	case query.Null, query.True:
		p.null = true
	case query.False:
		p.notNull = true
	case query.Place:
		if null, is := l.Value.Arg.(bool); is {
			p.null, p.notNull = null, !null
		}
	}
	used := b.addValue(p, l.Value, how.reuse)
	base := columnOf(l.Left)
	if base.Kind != query.Ref {
		p.left = b.resolve(l.Left, how.reuse)
		return n, nil
	}
	b.useRoot()
	s := b.setup(base.Path, base.Filtered, how.reuse, !how.negated || how.whole)
	if s.many > 0 {
		return b.splitExclude(l, s, how.reuse)
	}
	b.lookupJoins = s.joins
	used = append(used, s.joins...)
	field, joins := b.trim(s, base.Field)
	for _, j := range joins {
		if how.reuse != nil {
			how.reuse[j] = true
		}
	}
	col := &expr{e: base, b: b, at: joins[len(joins)-1], field: field}
	p.left = transformOver(l.Left, col)
	// IS NULL holds for a missing row too.
	outer := p.null && !how.current
	if how.current && !p.null && !l.Value.NoValue {
		outer = true
		// Under NOT a row with NULL has to stay: NOT (col = v AND col IS NOT NULL).
		if !p.notNull {
			all := &node{kids: []*node{n}}
			if field.Nullable || b.alias[col.at].left {
				all.kids = append(all.kids, &node{leaf: &predicate{left: col, notNull: true}})
			}
			if r := p.right; r != nil && r.field != nil && r.b == b && (r.field.Nullable) {
				all.kids = append(all.kids, &node{leaf: &predicate{left: r, notNull: true}})
			}
			if len(all.kids) > 1 {
				n = all
			}
		}
	}
	if outer {
		return n, nil
	}
	return n, used
}

// leafNode returns a node of one comparison.
func leafNode() (*node, *predicate) {
	x := &struct {
		n node
		p predicate
	}{}
	x.n.leaf = &x.p
	return &x.n, &x.p
}

// addValue resolves the right side, and returns the joins that it uses.
func (b *builder) addValue(p *predicate, v query.Value, reuse aliases) (used []int) {
	if v.Expr == nil && v.HighExpr == nil && v.Items == nil && v.Sub == nil {
		return nil
	}
	before := make([]int, len(b.alias))
	for i, a := range b.alias {
		before[i] = a.refs
	}
	if v.Expr != nil {
		p.right = b.rightSide(v.Expr, reuse)
	}
	if v.HighExpr != nil {
		p.high = b.resolve(v.HighExpr, reuse)
	}
	for _, it := range v.Items {
		if it.Expr != nil {
			p.items = append(p.items, b.resolve(it.Expr, reuse))
		} else {
			p.items = append(p.items, nil)
		}
	}
	if v.Sub != nil {
		p.sub = newBuilder(v.Sub, b, reuse)
	}
	for i, a := range b.alias {
		if i >= len(before) || a.refs > before[i] {
			used = append(used, i)
		}
	}
	return used
}

// rightSide resolves an expression on the right. The query that an exclude is
// split into takes a bare column from the query around, which its row belongs
// to.
func (b *builder) rightSide(e *query.Expr, reuse aliases) *expr {
	if b.borrowed && (e.Kind == query.Ref || e.Kind == query.Annotated) {
		return b.around.resolve(e, nil)
	}
	return b.resolve(e, reuse)
}

// splitExclude turns a comparison over a relation to many that stands under NOT
// into EXISTS: NOT over a join would find the rows of which one related row
// does not match (Django's split_exclude and trim_start).
func (b *builder) splitExclude(l *query.Leaf, s pathJoins, reuse aliases) (*node, []int) {
	in := emptyBuilder(query.New(b.q.Model).Seeing(b.q.Deleted), b, reuse)
	in.transparent, in.borrowed = true, true
	n, _ := in.addQ(&query.Cond{Kids: []*query.Cond{{Leaf: l}}}, condOptions{reuse: aliases{}})
	in.require(n)

	// Trim the joins before the relation to many: what they hold, the query around
	// holds.
	tables, hops := in.lookupJoins, s.hops[:s.many]
	at, outer := 0, false
	for ; !hops[at].Many; at++ {
		if in.alias[tables[at+1]].left {
			outer = true
		}
		in.alias[tables[at]].refs--
	}
	hop := hops[at]
	first := tables[at+1]
	var near []*expr // of the query around
	prefix := pathOf(hops[:at])
	for _, p := range hop.Pairs {
		near = append(near, b.resolve(&query.Expr{Kind: query.Ref, Path: prefix, Field: p.From, Type: p.From.Type}, nil))
	}
	start := first
	far := func(p modelinfo.Pair) *modelinfo.Field { return p.To }
	if a := in.alias[first]; !a.left && a.filtered == nil {
		in.alias[tables[at]].refs--
	} else {
		start = tables[at]
		far = func(p modelinfo.Pair) *modelinfo.Field { return p.From }
	}
	for i, a := range in.alias { // what is first now is no join any more, so its restrictions go to WHERE
		if a.refs > 0 {
			if a.hop != nil {
				in.becomeFirst(i)
			}
			break
		}
	}
	if shared, ok := b.shared(in.alias[start].plain, reuse); ok && in.alias[start].hop != nil {
		// The query around has joined the same rows for the same call: those are meant.
		for _, f := range in.alias[start].model.Key {
			in.equal(in.ref(start, f), b.ref(shared, f))
		}
	} else {
		for i, p := range hop.Pairs {
			in.equal(in.ref(start, far(p)), near[i])
		}
	}
	test := &node{test: &expr{e: &query.Expr{Kind: query.Exists}, b: b, sub: in}}
	out := &node{kids: []*node{test}}
	if !outer {
		return out, nil
	}
	// A row without the first relation has none of the others either, and is not in
	// a subquery.
	null, _ := b.addLeaf(&query.Leaf{Left: &query.Expr{Kind: query.Ref, Path: prefix, Field: hop.Pairs[0].From, Type: hop.Pairs[0].From.Type}, Op: lookup.IsNull,
		Value: query.Value{Kind: query.True}}, condOptions{reuse: reuse, negated: true, current: true})
	return &node{conn: query.OR, kids: []*node{out, null}}, nil
}

// becomeFirst makes a joined table the first one of the query.
func (b *builder) becomeFirst(i int) {
	a := b.alias[i]
	b.requireFixed(i, a.hop.Fixed)
	if a.model.SoftDelete != nil && b.q.Deleted == query.Live {
		b.requireLive(i)
	}
	if b.isFenced(a.model) {
		b.compare(predicate{left: b.ref(i, a.model.Fields[0]), fence: b.fence, at: i})
	}
	if hops := a.hop.Rel.Hops; len(hops) > 1 && a.hop == hops[0] {
		b.compare(predicate{left: b.ref(i, hops[1].Pairs[0].From), links: i})
	}
}

// shared finds a shared join by the name that it would have in a query of its
// own.
func (b *builder) shared(plain string, reuse aliases) (int, bool) {
	for i := range b.alias {
		if reuse[i] && b.alias[i].plain == plain {
			return i, true
		}
	}
	return 0, false
}

// equal adds left = right.
func (b *builder) equal(left, right *expr) {
	b.compare(predicate{left: left, right: right, value: query.Value{Kind: query.Expression}})
}

// require adds a condition.
func (b *builder) require(n *node) { b.where.kids = append(b.where.kids, n) }

// compare adds a comparison.
func (b *builder) compare(p predicate) { b.require(&node{leaf: &p}) }

// requireFixed adds the conditions that columns of a table hold constants.
func (b *builder) requireFixed(at int, fixed []modelinfo.Fixed) {
	for _, f := range fixed {
		b.compare(predicate{left: b.ref(at, f.Field), constant: true, value: query.Value{Arg: f.Value}})
	}
}

// pathOf returns the relations that hops come from, each of one hop.
func pathOf(hops []*modelinfo.Hop) []*modelinfo.Relation {
	var path []*modelinfo.Relation
	for _, h := range hops {
		path = append(path, h.Rel)
	}
	return path
}
