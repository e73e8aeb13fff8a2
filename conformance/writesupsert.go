package main

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// upsert is a lookup, and the objects to create or update by it.
type upsert struct {
	t      *table
	names  []string // of the lookup
	lookup []any
	obj    any // as it would be created
	// change and to are the columns and values of an update.
	change []string
	to     []any
	update bool
	plain  bool // an update sets the same values as a creation
}

// upsert reads a step of get_or_create or update_or_create.
func (w *writes) upsert(t *table, s *object, update bool) (*upsert, error) {
	names, values, err := w.values(t, s.object("lookup"))
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if strings.Contains(n, "__") {
			return nil, unsupported("a lookup " + n + " of what would be created")
		}
	}
	u := &upsert{t: t, names: names, lookup: values, update: update, plain: true}
	defaults := s.object("defaults")
	if u.change, u.to, err = w.values(t, defaults); err != nil {
		return nil, err
	}
	if update && s.get("create_defaults") != nil {
		defaults, u.plain = s.object("create_defaults"), false
	}
	more, moreValues, err := w.values(t, defaults)
	if err != nil {
		return nil, err
	}
	u.obj, err = w.made(t, append(slices.Clone(names), more...), append(values, moreValues...))
	return u, err
}

func (w *writes) doGetOrCreate(ctx context.Context, s *object) (any, error) {
	return w.orCreate(ctx, s, false)
}

func (w *writes) doUpdateOrCreate(ctx context.Context, s *object) (any, error) {
	return w.orCreate(ctx, s, true)
}

func (w *writes) orCreate(ctx context.Context, s *object, update bool) (any, error) {
	t, err := tableNamed(s.text("model"))
	if err != nil {
		return nil, err
	}
	u, err := w.upsert(t, s, update)
	if err != nil {
		return nil, err
	}
	created, err := u.run(ctx, w, t.manager(w.env))
	if err != nil {
		return nil, err
	}
	w.bind(s, u.obj)
	return row{"created": created, "obj": w.inst(u.obj)}, nil
}

// matcher finds or creates an object.
type matcher interface {
	create(ctx context.Context, obj any, byDB []string) error
	getOrCreate(ctx context.Context, names []string, obj any, byDB []string) (bool, error)
	updateOrCreate(ctx context.Context, names []string, obj any, change, byDB []string) (bool, error)
	locked(ctx context.Context, names []string, values []any) (any, error)
	save(ctx context.Context, obj any, columns []string, touch bool) error
}

func (r repository[T]) getOrCreate(ctx context.Context, names []string, obj any, byDB []string) (bool, error) {
	list := namesOf[T](names)
	return r.Defaults(namesOf[T](byDB)...).By(list[0], list[1:]...).GetOrCreate(ctx, obj.(*T))
}

func (r repository[T]) updateOrCreate(ctx context.Context, names []string, obj any, change, byDB []string) (bool, error) {
	list, set := namesOf[T](names), namesOf[T](change)
	return r.Defaults(namesOf[T](byDB)...).By(list[0], list[1:]...).UpdateOrCreate(ctx, obj.(*T), set[0], set[1:]...)
}

// run runs the step.
func (u *upsert) run(ctx context.Context, w *writes, m matcher) (created bool, err error) {
	s := w.of(u.obj)
	var byDB []string
	for _, f := range u.t.fields {
		if s.byDB[f.DBName] {
			byDB = append(byDB, f.DBName)
		}
	}
	switch {
	case u.update && !u.plain:
		return u.apart(ctx, w, m, byDB)
	case u.update:
		columns, e := u.columns()
		if e != nil {
			return false, e
		}
		if len(columns) > 0 {
			w.sending = u.spelled()
			created, err = m.updateOrCreate(ctx, u.names, u.obj, columns, byDB)
			w.sending = nil
			break
		}
		fallthrough // there is nothing to save
	default:
		created, err = m.getOrCreate(ctx, u.names, u.obj, byDB)
	}
	if err != nil {
		return false, err
	}
	u.settle(w, created)
	return created, nil
}

// spelled returns the names that Django saves: those in the step, and all
// times.
func (u *upsert) spelled() []string {
	names := slices.Clone(u.change)
	for _, f := range u.t.times() {
		names = append(names, f.DBName)
	}
	return names
}

// columns returns the columns of an update. If there are none, it returns the
// times, which change anyway.
func (u *upsert) columns() ([]string, error) {
	columns, err := u.t.columnsNamed(u.change)
	if err != nil || len(columns) > 0 {
		return columns, err
	}
	for _, f := range u.t.times() {
		if f.AutoUpdateTime > 0 {
			columns = append(columns, f.DBName)
		}
	}
	return columns, nil
}

// apart handles an update to other values than those of a creation: in a
// transaction it locks and saves the row, or creates it.
func (u *upsert) apart(ctx context.Context, w *writes, m matcher, byDB []string) (created bool, err error) {
	err = txutil.Atomic(ctx, w.env.db, func(ctx context.Context) error {
		obj, err := m.locked(ctx, u.names, u.lookup)
		if errors.Is(err, repo.ErrDoesNotExist) {
			created = true
			defer u.settle(w, true)
			return txutil.Atomic(ctx, w.env.db, func(ctx context.Context) error { return m.create(ctx, u.obj, byDB) })
		}
		if err != nil {
			return err
		}
		u.obj = obj
		u.settle(w, false)
		if err := w.assign(u.t, obj, u.change, u.to); err != nil {
			return err
		}
		columns, err := u.columns()
		if err != nil || len(columns) == 0 {
			return err
		}
		if err := w.ownersSaved(u.t, obj, nil); err != nil {
			return err
		}
		w.sending = u.spelled()
		defer func() { w.sending = nil }()
		return m.save(ctx, obj, columns, true)
	})
	return created && err == nil, err
}

// locked reads and locks the row with these values in these columns.
func (r repository[T]) locked(ctx context.Context, names []string, values []any) (any, error) {
	return locked(ctx, repo.From(r), names, values)
}

func locked[T any](ctx context.Context, qs *repo.QuerySet[T], names []string, values []any) (any, error) {
	for i, n := range names {
		qs = qs.Filter(repo.Lookup[T](n), values[i])
	}
	return qs.SelectForUpdate().Get(ctx)
}

// settle updates an object's state to one with a row.
func (u *upsert) settle(w *writes, created bool) {
	w.states[u.obj] = &state{target: w.of(u.obj).target}
	if !created {
		w.of(u.obj).target = nil
		rv := reflect.ValueOf(u.obj).Elem()
		for _, o := range u.t.owners {
			rv.FieldByIndex(o.at).SetZero()
		}
	}
}
