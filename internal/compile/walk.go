package compile

// Everything that looks into resolved expressions stands on parts, everything
// that rewrites them on mapped.

// parts calls fn for the expressions that x is made of, and sub for the queries
// in it, in the order of the statement.
func (x *expr) parts(fn func(*expr), sub func(*builder)) {
	for _, a := range x.args {
		fn(a)
	}
	for _, w := range x.whens {
		w.cond.parts(fn, sub)
		fn(w.then)
	}
	x.cond.parts(fn, sub)
	for _, o := range x.order {
		if o.x != nil {
			fn(o.x)
		}
	}
	for _, p := range x.part {
		fn(p)
	}
	if x.sub != nil {
		sub(x.sub)
	}
}

// parts calls fn for the expressions that a condition compares, and sub for the
// queries in it.
func (n *node) parts(fn func(*expr), sub func(*builder)) {
	if n == nil {
		return
	}
	if n.test != nil {
		fn(n.test)
	}
	if p := n.leaf; p != nil {
		for _, x := range [...]*expr{p.left, p.right, p.high} {
			if x != nil {
				fn(x)
			}
		}
		for _, x := range p.items {
			if x != nil {
				fn(x)
			}
		}
		if p.sub != nil {
			sub(p.sub)
		}
	}
	for _, k := range n.kids {
		k.parts(fn, sub)
	}
}

// walk calls fn for x and what it is made of, subqueries too.
func (x *expr) walk(fn func(*expr)) {
	fn(x)
	x.parts(func(y *expr) { y.walk(fn) }, func(s *builder) { s.walk(fn) })
}

// walk calls fn for the expressions in the conditions and annotations of b.
func (b *builder) walk(fn func(*expr)) {
	b.where.parts(func(x *expr) { x.walk(fn) }, func(s *builder) { s.walk(fn) })
	for _, a := range b.anns {
		a.x.walk(fn)
	}
}

// contains reports whether a condition holds an aggregate or a window function.
func (n *node) contains() (agg, over bool) {
	n.parts(func(x *expr) { agg, over = agg || x.agg, over || x.over }, func(*builder) {})
	return agg, over
}

// aggregates reports whether an annotation or a condition of b holds an
// aggregate, and whether a condition holds a window function.
func (b *builder) aggregates() (agg, over bool) {
	agg, over = b.where.contains()
	for _, a := range b.anns {
		agg = agg || a.x.agg
	}
	return agg, over
}

// mapped returns x with what fn makes of it or of its parts; where fn returns
// nil, it is asked for the parts.
func (x *expr) mapped(fn func(*expr) *expr) *expr {
	if x == nil {
		return nil
	}
	if y := fn(x); y != nil {
		return y
	}
	c := *x
	part := func(y *expr) *expr { return y.mapped(fn) }
	c.args, c.part, c.cond = each(x.args, part), each(x.part, part), x.cond.mapped(fn)
	c.whens = each(x.whens, func(w when) when { return when{w.cond.mapped(fn), part(w.then)} })
	c.order = each(x.order, func(o ordered) ordered {
		o.x = part(o.x)
		return o
	})
	return &c
}

// mapped returns n with what fn makes of the expressions that it compares.
func (n *node) mapped(fn func(*expr) *expr) *node {
	if n == nil {
		return nil
	}
	c := *n
	part := func(y *expr) *expr { return y.mapped(fn) }
	c.test = part(n.test)
	if n.leaf != nil {
		p := *n.leaf
		p.left, p.right, p.high, p.items = part(p.left), part(p.right), part(p.high), each(p.items, part)
		c.leaf = &p
	}
	c.kids = each(n.kids, func(k *node) *node { return k.mapped(fn) })
	return &c
}

func each[V any](list []V, fn func(V) V) []V {
	out := make([]V, len(list))
	for i, v := range list {
		out[i] = fn(v)
	}
	return out
}
