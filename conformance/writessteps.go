package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// local are the steps without statements, which a broken block does not affect.
var local = map[string]bool{"new": true, "assign": true, "copy": true, "state": true, "raise": true, "on_commit": true, "set_rollback": true}

// steps are the steps of a sequence by name.
var steps map[string]func(w *writes, ctx context.Context, s *object) (any, error)

func init() {
	steps = map[string]func(w *writes, ctx context.Context, s *object) (any, error){
		"create": (*writes).doCreate, "new": (*writes).doNew, "get": (*writes).doGet, "assign": (*writes).doAssign,
		"save": (*writes).doSave, "refresh": (*writes).doRefresh, "copy": (*writes).doCopy, "state": (*writes).doState,
		"related": (*writes).doRelated, "delete": (*writes).doDelete, "qs_update": (*writes).doUpdate, "qs_delete": (*writes).doQueryDelete,
		"get_or_create": (*writes).doGetOrCreate, "update_or_create": (*writes).doUpdateOrCreate,
		"bulk_create": (*writes).doBulkCreate, "bulk_update": (*writes).doBulkUpdate, "rel": (*writes).doRel,
		"read": (*writes).doRead, "lock": (*writes).doLock,
		"raise":        func(*writes, context.Context, *object) (any, error) { return nil, errBoom },
		"set_rollback": (*writes).doSetRollback, "on_commit": (*writes).doOnCommit,
	}
}

// object returns the object of a step.
func (w *writes) object(s *object) (*table, any, error) {
	obj := s.get("obj")
	if obj == nil || reflect.ValueOf(obj).Kind() != reflect.Pointer {
		return nil, nil, fmt.Errorf("the step has no object")
	}
	t := tableOfObject(obj)
	if t == nil {
		return nil, nil, fmt.Errorf("no model of %T", obj)
	}
	return t, obj, nil
}

func (w *writes) doNew(_ context.Context, s *object) (any, error) {
	_, err := w.fresh(s)
	return nil, err
}

// fresh returns a new object of the step's model with its values, bound.
func (w *writes) fresh(s *object) (any, error) {
	t, err := tableNamed(s.text("model"))
	if err != nil {
		return nil, err
	}
	names, values, err := w.values(t, s.object("values"))
	if err != nil {
		return nil, err
	}
	obj, err := w.made(t, names, values)
	if err == nil && s.text("do") == "new" {
		w.bind(s, obj)
	}
	return obj, err
}

func (w *writes) doCreate(ctx context.Context, s *object) (any, error) {
	obj, err := w.fresh(s)
	if err != nil {
		return nil, err
	}
	if err := w.insert(ctx, tableOfObject(obj), obj); err != nil {
		return nil, err
	}
	w.bind(s, obj)
	return w.inst(obj), nil
}

func (w *writes) doGet(ctx context.Context, s *object) (any, error) {
	_, rows, err := w.selected(s)
	if err != nil {
		return nil, err
	}
	obj, err := rows.one(ctx, w)
	if err != nil {
		return nil, err
	}
	w.bind(s, obj)
	return w.inst(obj), nil
}

func (w *writes) doAssign(_ context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	names, values, err := w.values(t, s.object("values"))
	if err != nil {
		return nil, err
	}
	return nil, w.assign(t, obj, names, values)
}

func (w *writes) doRefresh(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	if err := w.refresh(ctx, t, obj, texts(s.list("fields"))); err != nil {
		return nil, err
	}
	return w.inst(obj), nil
}

func (w *writes) doCopy(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	from := w.of(obj)
	for name := range from.deferred {
		if err := w.refresh(ctx, t, obj, []string{name}); err != nil {
			return nil, err
		}
	}
	twin := t.blank()
	state := w.of(twin)
	state.adding, state.byDB = true, map[string]bool{}
	for _, f := range t.fields {
		if f == t.key {
			continue
		}
		fieldOf(reflect.ValueOf(twin).Elem(), f).Set(fieldOf(reflect.ValueOf(obj).Elem(), f))
		if from.byDB[f.DBName] {
			state.byDB[f.DBName] = true
		}
	}
	names, values, err := w.values(t, s.object("values"))
	if err != nil {
		return nil, err
	}
	w.bind(s, twin)
	return nil, w.assign(t, twin, names, values)
}

func (w *writes) doState(_ context.Context, s *object) (any, error) {
	_, obj, err := w.object(s)
	return w.inst(obj), err
}

func (w *writes) doRelated(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	other, err := w.related(ctx, t, obj, s.text("name"))
	if err != nil || other == nil {
		return nil, err
	}
	return w.inst(other), nil
}

// related returns the object of a foreign key from the Go field, which it reads
// if needed.
func (w *writes) related(ctx context.Context, t *table, obj any, name string) (any, error) {
	if note, ok := obj.(*Note); ok && name == "target" {
		return w.target(ctx, note)
	}
	o := t.owners[name]
	if o == nil {
		return nil, unsupported(t.name + "." + name + " as one object")
	}
	at := reflect.ValueOf(obj).Elem().FieldByIndex(o.at)
	if !at.IsNil() {
		return at.Interface(), nil
	}
	if w.of(obj).deferred[o.column.DBName] {
		if err := w.refresh(ctx, t, obj, []string{o.column.DBName}); err != nil {
			return nil, err
		}
	}
	key := plainValue(fieldOf(reflect.ValueOf(obj).Elem(), o.column), o.column)
	if key == nil {
		if o.column.NotNull || o.column.PrimaryKey {
			return nil, repo.ErrDoesNotExist
		}
		return nil, nil
	}
	target, err := tableNamed(o.target)
	if err != nil {
		return nil, err
	}
	other, err := w.byKey(ctx, target, key)
	if err != nil {
		return nil, err
	}
	at.Set(reflect.ValueOf(other))
	return other, nil
}

// target returns the object of a note, nil if there is none.
func (w *writes) target(ctx context.Context, note *Note) (any, error) {
	s := w.of(note)
	if s.target != nil || note.ContentTypeID == nil || note.ObjectID == nil || int(*note.ContentTypeID) > len(tables) {
		return s.target, nil
	}
	obj, err := w.byKey(ctx, tables[*note.ContentTypeID-1], *note.ObjectID)
	if errors.Is(err, repo.ErrDoesNotExist) {
		return nil, nil
	}
	s.target = obj
	return obj, err
}

func (w *writes) doUpdate(ctx context.Context, s *object) (any, error) {
	t, rows, err := w.selected(s)
	if err != nil {
		return nil, err
	}
	names, values, err := w.values(t, s.object("values"))
	if err != nil {
		return nil, err
	}
	return rows.update(ctx, names, values)
}

func (w *writes) doQueryDelete(ctx context.Context, s *object) (any, error) {
	_, rows, err := w.selected(s)
	if err != nil {
		return nil, err
	}
	d, err := rows.remove(ctx)
	if err != nil {
		return nil, err
	}
	return counts(d), nil
}

func (w *writes) doRead(ctx context.Context, s *object) (any, error) {
	_, rows, err := w.selected(s)
	if err != nil {
		return nil, err
	}
	return rows.read(ctx, w, s.text("end"))
}

func (w *writes) doLock(ctx context.Context, s *object) (any, error) {
	_, rows, err := w.selected(s)
	if err != nil {
		return nil, err
	}
	return rows.lock(ctx, w, s)
}

func (w *writes) doSetRollback(ctx context.Context, s *object) (any, error) {
	if v, ok := s.get("value").(bool); ok && !v {
		return nil, unsupported("set_rollback(False)")
	}
	return nil, txutil.SetRollback(ctx, w.env.db)
}

func (w *writes) doOnCommit(ctx context.Context, s *object) (any, error) {
	tag, fails, robust := s.text("tag"), s.bool("fails"), s.bool("robust")
	return nil, txutil.OnCommit(ctx, w.env.db, func(context.Context) error {
		w.commits = append(w.commits, tag)
		if fails && !robust {
			return errBoom
		}
		return nil
	})
}

// texts returns the strings of a list, nil for no list.
func texts(list []any) []string {
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// columnsNamed returns the columns of attributes by name, without duplicates.
func (t *table) columnsNamed(names []string) ([]string, error) {
	var out []string
	for _, n := range names {
		f := t.column(n)
		if f == nil || strings.Contains(n, "__") {
			return nil, errValue{t.name + " has no field " + n}
		}
		if !slices.Contains(out, f.DBName) {
			out = append(out, f.DBName)
		}
	}
	return out, nil
}
