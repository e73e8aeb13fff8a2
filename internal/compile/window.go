package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/query"
)

func (b *builder) window(x *expr) {
	if x.args[0].field != nil {
		b.written(x.args[0])
		b.over(x)
		return
	}
	b.withDefault(x.args[0], func() {
		b.call(x.args[0])
		b.over(x)
	})
}

func (b *builder) over(x *expr) {
	b.str(" OVER (")
	for i, p := range x.part {
		b.sep(i, "PARTITION BY ", ", ")
		b.written(p)
	}
	if len(x.order) > 0 {
		sep := "ORDER BY "
		if len(x.part) > 0 {
			sep = " ORDER BY "
		}
		b.orderTerms(x.order, sep)
	}
	if f := x.e.Window.Frame; f != nil {
		if len(x.part) > 0 || len(x.order) > 0 {
			b.str(" ")
		}
		b.frame(f)
	}
	b.str(")")
}

func (b *builder) frame(f *query.Frame) {
	if f.Range {
		b.str("RANGE BETWEEN ")
	} else {
		b.str("ROWS BETWEEN ")
	}
	end := func(n *int, unbounded string) {
		switch {
		case n == nil:
			b.str("UNBOUNDED " + unbounded)
		case *n == 0:
			b.str("CURRENT ROW")
		case *n < 0:
			b.str(strconv.Itoa(-*n) + " PRECEDING")
		default:
			b.str(strconv.Itoa(*n) + " FOLLOWING")
		}
	}
	end(f.Start, "PRECEDING")
	b.str(" AND ")
	end(f.End, "FOLLOWING")
	if f.Exclude != "" {
		b.str(" EXCLUDE " + f.Exclude)
	}
}

// orderTerms writes terms of an order.
func (b *builder) orderTerms(terms []ordered, before string) {
	for i, t := range terms {
		if i == 0 {
			b.str(before)
		} else {
			b.str(", ")
		}
		b.term(t.x)
		b.direction(t)
	}
}

// term writes a term of an order; nil stands for chance.
func (b *builder) term(x *expr) {
	if x == nil {
		b.str("RANDOM()")
	} else {
		b.written(x)
	}
}

func (b *builder) direction(t ordered) {
	if t.desc {
		b.str(" DESC")
	} else {
		b.str(" ASC")
	}
	switch t.nulls {
	case query.NullsFirst:
		b.str(" NULLS FIRST")
	case query.NullsLast:
		b.str(" NULLS LAST")
	}
}
