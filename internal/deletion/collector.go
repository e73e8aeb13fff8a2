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
// others, and the rows that refuse it. It reads here; apply writes.
type collector struct {
	s *store.State
	g *Graph
	// hooks reports whether GORM's delete hooks run, for cascaded rows too.
	hooks bool
	// now is the time of a soft delete: one time for all its rows, by which
	// Restore recognizes them.
	now   time.Time
	found map[*Node]*found
	// protected and restricted are rows that refuse, in the order of the walk.
	protected, restricted []blocked
	count                 Count
}

// found holds the rows of a node, each once.
type found struct {
	rows []*row
	seen map[any]bool
	// walked is the number of rows whose referring rows were read within the
	// node's step.
	walked int
}

// row is a row to delete, mark or restore.
type row struct {
	// at holds the columns that the walk needs; obj is the object that hooks
	// and receivers see. They differ for an object of the caller when the walk
	// needs more than its key.
	at, obj reflect.Value
	handed  bool
	hooks   *store.Hooks
}

// blocked is a row that refuses by a foreign key.
type blocked struct {
	edge *Edge
	at   reflect.Value
}

// newCollector begins a delete or a restore.
func newCollector(s *store.State, mode Mode, hooks bool) (*collector, error) {
	c := &collector{s: s, hooks: hooks && !s.SkipHooks, now: s.DB.NowFunc().Truncate(time.Microsecond), found: map[*Node]*found{},
		count: Count{By: map[string]int64{}}}
	var err error
	if c.g, err = NewGraph(s.Model, mode, func(m *modelinfo.Model) bool { return mode != Restoring && c.observed(m) }); err != nil {
		return nil, s.Mistaken("", err)
	}
	if k := c.g.Declared; k != nil && len(s.Registry.Models()) == 0 {
		if s.Conn.Opened() {
			return nil, fmt.Errorf("repo: %s: %s is %s, and other models may refer to %s too, which nobody knows: name all models of the database in gormango.Config.Models",
				s.Model.Name, k.Name(), k.OnDelete, k.To.Name)
		}
	}
	return c, nil
}

// observed reports whether hooks or receivers see each row of a model, so that it
// is read whole.
func (c *collector) observed(m *modelinfo.Model) bool {
	return c.s.Registry.Signals.Any(signal.PreDelete, m.Type) || c.s.Registry.Signals.Any(signal.PostDelete, m.Type) || c.hooked(m)
}

func (c *collector) hooked(m *modelinfo.Model) bool {
	return c.hooks && (m.Schema.BeforeDelete || m.Schema.AfterDelete)
}

// of returns the state for cascaded objects of a model.
func (c *collector) of(m *modelinfo.Model) *store.State {
	to := *c.s
	to.Model, to.Query = m, query.New(m)
	return &to
}

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
		f = &found{seen: map[any]bool{}}
		c.found[n] = f
	}
	id := param.ObjectKey(ctx, r.at, n.Model.Key)
	if f.seen[id] {
		return false
	}
	f.seen[id] = true
	f.rows = append(f.rows, r)
	return true
}

// take adds rows that were read, and runs the hooks for found rows: AfterFind
// where they are whole, and BeforeDelete.
func (c *collector) take(ctx context.Context, n *Node, objs []reflect.Value) error {
	s := c.of(n.Model)
	for _, o := range objs {
		r := &row{at: o.Elem(), obj: o.Elem()}
		if !c.add(ctx, n, r) || !n.Whole {
			continue
		}
		if err := s.Hooks(ctx, o.Interface()).Run(store.AfterFound); err != nil {
			return err
		}
		if err := c.before(ctx, s, r); err != nil {
			return err
		}
	}
	return nil
}

// before runs the BeforeDelete hook of an object.
func (c *collector) before(ctx context.Context, s *store.State, r *row) error {
	if !c.hooked(s.Model) {
		return nil
	}
	r.hooks = s.Hooks(ctx, r.obj.Addr().Interface())
	return r.hooks.Run(store.BeforeDelete)
}

// walk finds every cascaded row. A foreign key is followed once for all rows
// that it leads to; between models that refer to each other, or to themselves,
// once for each generation.
func (c *collector) walk(ctx context.Context) error {
	for _, step := range c.g.Steps {
		for again := true; again; {
			again = false
			for _, n := range step {
				f := c.found[n]
				if f == nil || len(n.Within) == 0 || f.walked == len(f.rows) {
					continue
				}
				fresh := f.rows[f.walked:]
				f.walked, again = len(f.rows), true
				for _, e := range n.Within {
					if err := c.follow(ctx, e, fresh); err != nil {
						return err
					}
				}
			}
		}
		for _, n := range step {
			if err := c.leave(ctx, n); err != nil {
				return err
			}
		}
	}
	return c.refused(ctx)
}

// leave follows the foreign keys out of a node whose rows are all known.
func (c *collector) leave(ctx context.Context, n *Node) error {
	rows := c.rows(n)
	if len(rows) == 0 {
		return nil
	}
	for _, e := range n.Cascades {
		if err := c.follow(ctx, e, rows); err != nil {
			return err
		}
	}
	for _, e := range n.Protects {
		objs, err := c.referring(ctx, e, rows, holderColumns(e))
		if err != nil {
			return err
		}
		c.protected = append(c.protected, blocks(e, objs)...)
	}
	if len(c.protected) > 0 {
		return nil // restricted rows do not matter any more
	}
	for _, e := range n.Restricts {
		objs, err := c.referring(ctx, e, rows, c.restrictColumns(e))
		if err != nil {
			return err
		}
		c.restricted = append(c.restricted, blocks(e, objs)...)
	}
	return nil
}

// follow reads the rows that cascade by a foreign key.
func (c *collector) follow(ctx context.Context, e *Edge, to []*row) error {
	n := c.g.Node(e.Key.From)
	objs, err := c.referring(ctx, e, to, n.Reads())
	if err != nil {
		return err
	}
	return c.take(ctx, n, objs)
}

// referring reads rows that refer to others. A soft delete sees only live rows,
// any other delete sees all: a hidden row holds its foreign key as well.
func (c *collector) referring(ctx context.Context, e *Edge, to []*row, columns []*modelinfo.Field) ([]reflect.Value, error) {
	in, any := among(ctx, e, to)
	if !any {
		return nil, nil
	}
	objs, err := c.s.Structs(ctx, compile.SelectAmong(e.Key.From, columns, in, c.g.Mode == Soft))
	return objs, err
}

// among returns the values by which rows refer to others by a foreign key.
func among(ctx context.Context, e *Edge, to []*row) (in compile.Among, any bool) {
	at := make([]reflect.Value, len(to))
	for i, r := range to {
		at[i] = r.at
	}
	in, any = valuesOf(ctx, e.Refs(), at)
	in.Columns, in.Fixed = e.From(), e.Key.Fixed
	return in, any
}

// valuesOf returns the values of columns in structs, without those with a NULL,
// which nothing refers to.
func valuesOf(ctx context.Context, fields []*modelinfo.Field, at []reflect.Value) (in compile.Among, any bool) {
	lists := make([][]interface{}, len(fields))
	tuple := make([]interface{}, len(fields))
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

func blocks(e *Edge, objs []reflect.Value) []blocked {
	out := make([]blocked, len(objs))
	for i, o := range objs {
		out[i] = blocked{e, o.Elem()}
	}
	return out
}

// holderColumns returns the columns by which an error names a row.
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

// refused returns the error for the rows that refuse, without restricting rows
// that are deleted as well.
func (c *collector) refused(ctx context.Context) error {
	if len(c.protected) > 0 {
		return c.s.Public(&Refusal{Model: c.s.Model.Name, Protected: true, Holders: holdersOf(ctx, c.protected)})
	}
	keys := map[*Edge]map[any]bool{}
	left := slices.DeleteFunc(c.restricted, func(b blocked) bool {
		from := b.edge.Key.From
		if n := c.g.Node(from); n != nil {
			return c.found[n] != nil && c.found[n].seen[param.ObjectKey(ctx, b.at, from.Key)]
		}
		leaf := c.g.Leaf(from)
		return leaf != nil && slices.ContainsFunc(leaf.Edges, func(e *Edge) bool {
			if keys[e] == nil {
				keys[e] = map[any]bool{}
				for _, r := range c.rows(e.To) {
					keys[e][param.ObjectKey(ctx, r.at, e.Refs())] = true
				}
			}
			id := param.ObjectKey(ctx, b.at, e.From())
			return id != nil && keys[e][id] && !slices.ContainsFunc(e.Key.Fixed, func(f modelinfo.Fixed) bool {
				return param.ObjectKey(ctx, b.at, []*modelinfo.Field{f.Field}) != param.Key(f.Field.Type, f.Value)
			})
		})
	})
	if len(left) > 0 {
		return c.s.Public(&Refusal{Model: c.s.Model.Name, Holders: holdersOf(ctx, left)})
	}
	return nil
}

// holdersOf returns rows as an error names them, each once.
func holdersOf(ctx context.Context, list []blocked) []Holder {
	type id struct{ model, key any }
	var out []Holder
	seen := map[id]bool{}
	for _, b := range list {
		m := b.edge.Key.From
		h := Holder{Model: m.Name, Relation: b.edge.Key.Name()}
		var parts []any
		for _, f := range m.Key {
			parts = append(parts, param.Of(ctx, b.at, f))
		}
		switch len(parts) {
		case 0:
		case 1:
			h.Key = parts[0]
		default:
			h.Key = parts
		}
		if i := (id{m, param.ObjectKey(ctx, b.at, m.Key)}); len(parts) > 0 {
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

// Holder is an object that prevents a delete, as repo.Holder says.
type Holder struct {
	Model    string
	Key      any
	Relation string
}

// Refusal is what a *repo.ProtectedError or a *repo.RestrictedError says.
type Refusal struct {
	Model     string
	Protected bool
	Holders   []Holder
}

func (e *Refusal) Error() string { return "repo: " + e.Model + " cannot be deleted" }
