package main

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// together holds the options of a bulk creation.
type together struct {
	ignore, update bool
	fields, unique []string
	batch          int
	byDB           []string
}

// bulker writes many objects at once.
type bulker interface {
	bulkCreate(ctx context.Context, objs []any, b together) error
	bulkUpdate(ctx context.Context, objs []any, columns []string) (int64, error)
}

func (r repository[T]) bulkCreate(ctx context.Context, objs []any, b together) error {
	list, err := typed[T](objs)
	if err != nil {
		return err
	}
	var opts []repo.BulkOption
	if b.batch > 0 {
		opts = append(opts, repo.BatchSize(b.batch))
	}
	rows := r.Defaults(namesOf[T](b.byDB)...)
	switch unique, fields := namesOf[T](b.unique), namesOf[T](b.fields); {
	case b.ignore:
		return rows.OnConflict(unique...).Ignore().BulkCreate(ctx, list, opts...)
	case b.update:
		return rows.OnConflict(unique...).Update(fields[0], fields[1:]...).BulkCreate(ctx, list, opts...)
	}
	return rows.BulkCreate(ctx, list, opts...)
}

func (r repository[T]) bulkUpdate(ctx context.Context, objs []any, columns []string) (int64, error) {
	list, err := typed[T](objs)
	if err != nil {
		return 0, err
	}
	names := namesOf[T](columns)
	return r.BulkUpdate(ctx, list, names[0], names[1:]...)
}

func (w *writes) doBulkCreate(ctx context.Context, s *object) (any, error) {
	t, err := tableNamed(s.text("model"))
	if err != nil {
		return nil, err
	}
	objs := s.list("objs")
	if len(objs) == 0 {
		for _, r := range s.list("rows") {
			names, values, err := w.values(t, r.(*object))
			if err != nil {
				return nil, err
			}
			obj, err := w.made(t, names, values)
			if err != nil {
				return nil, err
			}
			objs = append(objs, obj)
		}
	}
	if name := s.text("as"); name != "" {
		for i, obj := range objs {
			w.handles[fmt.Sprint(name, i)] = obj
		}
	}
	b := together{ignore: s.bool("ignore_conflicts"), update: s.bool("update_conflicts")}
	if b.batch, err = bound(s.get("batch_size"), 0); err != nil {
		return nil, err
	}
	if b.fields, err = t.columnsNamed(texts(s.list("update_fields"))); err != nil {
		return nil, err
	}
	if b.unique, err = t.columnsNamed(texts(s.list("unique_fields"))); err != nil {
		return nil, err
	}
	if err := b.check(s); err != nil {
		return nil, err
	}
	if err := w.bulkCreate(ctx, t, objs, b); err != nil {
		return nil, err
	}
	out := []any{}
	for _, obj := range objs {
		out = append(out, encode(w.pk(obj), ""))
	}
	return out, nil
}

// check returns the errors of Django's checks before it looks at the objects.
func (b together) check(s *object) error {
	switch {
	case s.has("batch_size") && s.get("batch_size") != nil && b.batch <= 0:
		return errValue{"a batch holds at least one object"}
	case b.ignore && b.update:
		return errValue{"ignore_conflicts and update_conflicts exclude each other"}
	case b.update && (len(b.fields) == 0 || len(b.unique) == 0):
		return errValue{"update_conflicts needs update_fields and unique_fields"}
	}
	return nil
}

// bulkCreate creates objects.
func (w *writes) bulkCreate(ctx context.Context, t *table, objs []any, b together) error {
	keyless := map[any]bool{}
	for _, obj := range objs {
		if err := w.ownersSaved(t, obj, nil); err != nil {
			return err
		}
		rv := reflect.ValueOf(obj).Elem()
		keyless[obj] = w.pk(obj) == nil
		for _, f := range t.times() {
			fieldOf(rv, f).SetZero()
		}
	}
	var err error
	if b.byDB, err = w.byDatabase(t, objs); err != nil {
		return err
	}
	err = w.keeping(ctx, func(ctx context.Context) error { return t.manager(w.env).bulkCreate(ctx, objs, b) }, txutil.WithoutSavepoint())
	if err != nil {
		return err
	}
	for _, obj := range objs {
		s := w.of(obj)
		switch {
		case !b.ignore:
			s.adding, s.byDB, s.keyless = false, nil, false
		case keyless[obj]: // Django does not know which rows were created
			fieldOf(reflect.ValueOf(obj).Elem(), t.key).SetZero()
		default:
			s.adding = false
		}
	}
	return nil
}

// byDatabase returns the columns that all objects leave to the database. It
// sets the columns that only some leave to it, since one statement serves all.
func (w *writes) byDatabase(t *table, objs []any) (columns []string, err error) {
	for _, f := range t.fields {
		n := 0
		for _, obj := range objs {
			if w.of(obj).byDB[f.DBName] {
				n++
			}
		}
		if n == len(objs) && n > 0 {
			columns = append(columns, f.DBName)
			continue
		}
		for _, obj := range objs {
			if w.of(obj).byDB[f.DBName] {
				if err := put(fieldOf(reflect.ValueOf(obj).Elem(), f), f.DefaultValueInterface); err != nil {
					return nil, err
				}
			}
		}
	}
	return columns, nil
}

func (w *writes) doBulkUpdate(ctx context.Context, s *object) (any, error) {
	t, err := tableNamed(s.text("model"))
	if err != nil {
		return nil, err
	}
	objs, names := s.list("objs"), texts(s.list("fields"))
	batch, err := bound(s.get("batch_size"), 0)
	if err != nil {
		return nil, err
	}
	columns, err := t.columnsNamed(names)
	switch {
	case err != nil:
		return nil, err
	case len(columns) == 0:
		return nil, errValue{"no fields"}
	case s.get("batch_size") != nil && batch <= 0:
		return nil, errValue{"a batch holds at least one object"}
	}
	for _, obj := range objs {
		if w.pk(obj) == nil {
			return nil, errValue{"an object without a key"}
		}
	}
	if contains(columns, t.key.DBName) {
		return nil, errValue{"the key is not to be updated"}
	}
	if len(objs) == 0 {
		return 0, nil
	}
	for _, obj := range objs {
		if err := w.ownersSaved(t, obj, columns); err != nil {
			return nil, err
		}
	}
	return t.manager(w.env).bulkUpdate(ctx, objs, columns)
}
