package compile

import (
	"strconv"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Select reads the rows of q with the relations that it joins.
func Select(q *query.Query, loc *time.Location) (*Stmt, error) {
	b := newBuilder(q, loc)
	objects := []Object{{Fields: q.Model.Reads, Model: q.Model, Parent: -1}}
	at := []int{0}
	for _, rel := range q.Related {
		i, _ := b.joinPath([]*modelinfo.Relation{rel})
		objects = append(objects, Object{Fields: rel.To.Reads, Model: rel.To, Parent: 0, Rel: rel})
		at = append(at, i)
	}
	orders, err := b.orders()
	if err != nil {
		return nil, err
	}
	b.str("SELECT ")
	first := true
	for i, o := range objects {
		for _, f := range o.Fields {
			if !first {
				b.str(", ")
			}
			first = false
			b.column(at[i], f)
		}
	}
	b.from()
	none, _ := b.condition()
	b.orderBy(orders)
	b.slice()
	st := b.stmt()
	st.Reads = q.Model.Table
	st.Objects = objects
	st.None = none || q.Limit == 0
	return st, nil
}

// Count counts the rows of q; of a slice those within it.
func Count(q *query.Query, loc *time.Location) *Stmt {
	b := newBuilder(q, loc)
	if q.Sliced() {
		b.str("SELECT COUNT(*) FROM (SELECT 1")
	} else {
		b.str("SELECT COUNT(*)")
	}
	b.from()
	none, _ := b.condition()
	if q.Sliced() {
		b.slice()
		b.str(") \"subquery\"")
	}
	st := b.stmt()
	st.Reads = q.Model.Table
	st.None = none || q.Limit == 0
	return st
}

// Exists reads one constant when q has a row.
func Exists(q *query.Query, loc *time.Location) *Stmt {
	b := newBuilder(q, loc)
	b.str("SELECT 1")
	b.from()
	none, _ := b.condition()
	none = none || q.Limit == 0
	one := *q
	one.Limit = 1
	b.q = &one
	b.slice()
	st := b.stmt()
	st.Reads = q.Model.Table
	st.None = none
	return st
}

// ordered is a term with its join.
type ordered struct {
	alias int
	order query.Order
}

func (b *builder) orders() ([]ordered, error) {
	terms, err := b.q.Orders()
	if err != nil {
		return nil, err
	}
	var out []ordered
	for _, o := range terms {
		at, _ := b.joinPath(o.Column.Path)
		repeated := false
		for _, done := range out { // a column named twice: its first place decides
			repeated = repeated || done.alias == at && done.order.Column.Field == o.Column.Field
		}
		if !repeated {
			out = append(out, ordered{at, o})
		}
	}
	return out, nil
}

func (b *builder) orderBy(terms []ordered) {
	for i, t := range terms {
		if i == 0 {
			b.str(" ORDER BY ")
		} else {
			b.str(", ")
		}
		b.column(t.alias, t.order.Column.Field)
		if t.order.Desc {
			b.str(" DESC")
		} else {
			b.str(" ASC")
		}
		switch t.order.Nulls {
		case query.NullsFirst:
			b.str(" NULLS FIRST")
		case query.NullsLast:
			b.str(" NULLS LAST")
		}
	}
}

// slice writes LIMIT and OFFSET as literals: the planner then knows how few rows are wanted.
func (b *builder) slice() {
	if b.q.Limit >= 0 {
		b.str(" LIMIT ")
		b.buf = strconv.AppendInt(b.buf, int64(b.q.Limit), 10)
	}
	if b.q.Offset > 0 {
		b.str(" OFFSET ")
		b.buf = strconv.AppendInt(b.buf, int64(b.q.Offset), 10)
	}
}
