package compile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/gormango/gormango/internal/query"
)

// Aggregate computes expressions of aggregate functions over all rows of q: one
// row, a column for each (Django's Query.get_aggregation). A slice, groups,
// equal rows that are dropped, set operations, and aggregates or windows that q
// has already become a query within. Where no row can match, the statement is
// None and values holds the values; it is nil and the statement is to be sent
// where those have to be computed.
func Aggregate(q *query.Query, aggs []*query.Annotation) (st *Stmt, values []any, err error) {
	b := newBuilder(q, nil, nil)
	xs := make([]*expr, len(aggs))
	for i, a := range aggs {
		xs[i] = b.resolve(a.Expr, nil)
	}
	start, t := b.mark(), open
	switch {
	case q.Empty():
		t = empty
	case b.aggregatesRows(xs):
		t = b.overRows(xs, aggs)
	default:
		b.useRoot()
		b.writeResults(xs, aggs)
		b.from()
		where, _, _ := b.splitCond(b.where, false, false)
		t = b.condition(where, " WHERE ")
	}
	if t == empty {
		if values = emptyValues(xs); values == nil {
			t = open
			b.back(start)
			for i, x := range xs {
				xs[i] = x.mapped(b.emptyValue)
			}
			b.writeResults(xs, aggs)
		}
	}
	if st, err = b.reads(t); err != nil {
		return nil, nil, err
	}
	for i, x := range xs {
		st.Columns = append(st.Columns, Column{Name: aggs[i].Name, Type: x.typ()})
	}
	return st, values, nil
}

// aggregatesRows reports whether the rows of b become a query within, over
// which the aggregates are computed.
func (b *builder) aggregatesRows(xs []*expr) bool {
	if agg, over := b.aggregates(); agg || over || b.group == byColumns || b.q.Sliced() || b.q.Distinct || b.q.Set != nil {
		return true
	}
	nests := false
	b.references(xs, func(x *expr, a *annotation) {
		if a != nil {
			nests = nests || x.over
			x.walk(func(y *expr) { nests = nests || y.sub != nil })
		}
	})
	return nests
}

// references calls fn for the annotations and columns of b that expressions
// use, once for each place.
func (b *builder) references(xs []*expr, fn func(x *expr, a *annotation)) {
	for _, x := range xs {
		x.mapped(func(y *expr) *expr {
			for i := range b.anns {
				if b.anns[i].x == y {
					fn(y, &b.anns[i])
					return y
				}
			}
			if y.field != nil && y.b == b {
				fn(y, nil)
				return y
			}
			if y.sub != nil && slices.ContainsFunc(y.sub.external(), func(z *expr) bool { return z.b == b }) {
				b.fail(errors.New("a subquery in an aggregate cannot name columns of rows that are sliced, grouped or combined (Annotate it first)"))
			}
			return nil
		})
	}
}

// writeResults writes the columns of the one row.
func (b *builder) writeResults(xs []*expr, aggs []*query.Annotation) {
	for i, x := range xs {
		b.sep(i, "SELECT ", ", ")
		b.written(x)
		b.str(" AS ")
		b.name(aggs[i].Name)
	}
}

// overRows computes over the rows of b as a query within.
func (b *builder) overRows(xs []*expr, aggs []*query.Annotation) truth {
	var uses []*expr
	hidden := map[*expr]string{}
	b.references(xs, func(x *expr, a *annotation) {
		if !slices.ContainsFunc(uses, x.same) {
			uses = append(uses, x)
			if a != nil && a.of.Hidden {
				hidden[x] = a.of.Name
			}
		}
	})
	if b.q.Set == nil { // columns that are computed over are part of the rows, and of what groups them
		for i, x := range uses {
			if x.field == nil || slices.ContainsFunc(b.anns, func(a annotation) bool { return a.x == x }) {
				continue
			}
			name := "gormango_" + strconv.Itoa(i+1)
			if b.chosen && b.q.Distinct {
				b.cols = append(b.cols, column{x: x, name: name})
			} else {
				b.anns = append(b.anns, annotation{of: &query.Annotation{Name: name}, x: x})
			}
		}
	}
	s := shape{unordered: !b.q.Sliced(), bare: true, nested: true, named: true}
	p := b.plan(s)
	at := make([]int, len(uses))
	for i, x := range uses {
		at[i] = slices.IndexFunc(p.sel, func(c selected) bool { return c.x == x })
		if at[i] < 0 {
			at[i] = slices.IndexFunc(p.sel, func(c selected) bool { return c.x.same(x) })
		}
		switch {
		case at[i] >= 0:
		case b.q.Set != nil:
			b.fail(fmt.Errorf("an aggregate after %s is about the columns that it selects", b.q.Set.Op))
			return open
		default:
			name := hidden[x]
			if name == "" {
				name = "gormango_" + strconv.Itoa(i+1)
			}
			at[i] = len(p.sel)
			for j := range p.order { // columns that only the order needs move back
				if p.order[j].position > at[i] {
					p.order[j].position++
				}
			}
			p.sel = append(p.sel, selected{x: x, name: name})
		}
	}
	outer := make([]*expr, len(xs))
	for i, x := range xs {
		outer[i] = x.mapped(func(y *expr) *expr {
			n := slices.IndexFunc(uses, y.same)
			if n < 0 {
				return nil
			}
			return &expr{e: &query.Expr{Kind: query.Raw, Name: `"subquery"."c` + strconv.Itoa(at[n]+1) + `"`, Type: y.typ()}, b: b}
		})
	}
	b.writeResults(outer, aggs)
	b.str(" FROM (")
	if b.writePlan(p, s) == empty {
		return empty
	}
	b.str(`) "subquery"`)
	for i := range p.sel {
		b.sep(i, " (", ", ")
		b.name("c" + strconv.Itoa(i+1))
	}
	if len(p.sel) > 0 {
		b.str(")")
	}
	return open
}

// same reports whether y is x, or the same column.
func (x *expr) same(y *expr) bool {
	return x == y || x.field != nil && x.field == y.field && x.b == y.b && x.at == y.at
}

// emptyValues returns the values of expressions over no rows; nil if one
// needs the database.
func emptyValues(xs []*expr) []any {
	vals := make([]any, len(xs))
	for i, x := range xs {
		if vals[i] = x.e.Value; vals[i] == nil {
			vals[i] = x.e.Empty
		}
		if x.field != nil || x.e.Kind != query.Func || !x.e.Agg {
			return nil
		}
	}
	return vals
}

// emptyValue returns an aggregate's value over no rows as a constant.
func (b *builder) emptyValue(x *expr) *expr {
	if x.field != nil || !x.e.Agg {
		return nil
	}
	c := &query.Expr{Kind: query.Const, Value: x.e.Value, Type: x.e.Type}
	if c.Value == nil {
		c.Value = x.e.Empty
	}
	return &expr{e: c, b: b}
}
