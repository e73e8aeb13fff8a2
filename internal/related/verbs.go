package related

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// IsManyToMany reports whether the relation is many-to-many.
func (m *Manager) IsManyToMany() bool { return m.Rel.Kind == modelinfo.ManyToMany }

// targetFields returns the columns of the far model by which the verbs identify
// rows.
func (m *Manager) targetFields() []*modelinfo.Field {
	if !m.IsManyToMany() {
		return m.Rel.To.Key
	}
	var fields []*modelinfo.Field
	for _, p := range m.Rel.Through.To {
		fields = append(fields, p.Ref)
	}
	return fields
}

// keysOf returns the keys of objects, each once. An object without a key is
// ErrNoKey.
func (m *Manager) keysOf(ctx context.Context, objs []any) ([][]any, error) {
	fields := m.targetFields()
	keys, seen := make([][]any, 0, len(objs)), map[any]bool{}
	for _, o := range objs {
		rv := reflect.ValueOf(o)
		if rv.IsNil() {
			return nil, store.NilObject(m.Rows.Model.Name)
		}
		values := param.Values(ctx, rv.Elem(), fields)
		k := param.RowKey(fields, values)
		if k == nil || !m.Rows.HasKey(ctx, rv.Elem()) {
			hint := "create it first"
			if !m.IsManyToMany() {
				hint += ", or use SaveEach or Create"
			}
			return nil, store.NoKey(m.Rows.Model.Name, fmt.Sprintf("it cannot be one of %s.%s (%s)", m.Rel.From.Name, m.Rel.Name, hint))
		}
		if !seen[k] {
			seen[k] = true
			keys = append(keys, values)
		}
	}
	return keys, nil
}

// ParseKeys returns a list of keys as values of their columns' types, each key
// once. A value that does not fit is an error.
func (m *Manager) ParseKeys(list []any) ([][]any, error) {
	fields := m.targetFields()
	list = spread(list, len(fields))
	keys, seen := make([][]any, 0, len(list)), map[any]bool{}
	for _, key := range list {
		parts := []any{key}
		if len(fields) > 1 {
			rv := reflect.ValueOf(key)
			if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array || rv.Len() != len(fields) {
				return nil, m.Rows.CallError("", fmt.Errorf("its key has %d columns (%s), so a key is a slice of %d values, not a %T", len(fields), nameList(fields), len(fields), key))
			}
			parts = make([]any, len(fields))
			for i := range parts {
				parts[i] = rv.Index(i).Interface()
			}
		}
		values := make([]any, len(fields))
		for i, f := range fields {
			c, err := query.FieldLeaf(f.Column, f, lookup.Exact, parts[i])
			if err != nil {
				return nil, m.Rows.CallError(f.Column, err)
			}
			v := c.Kids[0].Leaf.Value
			if v.Kind != query.Scalar || v.Beyond != 0 {
				return nil, m.Rows.CallError(f.Column, &query.ValueError{Lookup: f.Column, Model: m.Rows.Model.Name, Field: f.Column, Value: parts[i], Want: "a key"})
			}
			values[i] = v.Arg
		}
		if k := param.RowKey(fields, values); !seen[k] {
			seen[k] = true
			keys = append(keys, values)
		}
	}
	return keys, nil
}

// spread returns the keys in a slice that stands alone for a list of keys, list
// otherwise.
func spread(list []any, parts int) []any {
	if len(list) != 1 {
		return list
	}
	rv := reflect.ValueOf(list[0])
	if rv.Kind() != reflect.Slice || rv.Type().Elem().Kind() == reflect.Uint8 {
		return list
	}
	if elem := rv.Type().Elem().Kind(); parts > 1 && elem != reflect.Slice && elem != reflect.Array {
		return list
	}
	out := make([]any, rv.Len())
	for i := range out {
		out[i] = rv.Index(i).Interface()
	}
	return out
}

// nameList returns the names of columns, separated by commas.
func nameList(fields []*modelinfo.Field) string {
	out := ""
	for i, f := range fields {
		if i > 0 {
			out += ", "
		}
		out += f.Column
	}
	return out
}

// Add makes the rows of objects belong to the owner.
func (m *Manager) Add(ctx context.Context, objs []any) error {
	if !m.IsManyToMany() {
		return m.addChildren(ctx, objs)
	}
	keys, err := m.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	return m.Link(ctx, keys)
}

// Create creates objects that belong to the owner.
func (m *Manager) Create(ctx context.Context, objs []any) error {
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return store.NilObject(m.Rows.Model.Name)
		}
	}
	if !m.IsManyToMany() {
		for _, o := range objs {
			if err := m.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
				return err
			}
		}
		return store.CreateAll(ctx, m.Rows, objs)
	}
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		if err := store.CreateAll(ctx, m.Rows, objs); err != nil {
			return err
		}
		keys, err := m.keysOf(ctx, objs)
		if err != nil {
			return err
		}
		return m.Link(ctx, keys)
	})
}

// Remove removes the rows of objects from the owner's rows q.
func (m *Manager) Remove(ctx context.Context, q *query.Query, objs []any) error {
	keys, err := m.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	if m.IsManyToMany() {
		return m.Unlink(ctx, keys)
	}
	if len(m.Rel.Fixed) == 0 {
		if _, err := m.nullableFields(); err != nil {
			return err
		}
		if err := m.checkHeld(ctx, objs, keys); err != nil {
			return err
		}
	}
	return m.Detach(ctx, q, keys)
}

// checkHeld returns ErrDoesNotExist if an object does not hold the owner's key.
// If Go cannot compare the keys, it reads the rows that do.
func (m *Manager) checkHeld(ctx context.Context, objs []any, keys [][]any) error {
	missing := fmt.Errorf("%w: it is not one of the %s of this %s (Remove takes objects that hold its key)", store.ErrDoesNotExist, m.Rel.Name, m.Rel.From.Name)
	incomparable := func(f *modelinfo.Field) bool { return !f.Comparable }
	if slices.ContainsFunc(m.farFields(), incomparable) || slices.ContainsFunc(m.ownerFields, incomparable) {
		held, err := m.readCurrent(ctx, m.Restrict(query.New(m.Rows.Model).Seeing(query.WithDeleted)).With(callOf(query.Among(m.Rows.Model.Key, keys))))
		if err == nil && len(held.keys) < len(keys) {
			err = missing
		}
		return err
	}
	want := param.RowKey(m.ownerFields, m.ownerValues)
	for _, o := range objs {
		if param.ObjectKey(ctx, reflect.ValueOf(o).Elem(), m.farFields()) != want {
			return missing
		}
	}
	return nil
}

// Clear removes all rows of q from the owner.
func (m *Manager) Clear(ctx context.Context, q *query.Query) error {
	if m.IsManyToMany() {
		return m.unlinkAll(ctx)
	}
	return m.Detach(ctx, q, nil)
}

// Replace makes objects the owner's only rows among q.
func (m *Manager) Replace(ctx context.Context, q *query.Query, objs []any) error {
	if !m.IsManyToMany() && len(m.Rel.Fixed) == 0 {
		if _, err := m.nullableFields(); errors.Is(err, store.ErrRequired) {
			return m.addChildren(ctx, objs)
		}
	}
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return store.NilObject(m.Rows.Model.Name)
		}
	}
	fields := m.targetFields()
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		if m.ClearFirst {
			if err := m.Clear(ctx, q); err != nil {
				return err
			}
			return m.Add(ctx, objs)
		}
		current, err := m.readCurrent(ctx, q)
		if err != nil {
			return err
		}
		var added []any
		for _, o := range objs {
			k := param.ObjectKey(ctx, reflect.ValueOf(o).Elem(), fields)
			if k != nil && current.has(k) {
				current.keep(k)
			} else {
				added = append(added, o)
			}
		}
		if err := m.removeKeys(ctx, q, current.unkept()); err != nil {
			return err
		}
		return m.Add(ctx, added)
	})
}

// ReplaceKeys is Replace for the keys of rows.
func (m *Manager) ReplaceKeys(ctx context.Context, q *query.Query, keys [][]any) error {
	addKeys := m.SetOwnerKey
	if m.IsManyToMany() {
		addKeys = m.Link
	} else if len(m.Rel.Fixed) == 0 {
		if _, err := m.nullableFields(); errors.Is(err, store.ErrRequired) {
			return m.SetOwnerKey(ctx, keys)
		}
	}
	fields := m.targetFields()
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		if m.ClearFirst {
			if err := m.Clear(ctx, q); err != nil {
				return err
			}
			return addKeys(ctx, keys)
		}
		current, err := m.readCurrent(ctx, q)
		if err != nil {
			return err
		}
		var added [][]any
		for _, key := range keys {
			if k := param.RowKey(fields, key); current.has(k) {
				current.keep(k)
			} else {
				added = append(added, key)
			}
		}
		if err := m.removeKeys(ctx, q, current.unkept()); err != nil {
			return err
		}
		return addKeys(ctx, added)
	})
}

// removeKeys removes rows of the owner by their keys.
func (m *Manager) removeKeys(ctx context.Context, q *query.Query, keys [][]any) error {
	switch {
	case len(keys) == 0:
		return nil
	case m.IsManyToMany():
		return m.Unlink(ctx, keys)
	}
	return m.Detach(ctx, q, keys)
}

// currentRows is the rows that an owner has, by their keys.
type currentRows struct {
	keys  [][]any
	ids   []any        // the comparable keys
	index map[any]bool // of ids
	kept  map[any]bool // the ids of rows that stay
}

// has reports whether the owner has a row.
func (r *currentRows) has(k any) bool { return r.index[k] }

// keep marks a row that stays the owner's.
func (r *currentRows) keep(k any) { r.kept[k] = true }

// unkept returns the keys of the rows that keep has not marked.
func (r *currentRows) unkept() [][]any {
	var out [][]any
	for i, k := range r.ids {
		if !r.kept[k] {
			out = append(out, r.keys[i])
		}
	}
	return out
}

// readCurrent returns the rows of q that the owner has.
func (m *Manager) readCurrent(ctx context.Context, q *query.Query) (*currentRows, error) {
	fields := m.targetFields()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	q, err := q.Unrelated().OrderBy(nil).Only(names)
	if err != nil {
		return nil, err
	}
	objs, err := m.read(ctx, q)
	if err != nil {
		return nil, err
	}
	r := &currentRows{index: map[any]bool{}, kept: map[any]bool{}}
	for _, o := range objs {
		values := param.Values(ctx, reflect.ValueOf(o).Elem(), fields)
		if k := param.RowKey(fields, values); !r.index[k] {
			r.index[k] = true
			r.keys, r.ids = append(r.keys, values), append(r.ids, k)
		}
	}
	return r, nil
}

// FindOrCreate calls find, which finds or creates obj, and makes obj the
// owner's.
func (m *Manager) FindOrCreate(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error) {
	if store.IsNil(obj) {
		return false, store.NilObject(m.Rows.Model.Name)
	}
	if !m.IsManyToMany() {
		if err := m.setOwner(ctx, reflect.ValueOf(obj).Elem()); err != nil {
			return false, err
		}
		return find(ctx, obj)
	}
	err = m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		if created, err = find(ctx, obj); err != nil || !created {
			return err
		}
		keys, err := m.keysOf(ctx, []any{obj})
		if err != nil {
			return err
		}
		return m.Link(ctx, keys)
	})
	return created && err == nil, err
}
