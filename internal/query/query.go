// Package query is the immutable tree that a QuerySet builds: conditions,
// annotations, columns, ordering, slices, set operations, with names resolved
// against the model and values checked. It knows names and types, no SQL text
// and no connection. Refining a query copies the parts that change; parents are
// shared, so a query is safe between goroutines.
package query

import (
	"math"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Query is one QuerySet's tree.
type Query struct {
	Model *modelinfo.Model
	// Steps are the calls whose order matters: conditions, annotations, columns,
	// operators.
	Steps []Step
	// Anns are the annotations by name that later calls see, aliases among them.
	Anns []*Annotation
	// Filtered are relations with a condition of their own.
	Filtered []*Filtered
	// Columns are what rows hold in place of objects, nil for objects.
	Columns *Columns
	// Order is that of OrderBy; without Ordered it is the model's own.
	Order    []Order
	Ordered  bool
	Reversed bool
	// Low and High are the slice, High -1 for an open end.
	Low, High int
	// Distinct drops equal rows; On are the columns that make them equal (DISTINCT
	// ON).
	Distinct bool
	On       []*Expr
	// None matches nothing and sends nothing.
	None bool
	// AllRows allows Update and Delete without a condition.
	AllRows bool
	// Deleted is which rows of a soft delete are seen.
	Deleted Deleted
	// Mask is which columns of objects are loaded, nil for all.
	Mask *Mask
	// Related are loaded by joins in the same statement.
	Related *Tree
	// Prefetched are loaded by statements of their own.
	Prefetched []Prefetch
	// Set is the set operation that the query stands for, nil for none.
	Set *Set
	// Fence limits the rows, and those of every query and join within, to a
	// tenant's; nil for no limit.
	Fence *Fence

	size  size        // of its conditions, annotations and orders
	steps *room[Step] // of Steps

	// slots are what the Slots of a registered body stand for while it is resolved.
	slots []*Expr
	// Lock is how the rows of objects are locked, nil for not at all.
	Lock *Lock
}

// Lock is how rows are locked until the transaction ends.
type Lock struct {
	NoKey, NoWait, SkipLocked bool
}

// Locked locks the rows.
func (q *Query) Locked(l Lock) *Query {
	return q.changed(func(n *Query) { n.Lock = &l })
}

// Deleted is which rows of a model with a soft delete are seen.
type Deleted uint8

// The rows of a model with a soft delete.
const (
	Live        Deleted = iota // those that are not deleted
	WithDeleted                // all
	OnlyDeleted                // those that are
)

// Step is one call of the chain. Exactly one of its parts is set.
type Step struct {
	Cond    *Cond
	Ann     *Annotation
	Columns *Columns
	Combine *Combine
	// Sticky reports whether the next Cond is about the same related rows.
	Sticky bool
}

// Annotation is an expression with a name.
type Annotation struct {
	Name string
	Expr *Expr
	// Hidden is an alias: for other expressions, not for rows.
	Hidden bool

	size size // of Expr
}

// Columns are what rows hold in place of objects.
type Columns struct {
	Names []Column
	// Grouped reports whether equal rows are one.
	Grouped bool
}

// Column is one of them: an annotation by its name, or an expression over the
// model's columns.
type Column struct {
	Name string
	Ann  *Annotation
	Expr *Expr
}

// Filtered is a relation with a condition of its own, by a name.
type Filtered struct {
	Name string
	Path []*modelinfo.Relation
	// Cond is written from the model's side of the relation, with Name as the first
	// step.
	Cond *Cond
}

// Set is a set operation over whole queries.
type Set struct {
	Op    SetOp
	All   bool
	Parts []*Query
}

// SetOp is UNION, INTERSECT or EXCEPT.
type SetOp uint8

// The set operations.
const (
	Union SetOp = iota
	Intersect
	Except
)

// String returns the QuerySet method of the operation.
func (o SetOp) String() string { return [...]string{"Union", "Intersection", "Difference"}[o] }

// Combine joins the conditions of another query of the same model.
type Combine struct {
	Conn  Conn
	Other *Query
}

// Prefetch is a relation, or a path of relations, to load by a statement each.
type Prefetch struct {
	Path []Link
	// With is the query of the last relation's rows, nil for all.
	With *Query
}

// Link is one relation of the path of a Prefetch.
type Link struct {
	Rel *modelinfo.Relation
	// Field is the Go field that holds its objects, "" for the relation's own.
	Field string
}

// New returns the query of every row of m.
func New(m *modelinfo.Model) *Query { return &Query{Model: m, High: -1} }

func (q *Query) clone() *Query {
	c := *q
	return &c
}

// changed returns a copy of q that change has changed.
func (q *Query) changed(change func(n *Query)) *Query {
	n := q.clone()
	change(n)
	return n
}

// Sliced reports whether rows were cut off, after which a query can no longer
// be refined by conditions.
func (q *Query) Sliced() bool { return q.High >= 0 || q.Low > 0 }

// Limit returns how many rows the slice holds at most, -1 for no limit.
func (q *Query) Limit() int {
	if q.High < 0 {
		return -1
	}
	return q.High - q.Low
}

// Empty reports whether no row can match, whatever the database holds.
func (q *Query) Empty() bool { return q.None || q.High >= 0 && q.High <= q.Low }

func (q *Query) addStep(s Step) *Query {
	n := q.clone()
	n.Steps, n.steps = grown(q.Steps, q.steps, s)
	return n
}

// With adds a call's condition. The neutral condition (nil) changes nothing.
func (q *Query) With(c *Cond) *Query {
	if c == nil {
		return q
	}
	return q.addCond(Step{Cond: c})
}

// addCond adds a condition and its size.
func (q *Query) addCond(s Step) *Query {
	n := q.addStep(s)
	n.size = q.size.plus(sizeOfCond(s.Cond))
	return n
}

// CheckSize returns an error if the query is beyond a limit.
func (q *Query) CheckSize() error { return q.size.check(q.Model.Name) }

// Tied adds a condition that the next call's shares its joins with, as if both
// were one call (Django's _next_is_sticky).
func (q *Query) Tied(c *Cond) *Query { return q.addCond(Step{Cond: c, Sticky: true}) }

// Extend replaces the last call's condition.
func (q *Query) Extend(c *Cond) *Query {
	n := q.clone()
	n.Steps = append(slices.Clip(q.Steps[:len(q.Steps)-1]), Step{Cond: c})
	n.size.parts++
	return n
}

// Annotate adds an expression with a name; one of the same name is replaced.
func (q *Query) Annotate(a *Annotation) *Query {
	a.size = sizeOfExpr(a.Expr)
	n := q.addStep(Step{Ann: a})
	n.size = q.size.plus(a.size)
	n.Anns = slices.Clip(q.Anns)
	if q.Annotation(a.Name) != nil {
		n.Anns = slices.DeleteFunc(slices.Clone(q.Anns), func(o *Annotation) bool { return o.Name == a.Name })
	}
	n.Anns = append(n.Anns, a)
	if q.Columns != nil && !a.Hidden {
		cols := &Columns{Names: append(slices.Clip(q.Columns.Names), Column{Name: a.Name, Ann: a})}
		n.Columns = cols
	}
	return n
}

// Annotation finds an annotation by its name, nil when there is none.
func (q *Query) Annotation(name string) *Annotation {
	for _, a := range q.Anns {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Select makes rows hold columns in place of objects. It replaces an earlier
// choice.
func (q *Query) Select(c *Columns) *Query {
	n := q.addStep(Step{Columns: c})
	n.Columns, n.Related, n.Mask = c, nil, nil
	return n
}

// FilterRelation adds a relation with a condition of its own.
func (q *Query) FilterRelation(f *Filtered) *Query {
	return q.changed(func(n *Query) {
		n.Filtered = append(slices.Clip(q.Filtered), f)
		n.size = q.size.plus(sizeOfCond(f.Cond))
	})
}

// Combine joins the conditions of another query.
func (q *Query) Combine(conn Conn, other *Query) *Query {
	n := q.addStep(Step{Combine: &Combine{conn, other}})
	n.size = q.size.plus(other.size)
	n.size.parts++
	if len(other.Order) > 0 {
		n.Order, n.Ordered = other.Order, other.Ordered
	}
	n.None = q.None && other.None
	return n
}

// OrderBy replaces the order by a copy of terms; no terms remove it. Reverse
// stays in force, as in Django.
func (q *Query) OrderBy(terms []Order) *Query {
	x := &struct { // in one piece: most orders have few terms
		q     Query
		terms [2]Order
	}{q: *q}
	n := &x.q
	n.Order, n.Ordered = nil, true
	if len(terms) > 0 {
		n.Order = slices.Clip(append(x.terms[:0], terms...))
	}
	for _, o := range terms {
		n.size = n.size.plus(sizeOfExpr(o.Expr))
	}
	return n
}

// Sorted returns q in this order, whatever its order was.
func (q *Query) Sorted(terms []Order) *Query {
	return q.changed(func(n *Query) { n.Order, n.Ordered, n.Reversed = terms, true, false })
}

// Reverse reverses the order.
func (q *Query) Reverse() *Query {
	return q.changed(func(n *Query) { n.Reversed = !q.Reversed })
}

// Slice keeps the rows from low on, up to high (-1: all), counted within an
// earlier slice.
func (q *Query) Slice(low, high int) *Query {
	return q.changed(func(n *Query) { n.Cut(low, high) })
}

// Cut changes q to its Slice, for a query that is not shared.
func (q *Query) Cut(low, high int) {
	if high >= 0 {
		high = addEnds(high, q.Low)
		if q.High >= 0 {
			high = min(high, q.High)
		}
		q.High = high
	}
	q.Low = addEnds(q.Low, low)
	if q.High >= 0 {
		q.Low = min(q.Low, q.High)
	}
	if q.High >= 0 && q.Low == q.High {
		q.None = true
	}
}

// addEnds adds two ends of slices; beyond the greatest int it is that.
func addEnds(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// Objects returns the rows of q that meet conds, each that of a call, up to
// limit: whole, in no order and without related objects.
func (q *Query) Objects(limit int, conds []*Cond) *Query {
	x := &struct { // in one piece: most are found by few columns
		q     Query
		steps [2]Step
	}{q: *q}
	n := &x.q
	n.Order, n.Ordered, n.Related, n.Mask = nil, true, nil, nil
	n.High = addEnds(q.Low, limit)
	n.Steps, n.steps = append(x.steps[:0], q.Steps...), nil
	for _, c := range conds {
		if c != nil {
			n.Steps = append(n.Steps, Step{Cond: c})
			n.size = n.size.plus(sizeOfCond(c))
		}
	}
	return n
}

// WithLimit sets the most rows.
func (q *Query) WithLimit(limit int) *Query {
	return q.changed(func(n *Query) { n.High = addEnds(q.Low, limit) })
}

// WithOffset sets how many rows are left out at the front.
func (q *Query) WithOffset(offset int) *Query {
	c := q.clone()
	if q.High >= 0 {
		c.High = addEnds(q.High-q.Low, offset)
	}
	c.Low = offset
	return c
}

// Unique drops equal rows, or with columns all but the first of those where the
// columns are equal.
func (q *Query) Unique(on []*Expr) *Query {
	return q.changed(func(n *Query) { n.Distinct, n.On = true, on })
}

// Nothing matches no row.
func (q *Query) Nothing() *Query {
	return q.changed(func(n *Query) { n.None = true })
}

// Every allows an update or a delete of all rows.
func (q *Query) Every() *Query {
	return q.changed(func(n *Query) { n.AllRows = true })
}

// Seeing sets which rows of a soft delete are seen.
func (q *Query) Seeing(d Deleted) *Query {
	return q.changed(func(n *Query) { n.Deleted = d })
}

// Combined returns the set operation over q and the others.
func (q *Query) Combined(op SetOp, all bool, others []*Query) *Query {
	n := q.clone()
	n.Set = &Set{Op: op, All: all, Parts: append([]*Query{q}, others...)}
	for _, o := range others {
		n.size = n.size.plus(o.size)
		n.size.parts++
	}
	n.size.depth++
	n.Order, n.Ordered = nil, true
	n.Low, n.High, n.None = 0, -1, false
	return n
}

// SelectRelated adds paths of relations that are joined.
func (q *Query) SelectRelated(paths [][]*modelinfo.Relation) *Query {
	return q.changed(func(n *Query) { n.Related = q.Related.with(paths) })
}

// Unrelated forgets relations that were to be joined.
func (q *Query) Unrelated() *Query {
	return q.changed(func(n *Query) { n.Related = nil })
}

// Prefetch adds relations that are fetched by statements of their own; nil
// forgets all.
func (q *Query) Prefetch(list []Prefetch) *Query {
	n := q.clone()
	if list == nil {
		n.Prefetched = nil
		return n
	}
	n.Prefetched = append(slices.Clip(q.Prefetched), list...)
	return n
}

// Tree is relations to load, each with those to load from there.
type Tree struct {
	Rel  *modelinfo.Relation // nil at the root
	Kids []*Tree
}

// with returns the tree with paths added.
func (t *Tree) with(paths [][]*modelinfo.Relation) *Tree {
	n := &Tree{}
	if t != nil {
		n.Rel, n.Kids = t.Rel, slices.Clone(t.Kids)
	}
	for _, p := range paths {
		if len(p) == 0 {
			continue
		}
		i := slices.IndexFunc(n.Kids, func(k *Tree) bool { return k.Rel == p[0] })
		if i < 0 {
			n.Kids = append(n.Kids, &Tree{Rel: p[0]})
			i = len(n.Kids) - 1
		}
		n.Kids[i] = n.Kids[i].with([][]*modelinfo.Relation{p[1:]})
	}
	return n
}

// Whole returns q if nothing was cut off, else the query of the rows that
// its slice holds.
func (q *Query) Whole() *Query {
	if !q.Sliced() || len(q.Model.Key) != 1 {
		return q
	}
	key := q.Model.Key[0]
	rows := q.Select(&Columns{Names: []Column{{Name: key.Column, Expr: FieldRef(key)}}})
	leaf := &Leaf{Left: FieldRef(key), Op: lookup.In, Value: Value{Kind: Rows, Sub: rows}}
	return New(q.Model).Seeing(q.Deleted).Within(q.Fence).With(&Cond{Kids: []*Cond{{Leaf: leaf}}})
}
