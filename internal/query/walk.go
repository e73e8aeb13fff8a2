package query

// Everything that looks into expressions stands on parts, everything that
// rewrites them on mapped. Neither enters what stands by itself: a subquery,
// the condition of a filtered relation, and the body of what the application
// registered, which is made of slots. An annotation is a part that mapped
// leaves, since the query has it by its identity.

// parts calls fn for the expressions that e is made of, those of its conditions
// among them, in the order of the statement.
func (e *Expr) parts(fn func(*Expr)) {
	visit := func(x *Expr) {
		if x != nil {
			fn(x)
		}
	}
	if e.Ann != nil {
		visit(e.Ann.Expr)
	}
	for _, a := range e.Args {
		visit(a)
	}
	for _, w := range e.Whens {
		w.Cond.parts(fn)
		visit(w.Then)
	}
	e.Cond.parts(fn)
	for _, o := range e.Order {
		visit(o.Expr)
	}
	if e.Window != nil {
		for _, p := range e.Window.Partition {
			visit(p)
		}
	}
}

// parts calls fn for the expressions that a condition is made of.
func (c *Cond) parts(fn func(*Expr)) {
	visit := func(x *Expr) {
		if x != nil {
			fn(x)
		}
	}
	c.nodes(func(c *Cond) {
		visit(c.Left)
		mapOperands(c.Value, func(x *Expr) *Expr { visit(x); return x })
		visit(c.Expr)
		if l := c.Leaf; l != nil {
			visit(l.Left)
			visit(l.Value.Expr)
			visit(l.Value.HighExpr)
			for _, it := range l.Value.Items {
				visit(it.Expr)
			}
			if l.Value.Mapped != nil {
				visit(l.Value.Mapped.Expr)
			}
		}
	})
}

// nodes calls fn for c and for the conditions that it joins.
func (c *Cond) nodes(fn func(*Cond)) {
	if c == nil {
		return
	}
	fn(c)
	for _, k := range c.Kids {
		k.nodes(fn)
	}
}

// mapped returns a copy of e with what expr and cond make of its parts, those
// that are missing too.
func (e *Expr) mapped(expr func(*Expr) *Expr, cond func(*Cond) *Cond) *Expr {
	n := *e
	n.Args = each(e.Args, expr)
	n.Whens = each(e.Whens, func(w When) When { return When{cond(w.Cond), expr(w.Then)} })
	n.Cond = cond(e.Cond)
	n.Order = each(e.Order, func(o Order) Order {
		o.Expr = expr(o.Expr)
		return o
	})
	if e.Window != nil {
		n.Window = &Window{Partition: each(e.Window.Partition, expr), Frame: e.Window.Frame}
	}
	return &n
}

// mapped returns a copy of c with what expr and cond make of its parts.
func (c *Cond) mapped(expr func(*Expr) *Expr, cond func(*Cond) *Cond) *Cond {
	opt := func(x *Expr) *Expr {
		if x == nil {
			return nil
		}
		return expr(x)
	}
	n := *c
	n.Kids = each(c.Kids, cond)
	n.Left, n.Expr = opt(c.Left), opt(c.Expr)
	n.Value = mapOperands(c.Value, expr)
	if c.Leaf != nil {
		l := *c.Leaf
		v := &l.Value
		l.Left, v.Expr, v.HighExpr = opt(l.Left), opt(v.Expr), opt(v.HighExpr)
		v.Items = each(v.Items, func(it Item) Item {
			it.Expr = opt(it.Expr)
			return it
		})
		if v.Mapped != nil {
			v.Mapped = &Mapped{expr(v.Mapped.Expr), v.Mapped.Member}
		}
		n.Leaf = &l
	}
	return &n
}

// mapOperands maps the expressions of a right side as it is written: one, or
// some of the members of a list.
func mapOperands(v any, fn func(*Expr) *Expr) any {
	switch x := v.(type) {
	case *Expr:
		return fn(x)
	case []any:
		var out []any
		for i, m := range x {
			if e, ok := m.(*Expr); ok {
				if out == nil {
					out = append(out, x...)
				}
				out[i] = fn(e)
			}
		}
		if out != nil {
			return out
		}
	}
	return v
}

// each maps a slice; nil stays nil.
func each[V any](list []V, fn func(V) V) []V {
	if list == nil {
		return nil
	}
	out := make([]V, len(list))
	for i, v := range list {
		out[i] = fn(v)
	}
	return out
}

// Walk calls fn for e and what it is made of.
func (e *Expr) Walk(fn func(*Expr)) {
	if e == nil {
		return
	}
	fn(e)
	e.parts(func(x *Expr) { x.Walk(fn) })
}

// any reports whether is holds for e or something that it is made of.
func (e *Expr) any(is func(*Expr) bool) bool {
	if e == nil {
		return false
	}
	found := is(e)
	e.parts(func(x *Expr) { found = found || x.any(is) })
	return found
}

// Aggregates reports whether an aggregate function is part of e. The function
// that a window is laid over is none.
func (e *Expr) Aggregates() bool { return e.aggregates(true) }

// AggregatesItself is Aggregates without those of annotations.
func (e *Expr) AggregatesItself() bool { return e.aggregates(false) }

func (e *Expr) aggregates(annotated bool) bool {
	if e == nil || e.Kind == Annotated && !annotated {
		return false
	}
	found, function := e.Agg, e.Kind == Over
	e.parts(func(x *Expr) {
		if function { // the first part
			function = false
			x.parts(func(a *Expr) { found = found || a.aggregates(annotated) })
			return
		}
		found = found || x.aggregates(annotated)
	})
	return found
}

// Windowed reports whether a window function is part of e.
func (e *Expr) Windowed() bool { return e.any(func(x *Expr) bool { return x.Kind == Over }) }
