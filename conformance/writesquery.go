package main

import (
	"context"
	"reflect"
	"slices"

	"github.com/gormango/gormango/repo"
)

// rowsOf is a query of a write model.
type rowsOf interface {
	apply(op *object) error
	value(v any) (any, error)
	one(ctx context.Context, w *writes) (any, error)
	read(ctx context.Context, w *writes, end string) (any, error)
	update(ctx context.Context, names []string, values []any) (int64, error)
	remove(ctx context.Context) (repo.Deleted, error)
	lock(ctx context.Context, w *writes, s *object) (any, error)
}

// selected returns the query of a step: the rows of its model, with its ops.
func (w *writes) selected(s *object) (*table, rowsOf, error) {
	t, err := tableNamed(s.text("model"))
	if err != nil {
		return nil, nil, err
	}
	rows := t.rows(w.env, false)
	return t, rows, applied(rows, s)
}

// applied refines rows by the ops of a step.
func applied(rows rowsOf, s *object) error {
	for _, op := range s.list("ops") {
		if err := rows.apply(op.(*object)); err != nil {
			return err
		}
	}
	return nil
}

// values returns the attributes in a step, in their order.
func (w *writes) values(t *table, o *object) (names []string, values []any, err error) {
	if o == nil {
		return nil, nil, nil
	}
	rows := t.rows(w.env, true)
	for _, name := range o.keys {
		v, err := rows.value(o.values[name])
		if err != nil {
			return nil, nil, err
		}
		names, values = append(names, name), append(values, v)
	}
	return names, values, nil
}

// one reads a single row.
func (r *runner[T]) one(ctx context.Context, w *writes) (any, error) {
	obj, err := r.qs.Get(ctx)
	if err != nil {
		return nil, err
	}
	r.note(w, obj)
	return obj, nil
}

// note records the deferred columns of an object.
func (r *runner[T]) note(w *writes, obj any) {
	for _, column := range r.qs.Deferred() {
		name := string(column)
		s := w.of(obj)
		if s.deferred == nil {
			s.deferred = map[string]bool{}
		}
		s.deferred[name] = true
	}
}

// read runs a terminal that binds no object to a handle.
func (r *runner[T]) read(ctx context.Context, w *writes, end string) (any, error) {
	var (
		obj *T
		err error
	)
	switch end {
	case "", "list":
		objs, err := r.qs.All(ctx)
		if err != nil {
			return nil, err
		}
		out := []any{}
		for _, o := range objs {
			r.note(w, o)
			out = append(out, w.inst(o))
		}
		return out, nil
	case "count":
		return r.qs.Count(ctx)
	case "exists":
		return r.qs.Exists(ctx)
	case "first":
		obj, err = repo.Maybe(r.qs.First(ctx))
	case "last":
		obj, err = repo.Maybe(r.qs.Last(ctx))
	case "get":
		obj, err = r.qs.Get(ctx)
	default:
		return nil, unsupported("end " + end)
	}
	if err != nil || obj == nil {
		return nil, err
	}
	r.note(w, obj)
	return w.inst(obj), nil
}

// update updates all rows.
func (r *runner[T]) update(ctx context.Context, names []string, values []any) (int64, error) {
	if len(names) == 0 {
		return 0, unsupported("an update of nothing")
	}
	sets := make([]repo.Assign[T], len(names))
	for i, n := range names {
		sets[i] = r.qs.Set(repo.Name[T](n), values[i])
	}
	return r.qs.AllRows().Update(ctx, sets[0], sets[1:]...)
}

// remove deletes all rows.
func (r *runner[T]) remove(ctx context.Context) (repo.Deleted, error) {
	return r.qs.AllRows().Delete(ctx)
}

// lock locks all rows and returns their keys.
func (r *runner[T]) lock(ctx context.Context, w *writes, s *object) (any, error) {
	var opts []repo.LockOption
	for name, opt := range map[string]repo.LockOption{"nowait": repo.NoWait(), "skip_locked": repo.SkipLocked(), "no_key": repo.NoKey()} {
		if s.bool(name) {
			opts = append(opts, opt)
		}
	}
	if s.bool("nowait") && s.bool("skip_locked") {
		return nil, errValue{"nowait and skip_locked exclude each other"}
	}
	objs, err := r.qs.SelectForUpdate(opts...).All(ctx)
	if err != nil {
		return nil, err
	}
	return keysOf(w, objs), nil
}

// keysOf returns the keys of objects in the format.
func keysOf[T any](w *writes, objs []*T) []any {
	out := make([]any, len(objs))
	for i, o := range objs {
		out[i] = encode(w.pk(o), "")
	}
	return out
}

// counts returns the numbers of deleted rows by Django's names of models.
func counts(d repo.Deleted) row {
	by := row{}
	for name, n := range d.By {
		if n == 0 {
			continue
		}
		if link, ok := linkNames[name]; ok {
			name = link
		}
		by[name] = n
	}
	return row{"total": d.Total, "by": by}
}

// linkNames are Django's names of the tables that it creates for many-to-many
// relations.
var linkNames = map[string]string{"ow_item_labels": "Item_labels", "ow_person_friends": "Person_friends", "ow_person_follows": "Person_follows", "ow_doc_readers": "Doc_readers"}

// typed converts objects to a slice of *T.
func typed[T any](objs []any) ([]*T, error) {
	out := make([]*T, len(objs))
	for i, o := range objs {
		p, ok := o.(*T)
		if !ok {
			return nil, errValue{"an object of another model: " + reflect.TypeOf(o).String()}
		}
		out[i] = p
	}
	return slices.Clip(out), nil
}
