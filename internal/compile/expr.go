package compile

import (
	"fmt"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// expr is a resolved expression: its joins are known.
type expr struct {
	e     *query.Expr
	b     *builder         // the query that its table belongs to
	at    int              // the table of a column
	field *modelinfo.Field // a bare column
	args  []*expr
	cond  *node
	whens []when
	sub   *builder
	order []ordered
	part  []*expr
	// agg and over say that an aggregate or a window function is part of it; many
	// that it is a column of the query around, behind a relation.
	agg, over, many bool
	nothing         rows // see overNothing
}

// rows is whether an aggregate or a subquery may have rows.
type rows uint8

const (
	unasked rows = iota
	something
	nothing
)

// when is a branch of a CASE.
type when struct {
	cond *node
	then *expr
}

// ordered is a term of an order.
type ordered struct {
	x     *expr // nil for chance
	desc  bool
	nulls query.Nulls
	// byDefault reports whether the model's own ordering asks for it.
	byDefault bool
}

// typ returns the type of the value.
func (x *expr) typ() lookup.Type {
	if x.field != nil {
		return x.field.Type
	}
	return x.e.Type
}

// transformOver lays the transforms of e over a column.
func transformOver(e *query.Expr, col *expr) *expr {
	if e.Kind != query.Transformed {
		return col
	}
	inner := transformOver(e.Args[0], col)
	if e.Body != nil {
		return col.b.resolveBody(e.Body, inner)
	}
	return &expr{e: e, b: col.b, args: []*expr{inner}}
}

// resolve finds the joins of an expression. reuse are the joins to many that
// it may share, nil for all.
func (b *builder) resolve(e *query.Expr, reuse aliases) *expr {
	switch e.Kind {
	case query.Ref:
		b.useRoot()
		s := b.setup(e.Path, e.Filtered, reuse, true)
		field, joins := b.trim(s, e.Field)
		if reuse != nil {
			for _, j := range joins {
				reuse[j] = true
			}
		}
		return &expr{e: e, b: b, at: joins[len(joins)-1], field: field}
	case query.Annotated:
		return b.annotation(e.Ann)
	case query.Outer:
		return b.outer(e)
	case query.Truth:
		x := &expr{e: e, b: b, cond: b.truthOf(e.Cond, reuse)}
		x.agg, x.over = x.cond.contains()
		return x
	case query.Exists, query.Sub, query.ArraySub:
		return &expr{e: e, b: b, sub: newBuilder(e.Sub, b, reuse)}
	case query.Each:
		return b.quantified(e)
	case query.Excluded:
		if !b.upserts {
			b.fail(&ExcludedError{Model: b.q.Model.Name, Name: e.Name})
		}
		return &expr{e: e, b: b}
	case query.Slot:
		return b.slots[e.Depth-1]
	}
	if e.Body != nil {
		return b.resolveBody(e.Body, b.resolve(e.Args[0], reuse))
	}
	x := &expr{e: e, b: b}
	take := func(a *expr) *expr {
		x.agg, x.over = x.agg || a.agg, x.over || a.over
		return a
	}
	for _, a := range e.Args {
		x.args = append(x.args, take(b.resolve(a, reuse)))
	}
	for _, w := range e.Whens {
		c := b.truthOf(w.Cond, reuse)
		agg, over := c.contains()
		x.agg, x.over = x.agg || agg, x.over || over
		x.whens = append(x.whens, when{c, take(b.resolve(w.Then, reuse))})
	}
	if e.Cond != nil {
		x.cond = b.truthOf(e.Cond, reuse)
	}
	for _, o := range e.Order {
		x.order = append(x.order, ordered{x: take(b.resolve(o.Expr, reuse)), desc: o.Desc, nulls: o.Nulls})
	}
	if e.Window != nil {
		x.agg = false
		for _, a := range x.args {
			for _, inner := range a.args {
				x.agg = x.agg || inner.agg
			}
		}
		for _, p := range e.Window.Partition {
			x.part = append(x.part, take(b.resolve(p, reuse)))
		}
		for _, o := range x.order {
			x.agg = x.agg || o.x.agg
		}
		x.over = true
	}
	if e.Agg {
		x.agg = true
	}
	return x
}

// outer finds a name of the query around.
func (b *builder) outer(e *query.Expr) *expr {
	at := b
	reuse := b.reuse
	for range e.Depth {
		for at != nil && at.transparent {
			at, reuse = at.around, at.reuse
		}
		if at == nil {
			break
		}
		at, reuse = at.around, at.reuse
	}
	for at != nil && at.transparent {
		at, reuse = at.around, at.reuse
	}
	if at == nil {
		b.fail(&OuterError{Model: b.q.Model.Name, Name: e.Name})
		return &expr{e: &query.Expr{Kind: query.Const}, b: b}
	}
	named, err := at.q.Name(e.Name)
	if err != nil {
		b.fail(err)
		return &expr{e: &query.Expr{Kind: query.Const}, b: b}
	}
	x := *at.resolve(named, reuse)
	x.many = len(columnOf(named).Path) > 0
	return &x
}

// OuterError is a name of the query around in a query that stands alone.
type OuterError struct{ Model, Name string }

func (e *OuterError) Error() string {
	return fmt.Sprintf("%s: OuterRef(%q) belongs into a subquery, and this query stands alone", e.Model, e.Name)
}

// ExcludedError is a column of a row that would be inserted outside of an
// upsert.
type ExcludedError struct{ Model, Name string }

func (e *ExcludedError) Error() string {
	return fmt.Sprintf("%s: Excluded(%q) belongs into the Set of an upsert", e.Model, e.Name)
}

// quantified resolves a condition on the rows at the end of a path.
func (b *builder) quantified(e *query.Expr) *expr {
	hops, _ := hopsOf(e.Path, nil)
	in := emptyBuilder(query.New(e.Rel.To), b, aliases{})
	in.start()
	in.useRoot()
	// Back along the path up to the first hop, whose near side is the query around.
	at := 0
	for n := len(hops) - 1; n > 0; n-- {
		h := hops[n]
		back := &modelinfo.Hop{Rel: h.Rel, From: h.To, To: h.From}
		for _, p := range h.Pairs {
			back.Pairs = append(back.Pairs, modelinfo.Pair{From: p.To, To: p.From})
		}
		at = in.join(alias{model: h.From, hop: back, parent: at}, nil)
	}
	b.useRoot()
	for _, p := range hops[0].Pairs {
		in.equal(in.ref(at, p.To), b.ref(0, p.From))
	}
	in.requireFixed(at, hops[0].Fixed)
	c := e.Cond
	if c != nil && len(c.Kids) > 0 {
		if e.Quantifier == query.Every {
			c = &query.Cond{Not: true, Kids: []*query.Cond{c}}
		}
		in.addCall(c, aliases{})
	}
	exists := &expr{e: &query.Expr{Kind: query.Exists, Type: e.Type}, b: b, sub: in}
	if e.Quantifier == query.Some {
		return exists
	}
	return &expr{e: &query.Expr{Kind: query.Truth, Type: e.Type}, b: b, cond: &node{not: true, kids: []*node{{test: exists}}}}
}

// groupColumns appends the columns that an expression asks GROUP BY for
// (Django's get_group_by_cols).
func (x *expr) groupColumns(cols []*expr) []*expr {
	if x.field != nil {
		return append(cols, x)
	}
	switch x.e.Kind {
	case query.Const, query.Star:
		return cols
	case query.Raw:
		return append(cols, x)
	case query.Exists, query.Sub, query.ArraySub:
		outer := x.sub.external()
		for _, c := range outer {
			if c.many {
				return append(cols, x)
			}
		}
		return append(cols, outer...)
	case query.Over:
		for _, p := range x.part {
			cols = p.groupColumns(cols)
		}
		for _, o := range x.order {
			if o.x != nil {
				cols = o.x.groupColumns(cols)
			}
		}
		return cols
	}
	if x.e.Agg {
		return cols
	}
	if x.e.Kind == query.Truth {
		return x.cond.groupColumns(cols)
	}
	if !x.agg && !x.over {
		return append(cols, x)
	}
	x.parts(func(y *expr) { cols = y.groupColumns(cols) }, func(s *builder) { cols = append(cols, s.external()...) })
	return cols
}

// groupColumns appends the columns that a condition asks GROUP BY for.
func (n *node) groupColumns(cols []*expr) []*expr {
	n.parts(func(x *expr) { cols = x.groupColumns(cols) }, func(s *builder) { cols = append(cols, s.external()...) })
	return cols
}

// external returns the columns of the query around that this one uses.
func (b *builder) external() []*expr {
	var cols []*expr
	see := func(x *expr) {
		if x.field != nil && x.b != b && b.within(x.b) {
			cols = append(cols, x)
		}
	}
	b.walk(see)
	return cols
}

// within reports whether o is a query around b.
func (b *builder) within(o *builder) bool {
	for at := b.around; at != nil; at = at.around {
		if at == o {
			return true
		}
	}
	return false
}
