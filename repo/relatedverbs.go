package repo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Add makes rows belong to the owner. Over a foreign key it is one UPDATE,
// whatever the rows' owner was, and the objects' relation field holds the owner
// in memory; hooks do not run, UpdatedAt stays, and a row that does not exist
// is skipped, as in Django (SaveEach saves the objects). Over a many-to-many
// relation it writes the links that are missing: one INSERT that skips links
// written meanwhile, where the table between is GORM's or its model has a
// unique constraint on the two keys; else a SELECT and an INSERT. For a
// symmetrical relation it writes both rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Add(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.add(ctx, with(obj, more))
}

// AddKeys is Add by the keys of the rows: their primary key, or the column that
// the links of a many-to-many relation hold. A key of several columns is a
// slice of their values. A value of another type is a *LookupValueError.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) AddKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	keys, err := t.keysGiven(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.many() {
		return t.link(ctx, keys)
	}
	return t.adopt(ctx, keys)
}

// Create creates objects as Repository.Create does, and makes them belong to
// the owner: a foreign key is set in them before, a link is written after.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Create(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.make(ctx, with(obj, more))
}

// Remove ends the owner's tie to rows; the objects in memory stay as they are.
// Over a foreign key it is one UPDATE that sets it to NULL: ErrRequired where
// it cannot be, ErrDoesNotExist for an object that holds another owner's key.
// Over a polymorphic relation the rows are deleted, since nothing else could
// hold them. Over a many-to-many relation it is one DELETE of links, and an
// object without a link is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Remove(ctx context.Context, obj C, more ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.remove(ctx, m.state.q, with(obj, more))
}

// RemoveKeys is Remove by keys, as AddKeys takes them. A row of another owner
// is skipped.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) RemoveKeys(ctx context.Context, key any, more ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	keys, err := t.keysGiven(append([]any{key}, more...))
	if err != nil {
		return err
	}
	if t.many() {
		return t.unlink(ctx, keys)
	}
	return t.release(ctx, m.state.q, keys)
}

// Clear ends the tie to every row that the manager holds, as Remove does. Links
// to rows that a soft delete hides are removed too.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Clear(ctx context.Context) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.clear(ctx, m.state.q)
}

// Replace makes the objects the owner's only rows: it reads the present rows,
// and removes and adds the difference. Over a foreign key that cannot be NULL
// it adds and removes nothing, as in Django. It runs at most three statements
// (a fourth where Add takes two), in one transaction. Without objects it leaves
// the owner no rows.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) Replace(ctx context.Context, objs ...C) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	return t.replace(ctx, m.state.q, anys(objs))
}

// ReplaceKeys is Replace by keys, as AddKeys takes them.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ReplaceKeys(ctx context.Context, keys ...any) error {
	t, err := m.ready()
	if err != nil {
		return err
	}
	given, err := t.keysGiven(keys)
	if err != nil {
		return err
	}
	return t.replaceKeys(ctx, m.state.q, given)
}

// ready returns the tie for a verb.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) ready() (*tie, error) {
	if m == nil || m.t == nil {
		return nil, errUnbound
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return m.t, m.t.usable()
}

// By names the columns that identify a row among the owner's.
//
//go:noinline
func (m *RelatedManagerOf[P, C]) By(name NameOf[C], more ...NameOf[C]) *MatchOf[C] {
	t, err := m.ready()
	found := &match{err: err, names: append([]string{string(name)}, texts(more)...), within: t.matched}
	if err == nil {
		found.s = m.st()
	}
	return (*MatchOf[C])(unsafe.Pointer(found))
}

func (t *tie) many() bool { return t.rel.Kind == modelinfo.ManyToMany }

// target returns the columns of the far model that the verbs identify its rows
// by.
func (t *tie) target() []*modelinfo.Field {
	if !t.many() {
		return t.rel.To.Key
	}
	var fields []*modelinfo.Field
	for _, p := range t.rel.Through.To {
		fields = append(fields, p.Ref)
	}
	return fields
}

// keysOf returns the keys of objects, each once. An object that was not created
// has none.
func (t *tie) keysOf(ctx context.Context, objs []any) ([][]any, error) {
	fields := t.target()
	keys, seen := make([][]any, 0, len(objs)), map[any]bool{}
	for _, o := range objs {
		rv := reflect.ValueOf(o)
		if rv.IsNil() {
			return nil, errNil(t.s.model.Name)
		}
		values := param.Values(ctx, rv.Elem(), fields)
		k := param.RowKey(fields, values)
		if k == nil || !t.s.hasKey(ctx, rv.Elem()) {
			hint := "create it first"
			if !t.many() {
				hint += ", or use SaveEach or Create"
			}
			return nil, noKey(t.s.model.Name, fmt.Sprintf("it cannot be one of %s.%s (%s)", t.rel.From.Name, t.rel.Name, hint))
		}
		if !seen[k] {
			seen[k] = true
			keys = append(keys, values)
		}
	}
	return keys, nil
}

// keysGiven checks keys that the caller wrote, and returns each once.
func (t *tie) keysGiven(given []any) ([][]any, error) {
	fields := t.target()
	keys, seen := make([][]any, 0, len(given)), map[any]bool{}
	for _, g := range given {
		parts := []any{g}
		if len(fields) > 1 {
			rv := reflect.ValueOf(g)
			if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array || rv.Len() != len(fields) {
				return nil, t.s.mistaken("", fmt.Errorf("its key has %d columns (%s), so a key is a slice of %d values, not a %T", len(fields), nameList(fields), len(fields), g))
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
				return nil, t.s.mistaken(f.Column, err)
			}
			v := c.Kids[0].Leaf.Value
			if v.Kind != query.Scalar || v.Beyond != 0 {
				return nil, t.s.mistaken(f.Column, &query.ValueError{Lookup: f.Column, Model: t.s.model.Name, Field: f.Column, Value: parts[i], Want: "a key"})
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

func (t *tie) add(ctx context.Context, objs []any) error {
	if !t.many() {
		return t.addChildren(ctx, objs)
	}
	keys, err := t.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	return t.link(ctx, keys)
}

// make creates objects that belong to the owner.
func (t *tie) make(ctx context.Context, objs []any) error {
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return errNil(t.s.model.Name)
		}
	}
	if !t.many() {
		for _, o := range objs {
			if err := t.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
				return err
			}
		}
		return createAll(ctx, t.s, objs)
	}
	return t.s.together(ctx, true, func(ctx context.Context) error {
		if err := createAll(ctx, t.s, objs); err != nil {
			return err
		}
		keys, err := t.keysOf(ctx, objs)
		if err != nil {
			return err
		}
		return t.link(ctx, keys)
	})
}

func (t *tie) remove(ctx context.Context, q *query.Query, objs []any) error {
	keys, err := t.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	if t.many() {
		return t.unlink(ctx, keys)
	}
	if len(t.rel.Fixed) == 0 {
		if _, err := t.nullable(); err != nil {
			return err
		}
		want := param.RowKey(t.near, t.own)
		for _, o := range objs {
			rv := reflect.ValueOf(o).Elem()
			if param.ObjectKey(ctx, rv, t.far()) != want {
				return fmt.Errorf("%w: it is not one of the %s of this %s (Remove takes objects that hold its key)", errDoesNotExist, t.rel.Name, t.rel.From.Name)
			}
		}
	}
	return t.release(ctx, q, keys)
}

func (t *tie) clear(ctx context.Context, q *query.Query) error {
	if t.many() {
		return t.unlinkAll(ctx)
	}
	return t.release(ctx, q, nil)
}

// replace adds and removes the rows for Replace of objects.
func (t *tie) replace(ctx context.Context, q *query.Query, objs []any) error {
	if !t.many() && len(t.rel.Fixed) == 0 {
		if _, err := t.nullable(); errors.Is(err, errRequired) {
			return t.addChildren(ctx, objs)
		}
	}
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return errNil(t.s.model.Name)
		}
	}
	fields := t.target()
	return t.s.together(ctx, true, func(ctx context.Context) error {
		if t.clearFirst {
			if err := t.clear(ctx, q); err != nil {
				return err
			}
			return t.add(ctx, objs)
		}
		old, err := t.now(ctx, q)
		if err != nil {
			return err
		}
		var fresh []any
		for _, o := range objs {
			k := param.ObjectKey(ctx, reflect.ValueOf(o).Elem(), fields)
			if k != nil && old.has(k) {
				old.keep(k)
			} else {
				fresh = append(fresh, o)
			}
		}
		if err := t.drop(ctx, q, old.rest()); err != nil {
			return err
		}
		return t.add(ctx, fresh)
	})
}

// replaceKeys is replace for keys.
func (t *tie) replaceKeys(ctx context.Context, q *query.Query, keys [][]any) error {
	join := t.adopt
	if t.many() {
		join = t.link
	} else if len(t.rel.Fixed) == 0 {
		if _, err := t.nullable(); errors.Is(err, errRequired) {
			return t.adopt(ctx, keys)
		}
	}
	fields := t.target()
	return t.s.together(ctx, true, func(ctx context.Context) error {
		if t.clearFirst {
			if err := t.clear(ctx, q); err != nil {
				return err
			}
			return join(ctx, keys)
		}
		old, err := t.now(ctx, q)
		if err != nil {
			return err
		}
		var fresh [][]any
		for _, key := range keys {
			if k := param.RowKey(fields, key); old.has(k) {
				old.keep(k)
			} else {
				fresh = append(fresh, key)
			}
		}
		if err := t.drop(ctx, q, old.rest()); err != nil {
			return err
		}
		return join(ctx, fresh)
	})
}

// drop ends the tie to rows that are known to be the owner's.
func (t *tie) drop(ctx context.Context, q *query.Query, keys [][]any) error {
	switch {
	case len(keys) == 0:
		return nil
	case t.many():
		return t.unlink(ctx, keys)
	}
	return t.release(ctx, q, keys)
}

// standing is the keys of the rows that an owner has.
type standing struct {
	keys  [][]any
	ids   []any
	index map[any]bool
	kept  map[any]bool
}

func (h *standing) has(k any) bool { return h.index[k] }
func (h *standing) keep(k any)     { h.kept[k] = true }

func (h *standing) rest() [][]any {
	var out [][]any
	for i, k := range h.ids {
		if !h.kept[k] {
			out = append(out, h.keys[i])
		}
	}
	return out
}

// now reads which rows the owner has.
func (t *tie) now(ctx context.Context, q *query.Query) (*standing, error) {
	fields := t.target()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Column
	}
	q, err := q.Unrelated().OrderBy(nil).Only(names)
	if err != nil {
		return nil, err
	}
	objs, err := t.read(ctx, q)
	if err != nil {
		return nil, err
	}
	h := &standing{index: map[any]bool{}, kept: map[any]bool{}}
	for _, o := range objs {
		values := param.Values(ctx, reflect.ValueOf(o).Elem(), fields)
		if k := param.RowKey(fields, values); !h.index[k] {
			h.index[k] = true
			h.keys, h.ids = append(h.keys, values), append(h.ids, k)
		}
	}
	return h, nil
}

// matched runs find, which finds or creates obj, as one of the tie's rows.
func (t *tie) matched(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error) {
	if absent(obj) {
		return false, errNil(t.s.model.Name)
	}
	if !t.many() {
		if err := t.setOwner(ctx, reflect.ValueOf(obj).Elem()); err != nil {
			return false, err
		}
		return find(ctx, obj)
	}
	err = t.s.together(ctx, true, func(ctx context.Context) error {
		if created, err = find(ctx, obj); err != nil || !created {
			return err
		}
		keys, err := t.keysOf(ctx, []any{obj})
		if err != nil {
			return err
		}
		return t.link(ctx, keys)
	})
	return created && err == nil, err
}
