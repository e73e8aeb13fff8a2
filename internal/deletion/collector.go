package deletion

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/store"
)

// collector finds the rows that are deleted, marked or restored together with
// others, and the rows that prevent it. Its methods in this file read, those in
// apply.go write.
type collector struct {
	s *store.State
	g *Graph
	// hooks reports whether GORM's delete hooks run, for cascaded rows too.
	hooks bool
	// deletionTime is the time of a soft delete. All rows have the same one, by
	// which Restore recognizes them.
	deletionTime time.Time
	found        map[*Node]*nodeRows
	// protected and restricted are the rows that prevent the deletion by
	// models.Protect and models.Restrict, in the order of the walk.
	protected, restricted []blocker
	count                 Count
}

// nodeRows holds the rows of a node, each once.
type nodeRows struct {
	rows []*row
	seen map[any]bool
	// walkedRows is the number of rows whose referring rows were read within the
	// node's step.
	walkedRows int
}

// row is a row to delete, mark or restore.
type row struct {
	// values holds the columns that the walk needs, obj is the object that hooks
	// and receivers see. They differ for an object of the caller if the walk needs
	// more than its key.
	values, obj reflect.Value
	// fromCaller reports whether obj is an object of the caller.
	fromCaller bool
	hooks      *store.Hooks
}

// blocker is a row that prevents the deletion by a foreign key.
type blocker struct {
	edge   *Edge
	values reflect.Value
}

// newCollector returns the collector of a delete or a restore.
func newCollector(s *store.State, mode Mode, hooks bool) (*collector, error) {
	c := &collector{s: s, hooks: hooks && !s.SkipHooks, deletionTime: s.DB.NowFunc().Truncate(time.Microsecond), found: map[*Node]*nodeRows{},
		count: Count{By: map[string]int64{}}}
	var err error
	if c.g, err = NewGraph(s.Model, mode, func(m *modelinfo.Model) bool { return mode != Restoring && c.hasObservers(m) }); err != nil {
		return nil, s.CallError("", err)
	}
	if k := c.g.Declared; k != nil && len(s.Registry.Models()) == 0 {
		if s.Conn.Opened() {
			return nil, fmt.Errorf("repo: %s: %s is %s, and models that are not named may refer to %s too (name all models of the database in gormango.Config.Models)",
				s.Model.Name, k.Name(), k.OnDelete, k.To.Name)
		}
	}
	return c, nil
}

// hasObservers reports whether hooks or receivers see each row of a model.
func (c *collector) hasObservers(m *modelinfo.Model) bool {
	return c.s.Registry.Signals.Any(signal.PreDelete, m.Type) || c.s.Registry.Signals.Any(signal.PostDelete, m.Type) || c.hasDeleteHooks(m)
}

// hasDeleteHooks reports whether the delete hooks of a model run.
func (c *collector) hasDeleteHooks(m *modelinfo.Model) bool {
	return c.hooks && (m.Schema.BeforeDelete || m.Schema.AfterDelete)
}

// stateOf returns the state for rows of a model.
func (c *collector) stateOf(m *modelinfo.Model) *store.State {
	to := *c.s
	to.Model, to.Query = m, query.New(m)
	return &to
}

// rows returns the rows of a node that were found so far.
func (c *collector) rows(n *Node) []*row {
	if f := c.found[n]; f != nil {
		return f.rows
	}
	return nil
}

// add adds a row and reports whether it is new.
func (c *collector) add(ctx context.Context, n *Node, r *row) bool {
	f := c.found[n]
	if f == nil {
		f = &nodeRows{seen: map[any]bool{}}
		c.found[n] = f
	}
	id := param.ObjectKey(ctx, r.values, n.Model.Key)
	if f.seen[id] {
		return false
	}
	f.seen[id] = true
	f.rows = append(f.rows, r)
	return true
}

// addRows adds objects that were read. For each new one whose node has
// AllColumns it runs the AfterFind and BeforeDelete hooks.
func (c *collector) addRows(ctx context.Context, n *Node, objs []reflect.Value) error {
	s := c.stateOf(n.Model)
	for _, o := range objs {
		r := &row{values: o.Elem(), obj: o.Elem()}
		if !c.add(ctx, n, r) || !n.AllColumns {
			continue
		}
		if err := s.Hooks(ctx, o.Interface()).Run(store.AfterFindHook); err != nil {
			return err
		}
		if err := c.runBeforeDelete(ctx, s, r); err != nil {
			return err
		}
	}
	return nil
}

// runBeforeDelete runs the BeforeDelete hook of a row's object.
func (c *collector) runBeforeDelete(ctx context.Context, s *store.State, r *row) error {
	if !c.hasDeleteHooks(s.Model) {
		return nil
	}
	r.hooks = s.Hooks(ctx, r.obj.Addr().Interface())
	return r.hooks.Run(store.BeforeDelete)
}

// walk finds every cascaded row. It reads the rows of a foreign key once for
// all rows that they refer to; between models that refer to each other, or to
// themselves, once for each generation.
func (c *collector) walk(ctx context.Context) error {
	for _, step := range c.g.Steps {
		for again := true; again; {
			again = false
			for _, n := range step {
				f := c.found[n]
				if f == nil || len(n.SameStep) == 0 || f.walkedRows == len(f.rows) {
					continue
				}
				unwalked := f.rows[f.walkedRows:]
				f.walkedRows, again = len(f.rows), true
				for _, e := range n.SameStep {
					if err := c.addReferrers(ctx, e, unwalked); err != nil {
						return err
					}
				}
			}
		}
		for _, n := range step {
			if err := c.walkNode(ctx, n); err != nil {
				return err
			}
		}
	}
	return c.refusal(ctx)
}

// walkNode reads the rows that refer to a node, after all rows of the node were
// found.
func (c *collector) walkNode(ctx context.Context, n *Node) error {
	rows := c.rows(n)
	if len(rows) == 0 {
		return nil
	}
	for _, e := range n.Cascades {
		if err := c.addReferrers(ctx, e, rows); err != nil {
			return err
		}
	}
	for _, e := range n.Protects {
		objs, err := c.readReferrers(ctx, e, rows, holderColumns(e))
		if err != nil {
			return err
		}
		c.protected = append(c.protected, blockersOf(e, objs)...)
	}
	if len(c.protected) > 0 {
		return nil // the error is about protected rows only
	}
	for _, e := range n.Restricts {
		objs, err := c.readReferrers(ctx, e, rows, c.restrictColumns(e))
		if err != nil {
			return err
		}
		c.restricted = append(c.restricted, blockersOf(e, objs)...)
	}
	return nil
}

// addReferrers adds the rows that cascade by a foreign key.
func (c *collector) addReferrers(ctx context.Context, e *Edge, to []*row) error {
	n := c.g.Node(e.Key.From)
	objs, err := c.readReferrers(ctx, e, to, n.Reads())
	if err != nil {
		return err
	}
	return c.addRows(ctx, n, objs)
}

// readReferrers returns the rows that refer to others by a foreign key. A soft
// delete sees only live rows, any other delete sees all: a hidden row holds its
// foreign key too.
func (c *collector) readReferrers(ctx context.Context, e *Edge, to []*row, columns []*modelinfo.Field) ([]reflect.Value, error) {
	in, ok := referrersOf(ctx, e, to)
	if !ok {
		return nil, nil
	}
	objs, err := c.s.Structs(ctx, compile.SelectAmong(e.Key.From, columns, in, c.g.Mode == Soft))
	return objs, err
}

// referrersOf returns the condition on the rows that refer to others by a
// foreign key. ok is false if there can be none.
func referrersOf(ctx context.Context, e *Edge, to []*row) (in compile.Among, ok bool) {
	at := make([]reflect.Value, len(to))
	for i, r := range to {
		at[i] = r.values
	}
	in, ok = valuesOf(ctx, e.Refs(), at)
	in.Columns, in.Fixed = e.From(), e.Key.Fixed
	return in, ok
}

// valuesOf returns the condition that columns have the values of one of the
// structs. It omits structs with a NULL, to which nothing refers. ok is false
// if none is left.
func valuesOf(ctx context.Context, fields []*modelinfo.Field, at []reflect.Value) (in compile.Among, ok bool) {
	lists := make([][]any, len(fields))
	tuple := make([]any, len(fields))
next:
	for _, rv := range at {
		for i, f := range fields {
			if tuple[i] = param.Of(ctx, rv, f); tuple[i] == nil {
				continue next
			}
		}
		for i := range fields {
			lists[i] = append(lists[i], tuple[i])
		}
	}
	in = compile.Among{Columns: fields, Types: fields}
	for _, l := range lists {
		in.Arrays = append(in.Arrays, param.Array(l))
	}
	return in, len(lists) > 0 && len(lists[0]) > 0
}

// blockersOf returns rows that were read as blockers.
func blockersOf(e *Edge, objs []reflect.Value) []blocker {
	out := make([]blocker, len(objs))
	for i, o := range objs {
		out[i] = blocker{e, o.Elem()}
	}
	return out
}

// holderColumns returns the columns that an error shows of a row.
func holderColumns(e *Edge) []*modelinfo.Field {
	if key := e.Key.From.Key; len(key) > 0 {
		return key
	}
	return e.From()
}

// restrictColumns returns holderColumns plus the columns of the foreign keys by
// which the row may cascade unread.
func (c *collector) restrictColumns(e *Edge) []*modelinfo.Field {
	columns := slices.Clone(holderColumns(e))
	leaf := c.g.Leaf(e.Key.From)
	if leaf == nil {
		return columns
	}
	need := func(f *modelinfo.Field) {
		if !slices.Contains(columns, f) {
			columns = append(columns, f)
		}
	}
	for _, e := range leaf.Edges {
		for _, f := range e.From() {
			need(f)
		}
		for _, f := range e.Key.Fixed {
			need(f.Field)
		}
	}
	return columns
}

// refusal returns the error for the rows that prevent the deletion, nil if
// there are none. Restricting rows that are deleted too do not count.
func (c *collector) refusal(ctx context.Context) error {
	if len(c.protected) > 0 {
		return c.s.Public(&Refusal{Model: c.s.Model.Name, Protected: true, Holders: holdersOf(ctx, c.protected)})
	}
	keys := map[*Edge]map[any]bool{}
	left := slices.DeleteFunc(c.restricted, func(b blocker) bool {
		from := b.edge.Key.From
		if n := c.g.Node(from); n != nil {
			return c.found[n] != nil && c.found[n].seen[param.ObjectKey(ctx, b.values, from.Key)]
		}
		leaf := c.g.Leaf(from)
		return leaf != nil && slices.ContainsFunc(leaf.Edges, func(e *Edge) bool {
			if keys[e] == nil {
				keys[e] = map[any]bool{}
				for _, r := range c.rows(e.To) {
					keys[e][param.ObjectKey(ctx, r.values, e.Refs())] = true
				}
			}
			id := param.ObjectKey(ctx, b.values, e.From())
			return id != nil && keys[e][id] && !slices.ContainsFunc(e.Key.Fixed, func(f modelinfo.Fixed) bool {
				return param.ObjectKey(ctx, b.values, []*modelinfo.Field{f.Field}) != param.Key(f.Field.Type, f.Value)
			})
		})
	})
	if len(left) > 0 {
		return c.s.Public(&Refusal{Model: c.s.Model.Name, Holders: holdersOf(ctx, left)})
	}
	return nil
}

// holdersOf returns the holders that an error lists, each once.
func holdersOf(ctx context.Context, list []blocker) []Holder {
	type id struct{ model, key any }
	var out []Holder
	seen := map[id]bool{}
	for _, b := range list {
		m := b.edge.Key.From
		h := Holder{Model: m.Name, Relation: b.edge.Key.Name()}
		var parts []any
		for _, f := range m.Key {
			parts = append(parts, param.Of(ctx, b.values, f))
		}
		switch len(parts) {
		case 0:
		case 1:
			h.Key = parts[0]
		default:
			h.Key = parts
		}
		if i := (id{m, param.ObjectKey(ctx, b.values, m.Key)}); len(parts) > 0 {
			if seen[i] {
				continue
			}
			seen[i] = true
		}
		out = append(out, h)
	}
	return out
}

// Count is the number of rows that were deleted, marked or restored, in all
// and by model.
type Count struct {
	Total int64
	By    map[string]int64
}

// Holder is an object that prevents a delete, see repo.Holder.
type Holder struct {
	Model    string
	Key      any
	Relation string
}

// Refusal is the error for a delete that other objects prevent. Package repo
// returns it as a *ProtectedError or a *RestrictedError.
type Refusal struct {
	Model     string
	Protected bool
	Holders   []Holder
}

func (e *Refusal) Error() string { return "repo: " + e.Model + " cannot be deleted" }
