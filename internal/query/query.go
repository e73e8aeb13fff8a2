// Package query is the immutable tree that a QuerySet builds: conditions with
// resolved paths and checked values, ordering, slices, eager loading. It knows
// names and types, no SQL text and no connection. Refining a query copies the
// parts that change; parents are shared, so a query is safe between goroutines.
package query

import (
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Query is one QuerySet's tree.
type Query struct {
	Model *modelinfo.Model
	// Calls are ANDed: one for each Filter, Exclude and Where call, since a
	// call is the unit that shares joins.
	Calls []*Cond
	// Order is what OrderBy said; Ordered tells "no order" from "the model's own order".
	Order    []Order
	Ordered  bool
	Reversed bool
	// Limit is the most rows, -1 for no limit.
	Limit  int
	Offset int
	// None matches nothing and sends nothing.
	None bool
	// AllRows allows Update and Delete without a condition.
	AllRows bool
	// WithDeleted shows rows that a soft delete has hidden.
	WithDeleted bool
	// Related are loaded by joins in the same statement, Prefetched by a statement each.
	Related    []*modelinfo.Relation
	Prefetched []*modelinfo.Relation
}

// New is the query of every row of m.
func New(m *modelinfo.Model) *Query { return &Query{Model: m, Limit: -1} }

func (q *Query) clone() *Query {
	c := *q
	return &c
}

// Sliced says that a limit or an offset was set, after which a query can no
// longer be refined by conditions.
func (q *Query) Sliced() bool { return q.Limit >= 0 || q.Offset > 0 }

// With adds a call's condition. The neutral condition (nil) changes nothing.
func (q *Query) With(c *Cond) *Query {
	if c == nil {
		return q
	}
	n := q.clone()
	n.Calls = append(slices.Clip(q.Calls), c)
	return n
}

// Extend replaces the last call's condition.
func (q *Query) Extend(c *Cond) *Query {
	n := q.clone()
	n.Calls = append(slices.Clip(q.Calls[:len(q.Calls)-1]), c)
	return n
}

// OrderBy replaces the order; no terms remove it.
func (q *Query) OrderBy(terms []Order) *Query {
	n := q.clone()
	n.Order, n.Ordered, n.Reversed = terms, true, false
	return n
}

// Reverse turns the order round.
func (q *Query) Reverse() *Query {
	n := q.clone()
	n.Reversed = !q.Reversed
	return n
}

// WithLimit sets the most rows.
func (q *Query) WithLimit(n int) *Query {
	c := q.clone()
	c.Limit = n
	return c
}

// WithOffset sets how many rows are left out at the front.
func (q *Query) WithOffset(n int) *Query {
	c := q.clone()
	c.Offset = n
	return c
}

// Nothing matches no row.
func (q *Query) Nothing() *Query {
	n := q.clone()
	n.None = true
	return n
}

// Every allows an update or a delete of all rows.
func (q *Query) Every() *Query {
	n := q.clone()
	n.AllRows = true
	return n
}

// Deleted shows rows that a soft delete has hidden.
func (q *Query) Deleted() *Query {
	n := q.clone()
	n.WithDeleted = true
	return n
}

// SelectRelated adds relations that are joined.
func (q *Query) SelectRelated(rels []*modelinfo.Relation) *Query {
	n := q.clone()
	n.Related = union(q.Related, rels)
	return n
}

// PrefetchRelated adds relations that are fetched by statements of their own.
func (q *Query) PrefetchRelated(rels []*modelinfo.Relation) *Query {
	n := q.clone()
	n.Prefetched = union(q.Prefetched, rels)
	return n
}

func union(old, more []*modelinfo.Relation) []*modelinfo.Relation {
	all := slices.Clip(old)
	for _, r := range more {
		if !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}
