package main

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/gormango/gormango/repo"
)

// saver writes objects of one model.
type saver interface {
	create(ctx context.Context, obj any, byDB []string) error
	// save changes UpdatedAt only if touch is true.
	save(ctx context.Context, obj any, columns []string, touch bool) error
	refresh(ctx context.Context, obj any, names []string) error
	remove(ctx context.Context, obj any) (repo.Deleted, error)
	byKey(ctx context.Context, key any) (any, error)
}

// repository is the saver of T.
type repository[T any] struct{ *repo.Repository[T] }

func (r repository[T]) create(ctx context.Context, obj any, byDB []string) error {
	return r.Defaults(namesOf[T](byDB)...).Create(ctx, obj.(*T))
}

func (r repository[T]) save(ctx context.Context, obj any, columns []string, touch bool) error {
	if !touch {
		return r.KeepTimes().Save(ctx, obj.(*T), namesOf[T](columns)...)
	}
	return r.Save(ctx, obj.(*T), namesOf[T](columns)...)
}

func (r repository[T]) refresh(ctx context.Context, obj any, columns []string) error {
	return r.Refresh(ctx, obj.(*T), namesOf[T](columns)...)
}

func (r repository[T]) remove(ctx context.Context, obj any) (repo.Deleted, error) {
	return r.Delete(ctx, obj.(*T))
}

func (r repository[T]) byKey(ctx context.Context, key any) (any, error) { return r.ByPK(ctx, key) }

func namesOf[T any](columns []string) []repo.Name[T] {
	out := make([]repo.Name[T], len(columns))
	for i, c := range columns {
		out[i] = repo.Name[T](c)
	}
	return out
}

// byKey reads a row, even one that the default manager hides.
func (w *writes) byKey(ctx context.Context, t *table, key any) (any, error) {
	return t.saver(w.env).byKey(ctx, key)
}

// insert creates the row of an object.
func (w *writes) insert(ctx context.Context, t *table, obj any) error {
	return w.inserting(t, obj, func(byDB []string) error { return t.saver(w.env).create(ctx, obj, byDB) })
}

// inserting calls create to insert the row of an object except for the columns
// byDB. Django sets the times anew whatever they are.
func (w *writes) inserting(t *table, obj any, create func(byDB []string) error) error {
	if err := w.ownersSaved(t, obj, nil); err != nil {
		return err
	}
	s, rv := w.of(obj), reflect.ValueOf(obj).Elem()
	if w.pk(obj) == nil && !t.counted() {
		w.announced(t.name)
		return errNullKey
	}
	for _, f := range t.times() {
		fieldOf(rv, f).SetZero()
	}
	var byDB []string
	for _, f := range t.fields {
		if s.byDB[f.DBName] {
			byDB = append(byDB, f.DBName)
		}
	}
	if err := create(byDB); err != nil {
		for _, f := range t.times() {
			fieldOf(rv, f).Set(reflect.ValueOf(time.Now()))
		}
		return err
	}
	s.adding, s.byDB, s.keyless = false, nil, false
	return nil
}

// announced adds the signal that Django sends before the server refuses a row
// without a key.
func (w *writes) announced(model string) {
	if w.listens {
		w.signals = append(w.signals, []any{"pre_save", model, nil})
	}
}

// doSave is Django's save: an update of the row, or an insert if there is none.
func (w *writes) doSave(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	if err := w.save(ctx, t, obj, s); err != nil {
		return nil, err
	}
	return w.inst(obj), nil
}

func (w *writes) save(ctx context.Context, t *table, obj any, s *object) error {
	if err := w.ownersSaved(t, obj, nil); err != nil {
		return err
	}
	var names []string
	forceInsert, forced := s.bool("force_insert"), s.bool("force_update")
	if list, ok := s.get("update_fields").([]any); ok {
		if forceInsert && len(list) > 0 {
			return errValue{"cannot force both insert and updating"}
		}
		if len(list) == 0 {
			return nil
		}
		names, forced = texts(list), true
	}
	if forceInsert && s.bool("force_update") {
		return errValue{"cannot force both insert and updating"}
	}
	state := w.of(obj)
	if names == nil && !forceInsert && len(state.deferred) > 0 && !state.adding {
		for _, f := range t.fields {
			if f != t.key && !state.deferred[f.DBName] {
				names = append(names, f.DBName)
			}
		}
		forced = forced || len(names) > 0
	}
	columns, err := t.columnsNamed(names)
	if err != nil {
		return err
	}
	for _, c := range columns {
		if c == t.key.DBName {
			return errValue{"the key is not to be updated"}
		}
	}
	keyed := w.pk(obj) != nil
	if t.name == "Doc" && !keyed { // its default is computed again
		obj.(*Doc).ID = blankDoc().ID
		keyed = true
		state.keyless = false
	}
	switch {
	case !keyed && forced:
		if w.listens { // Django sends it before it looks
			w.signals = append(w.signals, []any{"pre_save", t.name, nil, sorted(names)})
		}
		return errValue{"cannot force an update without a key"}
	case !keyed, forceInsert, state.adding && t.name == "Doc" && !forced:
		return w.insert(ctx, t, obj)
	case len(state.byDB) > 0:
		return unsupported("an update to the database's default")
	}
	touch := len(columns) == 0
	for _, f := range t.times() {
		touch = touch || f.AutoUpdateTime > 0 && contains(columns, f.DBName)
	}
	heard := len(w.signals)
	before := w.sending
	w.sending = names
	err = t.saver(w.env).save(ctx, obj, columns, touch)
	w.sending = before
	if !errors.Is(err, repo.ErrDoesNotExist) {
		if err == nil {
			state.adding = false
		}
		return err
	}
	if forced {
		return errNotUpdated
	}
	w.signals = w.signals[:heard] // Django sends it once
	return w.insert(ctx, t, obj)
}

// ownersSaved refuses an object whose foreign key was set to an object without
// a key, as Django does. It takes over the key of an object that was saved
// since.
func (w *writes) ownersSaved(t *table, obj any, only []string) error {
	rv := reflect.ValueOf(obj).Elem()
	for name, o := range t.owners {
		at := rv.FieldByIndex(o.at)
		if at.IsNil() || only != nil && !contains(only, o.column.DBName) {
			continue
		}
		other := at.Interface()
		key := w.pk(other)
		if key == nil {
			return errValue{"the related object of " + t.name + "." + name + " is not saved"}
		}
		have := fieldOf(rv, o.column)
		switch plainValue(have, o.column) {
		case nil:
			if err := put(have, key); err != nil {
				return err
			}
		case key:
		default:
			at.SetZero()
		}
	}
	if note, ok := obj.(*Note); ok && w.of(note).target != nil && w.pk(w.of(note).target) == nil {
		return errValue{"the target of Note is not saved"}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// refresh reads columns of an object again, all loaded ones if names is empty.
func (w *writes) refresh(ctx context.Context, t *table, obj any, names []string) error {
	columns, err := t.columnsNamed(names)
	if err != nil {
		return err
	}
	s := w.of(obj)
	if len(columns) == 0 && len(s.deferred) > 0 {
		for _, f := range t.fields {
			if !s.deferred[f.DBName] {
				columns = append(columns, f.DBName)
			}
		}
	}
	if w.pk(obj) == nil {
		return repo.ErrDoesNotExist
	}
	if err := t.saver(w.env).refresh(ctx, obj, columns); err != nil {
		return err
	}
	rv := reflect.ValueOf(obj).Elem()
	for _, o := range t.owners {
		if len(columns) == 0 || contains(columns, o.column.DBName) {
			rv.FieldByIndex(o.at).SetZero()
		}
	}
	for _, c := range columns {
		delete(s.deferred, c)
		delete(s.byDB, c)
	}
	if len(columns) == 0 {
		s.byDB = nil
	}
	s.target = nil
	return nil
}

// doDelete is Django's delete, which accepts an object without a row.
func (w *writes) doDelete(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	if w.pk(obj) == nil {
		return nil, errValue{"the object has no key"}
	}
	key := w.pk(obj)
	d, err := t.saver(w.env).remove(ctx, obj)
	if errors.Is(err, repo.ErrDoesNotExist) {
		if w.listens {
			w.signals = append(w.signals, []any{"post_delete", t.name, encode(key, "")})
		}
		d, err = repo.Deleted{}, nil
	}
	if err != nil {
		return nil, err
	}
	w.unkey(t, obj)
	return counts(d), nil
}

// unkey clears the key of a deleted object, which the library leaves if the
// application has set it.
func (w *writes) unkey(t *table, obj any) {
	at := fieldOf(reflect.ValueOf(obj).Elem(), t.key)
	if t.name == "Label" {
		w.of(obj).keyless = true
		return
	}
	at.SetZero()
}
