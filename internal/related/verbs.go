package related

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

func (t *Tie) Many() bool { return t.Rel.Kind == modelinfo.ManyToMany }

// target returns the columns of the far model that the verbs identify its rows
// by.
func (t *Tie) target() []*modelinfo.Field {
	if !t.Many() {
		return t.Rel.To.Key
	}
	var fields []*modelinfo.Field
	for _, p := range t.Rel.Through.To {
		fields = append(fields, p.Ref)
	}
	return fields
}

// keysOf returns the keys of objects, each once. An object that was not created
// has none.
func (t *Tie) keysOf(ctx context.Context, objs []any) ([][]any, error) {
	fields := t.target()
	keys, seen := make([][]any, 0, len(objs)), map[any]bool{}
	for _, o := range objs {
		rv := reflect.ValueOf(o)
		if rv.IsNil() {
			return nil, store.ErrNil(t.Rows.Model.Name)
		}
		values := param.Values(ctx, rv.Elem(), fields)
		k := param.RowKey(fields, values)
		if k == nil || !t.Rows.HasKey(ctx, rv.Elem()) {
			hint := "create it first"
			if !t.Many() {
				hint += ", or use SaveEach or Create"
			}
			return nil, store.NoKey(t.Rows.Model.Name, fmt.Sprintf("it cannot be one of %s.%s (%s)", t.Rel.From.Name, t.Rel.Name, hint))
		}
		if !seen[k] {
			seen[k] = true
			keys = append(keys, values)
		}
	}
	return keys, nil
}

// KeysGiven checks keys that the caller wrote, and returns each once.
func (t *Tie) KeysGiven(given []any) ([][]any, error) {
	fields := t.target()
	keys, seen := make([][]any, 0, len(given)), map[any]bool{}
	for _, g := range given {
		parts := []any{g}
		if len(fields) > 1 {
			rv := reflect.ValueOf(g)
			if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array || rv.Len() != len(fields) {
				return nil, t.Rows.Mistaken("", fmt.Errorf("its key has %d columns (%s), so a key is a slice of %d values, not a %T", len(fields), nameList(fields), len(fields), g))
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
				return nil, t.Rows.Mistaken(f.Column, err)
			}
			v := c.Kids[0].Leaf.Value
			if v.Kind != query.Scalar || v.Beyond != 0 {
				return nil, t.Rows.Mistaken(f.Column, &query.ValueError{Lookup: f.Column, Model: t.Rows.Model.Name, Field: f.Column, Value: parts[i], Want: "a key"})
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

func (t *Tie) Add(ctx context.Context, objs []any) error {
	if !t.Many() {
		return t.addChildren(ctx, objs)
	}
	keys, err := t.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	return t.Link(ctx, keys)
}

// Make creates objects that belong to the owner.
func (t *Tie) Make(ctx context.Context, objs []any) error {
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return store.ErrNil(t.Rows.Model.Name)
		}
	}
	if !t.Many() {
		for _, o := range objs {
			if err := t.setOwner(ctx, reflect.ValueOf(o).Elem()); err != nil {
				return err
			}
		}
		return store.CreateAll(ctx, t.Rows, objs)
	}
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		if err := store.CreateAll(ctx, t.Rows, objs); err != nil {
			return err
		}
		keys, err := t.keysOf(ctx, objs)
		if err != nil {
			return err
		}
		return t.Link(ctx, keys)
	})
}

func (t *Tie) Remove(ctx context.Context, q *query.Query, objs []any) error {
	keys, err := t.keysOf(ctx, objs)
	if err != nil {
		return err
	}
	if t.Many() {
		return t.Unlink(ctx, keys)
	}
	if len(t.Rel.Fixed) == 0 {
		if _, err := t.nullable(); err != nil {
			return err
		}
		want := param.RowKey(t.near, t.own)
		for _, o := range objs {
			rv := reflect.ValueOf(o).Elem()
			if param.ObjectKey(ctx, rv, t.far()) != want {
				return fmt.Errorf("%w: it is not one of the %s of this %s (Remove takes objects that hold its key)", store.ErrDoesNotExist, t.Rel.Name, t.Rel.From.Name)
			}
		}
	}
	return t.Release(ctx, q, keys)
}

func (t *Tie) Clear(ctx context.Context, q *query.Query) error {
	if t.Many() {
		return t.unlinkAll(ctx)
	}
	return t.Release(ctx, q, nil)
}

// Replace adds and removes the rows for Replace of objects.
func (t *Tie) Replace(ctx context.Context, q *query.Query, objs []any) error {
	if !t.Many() && len(t.Rel.Fixed) == 0 {
		if _, err := t.nullable(); errors.Is(err, store.ErrRequired) {
			return t.addChildren(ctx, objs)
		}
	}
	for _, o := range objs {
		if reflect.ValueOf(o).IsNil() {
			return store.ErrNil(t.Rows.Model.Name)
		}
	}
	fields := t.target()
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		if t.ClearFirst {
			if err := t.Clear(ctx, q); err != nil {
				return err
			}
			return t.Add(ctx, objs)
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
		return t.Add(ctx, fresh)
	})
}

// ReplaceKeys is replace for keys.
func (t *Tie) ReplaceKeys(ctx context.Context, q *query.Query, keys [][]any) error {
	join := t.Adopt
	if t.Many() {
		join = t.Link
	} else if len(t.Rel.Fixed) == 0 {
		if _, err := t.nullable(); errors.Is(err, store.ErrRequired) {
			return t.Adopt(ctx, keys)
		}
	}
	fields := t.target()
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		if t.ClearFirst {
			if err := t.Clear(ctx, q); err != nil {
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
func (t *Tie) drop(ctx context.Context, q *query.Query, keys [][]any) error {
	switch {
	case len(keys) == 0:
		return nil
	case t.Many():
		return t.Unlink(ctx, keys)
	}
	return t.Release(ctx, q, keys)
}

// standing is the keys of the rows that an owner has.
type standing struct {
	keys  [][]any
	ids   []any
	index map[any]bool
	kept  map[any]bool
}

func (h *standing) has(k any) bool { return h.index[k] }

func (h *standing) keep(k any) { h.kept[k] = true }

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
func (t *Tie) now(ctx context.Context, q *query.Query) (*standing, error) {
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

// Matched runs find, which finds or creates obj, as one of the tie's rows.
func (t *Tie) Matched(ctx context.Context, obj any, find func(ctx context.Context, obj any) (bool, error)) (created bool, err error) {
	if store.Absent(obj) {
		return false, store.ErrNil(t.Rows.Model.Name)
	}
	if !t.Many() {
		if err := t.setOwner(ctx, reflect.ValueOf(obj).Elem()); err != nil {
			return false, err
		}
		return find(ctx, obj)
	}
	err = t.Rows.Together(ctx, true, func(ctx context.Context) error {
		if created, err = find(ctx, obj); err != nil || !created {
			return err
		}
		keys, err := t.keysOf(ctx, []any{obj})
		if err != nil {
			return err
		}
		return t.Link(ctx, keys)
	})
	return created && err == nil, err
}
