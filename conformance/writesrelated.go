package main

import (
	"context"
	"errors"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// managing calls a related manager.
type managing func(w *writes, ctx context.Context, owner any, s *object) (any, error)

// throughDefaults are Python's defaults for the rows of a through model.
var throughDefaults = map[string]map[string]any{
	"ow_stock":      {"qty": int64(1)},
	"ow_membership": {"role": "member", "points": int64(0)},
}

// manager registers a related manager of P: the rows of C at the end of a
// relation. through is the through model, "" for none or GORM's own table.
func manager[P, C any](name, through string) {
	owner, child := tableOfObject(new(P)), tableOfObject(new(C))
	owner.managers[name] = func(w *writes, ctx context.Context, obj any, s *object) (any, error) {
		rows := child.manager(w.env).(repository[C]).Repository
		m := repo.RelatedByName[C](repo.New[P](w.env.db), obj.(*P), repo.Rel[P](name)).With(rows)
		if x := s.object("through_defaults"); through != "" || x != nil {
			between, err := tableOfTable(through)
			if err != nil {
				return nil, err
			}
			names, values, err := w.values(between, x)
			if err != nil {
				return nil, err
			}
			all := map[string]any{}
			for n, v := range throughDefaults[through] {
				all[n] = v
			}
			for i, n := range names {
				all[between.column(n).DBName] = values[i]
				if owned := between.owners[n]; owned != nil && values[i] != nil {
					all[between.column(n).DBName] = w.pk(values[i])
				}
			}
			m = m.Through(all)
		}
		model, err := modelinfo.Of(w.env.db).Model(owner.typ)
		if err != nil {
			return nil, err
		}
		return tied[P, C]{w, child, rows, m, model.Relation(name)}.call(ctx, s)
	}
}

// tied is a related manager of an owner.
type tied[P, C any] struct {
	w     *writes
	child *table
	rows  *repo.Repository[C]
	m     *repo.RelatedManager[P, C]
	rel   *modelinfo.Relation
}

func (w *writes) doRel(ctx context.Context, s *object) (any, error) {
	t, obj, err := w.object(s)
	if err != nil {
		return nil, err
	}
	call := t.managers[s.text("name")]
	if call == nil {
		return nil, unsupported("the manager " + t.name + "." + s.text("name"))
	}
	if w.pk(obj) == nil && s.text("name") == "notes" { // a generic manager needs no key to find nothing
		switch s.text("call") {
		case "clear":
			return nil, nil
		case "ids":
			return []any{}, nil
		case "count":
			return 0, nil
		case "add", "set": // the server reports the missing key, if there is anything to write
			if len(s.list("objs")) > 0 {
				return nil, errNullKey
			}
			return nil, nil
		case "remove":
			return nil, nil
		case "create":
			w.announced("Note")
			return nil, errNullKey
		}
	}
	result, err := call(w, ctx, obj, s)
	if errors.Is(err, repo.ErrRequired) {
		err = errAttribute
	}
	return result, err
}

func (r tied[P, C]) call(ctx context.Context, s *object) (any, error) {
	if err := r.m.Err(); err != nil {
		return nil, err
	}
	switch call := s.text("call"); call {
	case "add", "remove", "set":
		return nil, r.change(ctx, call, s)
	case "clear":
		return nil, r.m.Clear(ctx)
	case "create":
		return r.make(ctx, s)
	case "get_or_create", "update_or_create":
		u, err := r.w.upsert(r.child, s, call == "update_or_create")
		if err != nil {
			return nil, err
		}
		created, err := u.run(ctx, r.w, r)
		if err != nil {
			return nil, err
		}
		r.w.bind(s, u.obj)
		return row{"created": created, "obj": r.w.inst(u.obj)}, nil
	case "ids":
		objs, err := r.m.All(ctx)
		if err != nil {
			return nil, err
		}
		return keysOf(r.w, objs), nil
	case "count":
		return r.m.Count(ctx)
	case "update", "delete":
		rows := &runner[C]{env: r.w.env, qs: &r.m.QuerySetOf, load: newLoad(), kinds: map[string]string{}}
		if err := applied(rows, s); err != nil {
			return nil, err
		}
		if call == "delete" {
			d, err := rows.remove(ctx)
			if err != nil {
				return nil, err
			}
			return counts(d), nil
		}
		names, values, err := r.w.values(r.child, s.object("values"))
		if err != nil {
			return nil, err
		}
		return rows.update(ctx, names, values)
	default:
		return nil, unsupported("the call " + call)
	}
}

// change runs add, remove and set, by objects or by keys.
func (r tied[P, C]) change(ctx context.Context, call string, s *object) error {
	m, objs := r.m, s.list("objs")
	each, given := s.get("bulk").(bool)
	each = given && !each
	if each {
		m = m.SaveEach()
	}
	if s.bool("clear") {
		m = m.ClearFirst()
	}
	var (
		list []*C
		keys []any
	)
	for _, o := range objs {
		switch p, ok := o.(*C); {
		case ok && p != nil:
			keyless := r.w.pk(p) == nil
			switch {
			case keyless && call == "set" && !s.bool("clear") && r.compares():
				return errType{"an object without a key has no hash"}
			case call != "remove" && !each && r.w.of(p).adding:
				return errValue{"an object that was not saved"}
			case keyless && !each && r.rel.Kind != modelinfo.ManyToMany:
				continue // it was deleted: Django's UPDATE finds no row
			}
			list, keys = append(list, p), append(keys, r.w.pk(p))
		case o != nil && reflect.ValueOf(o).Kind() == reflect.Pointer:
			return errValue{"an object of another model"}
		default:
			k, err := r.child.rows(r.w.env, true).value(o)
			if err != nil {
				return err
			}
			keys = append(keys, k)
		}
	}
	byKey := len(list) < len(keys)
	if len(keys) == 0 && call != "set" {
		return nil
	}
	var err error
	switch {
	case call == "add" && byKey:
		return m.AddKeys(ctx, keys[0], keys[1:]...)
	case call == "add" && each:
		err = txutil.Atomic(ctx, r.w.env.db, func(ctx context.Context) error {
			for _, p := range list {
				heard := len(r.w.signals)
				err := m.Add(ctx, p)
				if errors.Is(err, repo.ErrDoesNotExist) { // Django inserts a row that has vanished again
					r.w.signals = r.w.signals[:heard]
					err = r.w.insert(ctx, r.child, p)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	case call == "add":
		err = m.Add(ctx, list[0], list[1:]...)
	case call == "remove" && byKey:
		return m.RemoveKeys(ctx, keys[0], keys[1:]...)
	case call == "remove":
		return m.Remove(ctx, list[0], list[1:]...)
	case byKey:
		return m.ReplaceKeys(ctx, keys...)
	default:
		err = m.Replace(ctx, list...)
	}
	if err == nil && each {
		for _, p := range list {
			r.w.of(p).adding = false
		}
	}
	return err
}

// compares reports whether Django's set compares the objects with a set of the
// linked ones.
func (r tied[P, C]) compares() bool {
	if r.rel.Kind == modelinfo.ManyToMany {
		return false
	}
	for _, p := range r.rel.Pairs {
		if p.To.NotNull && len(r.rel.Fixed) == 0 {
			return false // rows cannot be removed, so set only adds
		}
	}
	return true
}

// make creates an object of the owner with the step's values.
func (r tied[P, C]) make(ctx context.Context, s *object) (any, error) {
	names, values, err := r.w.values(r.child, s.object("values"))
	if err != nil {
		return nil, err
	}
	made, err := r.w.made(r.child, names, values)
	if err != nil {
		return nil, err
	}
	err = r.w.inserting(r.child, made, func(byDB []string) error { return r.create(ctx, made, byDB) })
	if err != nil {
		return nil, err
	}
	r.w.bind(s, made)
	return r.w.inst(made), nil
}

func (r tied[P, C]) create(ctx context.Context, obj any, byDB []string) error {
	return r.left(ctx, obj, byDB, r.m.With(r.rows.Defaults(namesOf[C](byDB)...)).Create(ctx, obj.(*C)))
}

func (r tied[P, C]) getOrCreate(ctx context.Context, names []string, obj any, byDB []string) (bool, error) {
	list := namesOf[C](names)
	created, err := r.m.With(r.rows.Defaults(namesOf[C](byDB)...)).By(list[0], list[1:]...).GetOrCreate(ctx, obj.(*C))
	return created, r.left(ctx, obj, byDB, err)
}

// left stores the object whose link failed because the owner has vanished:
// Django creates and links in two transactions, the library in one.
func (r tied[P, C]) left(ctx context.Context, obj any, byDB []string, err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23503" && pg.TableName != r.child.table && !txutil.InTransaction(ctx, r.w.env.db) {
		heard := len(r.w.signals)
		_ = r.rows.Defaults(namesOf[C](byDB)...).Create(ctx, obj.(*C))
		r.w.signals = r.w.signals[:heard]
	}
	return err
}

func (r tied[P, C]) updateOrCreate(ctx context.Context, names []string, obj any, change, byDB []string) (bool, error) {
	list, set := namesOf[C](names), namesOf[C](change)
	created, err := r.m.With(r.rows.Defaults(namesOf[C](byDB)...)).By(list[0], list[1:]...).UpdateOrCreate(ctx, obj.(*C), set[0], set[1:]...)
	return created, r.left(ctx, obj, byDB, err)
}

func (r tied[P, C]) locked(ctx context.Context, names []string, values []any) (any, error) {
	return locked(ctx, &r.m.QuerySetOf, names, values)
}

func (r tied[P, C]) save(ctx context.Context, obj any, columns []string, touch bool) error {
	return repository[C]{r.rows}.save(ctx, obj, columns, touch)
}
