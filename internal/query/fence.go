package query

import (
	"fmt"
	"slices"
	"sync"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Fence limits queries to the rows of one tenant. The tenant is a row of a
// model, or a value of a column that several models have.
type Fence struct {
	// Path is the lookup that made the fence, for errors.
	Path string
	// Key is the column of the tenant's model that holds Value. It is nil where
	// the tenant is only a value of columns named Column.
	Key    *modelinfo.Field
	Column string
	Value  any

	root *modelinfo.Model
	way  *Way // of root
	ways sync.Map
}

// Way leads from the rows of a model to their tenant: foreign keys, and the
// column behind them that holds the tenant's value.
type Way struct {
	Path  []*modelinfo.Relation
	Field *modelinfo.Field
}

// First returns the columns of the model itself that decide its tenant.
func (w *Way) First() []*modelinfo.Field {
	if len(w.Path) == 0 {
		return []*modelinfo.Field{w.Field}
	}
	var fields []*modelinfo.Field
	for _, p := range w.Path[0].Pairs {
		fields = append(fields, p.From)
	}
	return fields
}

// NewFence returns the fence of the rows of q whose lookup has a value. The
// lookup is a path of foreign keys, or a column at the end of one.
func NewFence(q *Query, path string, value any) (*Fence, error) {
	resolved, err := q.Resolve(Lookup(path, value))
	if err != nil {
		return nil, err
	}
	leaf := resolved
	for leaf.Leaf == nil && len(leaf.Kids) == 1 {
		leaf = leaf.Kids[0]
	}
	l := leaf.Leaf
	if l == nil || l.Op != lookup.Exact || l.Left.Kind != Ref || l.Left.Field == nil || l.Value.Kind != Scalar || l.Value.Beyond != 0 {
		return nil, fmt.Errorf("%s cannot be a fence: it takes one value of a column, or of a foreign key, without a lookup behind it", path)
	}
	w := &Way{Path: slices.Clone(l.Left.Path), Field: l.Left.Field}
	for _, r := range w.Path {
		if r.Kind != modelinfo.BelongsTo || len(r.Fixed) > 0 {
			return nil, fmt.Errorf("%s cannot be a fence: %s.%s is no foreign key of %s", path, r.From.Name, r.Name, r.From.Name)
		}
	}
	if n := len(w.Path); n > 0 { // the key at the end of a foreign key is the foreign key itself
		for _, p := range w.Path[n-1].Pairs {
			if len(w.Path[n-1].Pairs) == 1 && p.To == w.Field {
				w.Path, w.Field = w.Path[:n-1], p.From
				break
			}
		}
	}
	f := &Fence{Path: path, Column: w.Field.Column, Value: l.Value.Arg, root: q.Model, way: w}
	for _, r := range w.Field.Model.Relations {
		if r.Kind == modelinfo.BelongsTo && len(r.Pairs) == 1 && r.Pairs[0].From == w.Field {
			f.Key = r.Pairs[0].To
		}
	}
	if f.Key == nil && w.Field.PrimaryKey && len(w.Field.Model.Key) == 1 {
		f.Key = w.Field
	}
	return f, nil
}

// Same reports whether two fences are of one tenant.
func (f *Fence) Same(o *Fence) bool {
	return f == o || f.Key == o.Key && (f.Key != nil || f.Column == o.Column) && f.Value == o.Value
}

// Way returns how rows of a model lead to their tenant, or nil if they belong
// to none. It is the shortest way of foreign keys; of several the first one
// that cannot be NULL. Two columns of one model that both name a tenant are an
// error.
func (f *Fence) Way(m *modelinfo.Model) (*Way, error) {
	if m == f.root {
		return f.way, nil
	}
	if w, ok := f.ways.Load(m); ok {
		return w.(*Way), nil
	}
	w, err := f.find(m)
	if err == nil {
		f.ways.Store(m, w)
	}
	return w, err
}

// find searches a way breadth first.
func (f *Fence) find(m *modelinfo.Model) (*Way, error) {
	type place struct {
		model *modelinfo.Model
		path  []*modelinfo.Relation
	}
	seen := map[*modelinfo.Model]bool{m: true}
	for level := []place{{model: m}}; len(level) > 0; {
		var best *Way
		for _, at := range level {
			field, err := f.column(at.model)
			if err != nil {
				return nil, err
			}
			w := &Way{Path: at.path, Field: field}
			if field != nil && (best == nil || best.nullable() && !w.nullable()) {
				best = w
			}
		}
		if best != nil {
			return best, nil
		}
		var next []place
		for _, at := range level {
			for _, r := range at.model.Relations {
				if r.Kind == modelinfo.BelongsTo && len(r.Fixed) == 0 && !seen[r.To] {
					next = append(next, place{r.To, append(slices.Clip(at.path), r)})
				}
			}
		}
		for _, at := range next {
			seen[at.model] = true
		}
		level = next
	}
	return nil, nil
}

// nullable reports whether a row may have no way.
func (w *Way) nullable() bool {
	return w.Field.Nullable || slices.ContainsFunc(w.Path, func(r *modelinfo.Relation) bool { return r.Nullable })
}

// column returns the column of a model that holds the tenant, or nil.
func (f *Fence) column(m *modelinfo.Model) (*modelinfo.Field, error) {
	if m == f.root && len(f.way.Path) == 0 {
		return f.way.Field, nil
	}
	if f.Key == nil {
		if field := m.Field(f.Column); field != nil && field.Column == f.Column {
			return field, nil
		}
		return nil, nil
	}
	if m == f.Key.Model {
		return f.Key, nil
	}
	var found *modelinfo.Field
	for _, r := range m.Relations {
		if r.Kind != modelinfo.BelongsTo || len(r.Pairs) != 1 || r.Pairs[0].To != f.Key || found == r.Pairs[0].From {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%s.%s and %s.%s both name a %s, so the fence of %s does not know the tenant of its rows", m.Name, found.Column, m.Name, r.Pairs[0].From.Column, f.Key.Model.Name, f.Path)
		}
		found = r.Pairs[0].From
	}
	return found, nil
}

// Within returns q limited by a fence. A query that has another tenant's fence
// already has no rows.
func (q *Query) Within(f *Fence) *Query {
	switch {
	case f == nil || q.Fence == f:
		return q
	case q.Fence != nil && !q.Fence.Same(f):
		return q.Nothing()
	}
	return q.changed(func(n *Query) { n.Fence = f })
}
