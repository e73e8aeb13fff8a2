package repo

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// prefetch loads relations of objects at hand, a statement for each relation of a path.
func prefetch[T any](ctx context.Context, s *state, list []query.Prefetch, objs []*T) error {
	if len(list) == 0 {
		return nil
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		owners[i] = reflect.ValueOf(o).Elem()
	}
	return prefetchAll(ctx, s, list, owners)
}

// prefetchAll is prefetch for objects whose type is known at run time only.
func prefetchAll(ctx context.Context, s *state, list []query.Prefetch, owners []reflect.Value) error {
	if len(owners) == 0 {
		return nil
	}
	done := map[string][]reflect.Value{"": owners}
	for _, p := range list {
		if err := prefetchPath(ctx, s, p, done); err != nil {
			return err
		}
	}
	return nil
}

// prefetchPath loads the relations of one path, but those that an earlier one has
// loaded. done are the objects at each path.
func prefetchPath(ctx context.Context, s *state, p query.Prefetch, done map[string][]reflect.Value) error {
	at, m := "", s.model
	for i, rel := range p.Path {
		owners := done[at]
		last := i == len(p.Path)-1
		at += lookup.Sep + rel.Name
		if last && p.To != "" {
			at += ">" + p.To
		}
		if _, loaded := done[at]; !loaded {
			with := query.New(rel.To)
			if last && p.With != nil {
				with = p.With
			}
			to := p.To
			if !last {
				to = ""
			}
			objs, err := prefetchOne(ctx, s, rel, with, to, owners)
			if err != nil {
				return fmt.Errorf("repo: prefetching %s.%s: %w", m.Name, rel.Name, err)
			}
			done[at] = objs
		}
		m = rel.To
	}
	return nil
}

// prefetchOne loads one relation of the owners, and gives the objects that it holds then.
func prefetchOne(ctx context.Context, s *state, rel *modelinfo.Relation, with *query.Query, to string, owners []reflect.Value) ([]reflect.Value, error) {
	own, err := ownKey(rel)
	if err != nil {
		return nil, err
	}
	keys, seen := []any(nil), map[any]bool{}
	for _, o := range owners {
		v, zero := own.ValueOf(ctx, o)
		k := plainKey(v)
		if k == nil || zero && rel.Kind != modelinfo.BelongsTo || seen[k] {
			continue
		}
		seen[k] = true
		keys = append(keys, k)
	}
	found := map[any][]reflect.Value{}
	if len(keys) > 0 {
		if found, err = related(ctx, s, rel, with, keys); err != nil {
			return nil, err
		}
	}
	var objs []reflect.Value
	shared := map[any]bool{}
	for _, o := range owners {
		v, _ := own.ValueOf(ctx, o)
		field, ok := rel.In(o)
		if to != "" {
			field, ok = o.FieldByName(to), true
			if !field.IsValid() {
				return nil, fmt.Errorf("%s has no field %s to load it into", o.Type().Name(), to)
			}
		}
		if !ok {
			continue
		}
		if err := place(field, rel, found[plainKey(v)]); err != nil {
			return nil, err
		}
		objs = gather(objs, field, shared)
	}
	return objs, nil
}

// gather adds the objects that a relation's field holds, shared ones once.
func gather(objs []reflect.Value, field reflect.Value, shared map[any]bool) []reflect.Value {
	one := func(v reflect.Value) {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() || shared[v.Interface()] {
				return
			}
			shared[v.Interface()] = true
			v = v.Elem()
		}
		objs = append(objs, v)
	}
	if field.Kind() == reflect.Slice {
		for i := range field.Len() {
			one(field.Index(i))
		}
		return objs
	}
	one(field)
	return objs
}

// ownKey is the column of the owners by which related rows are found.
func ownKey(rel *modelinfo.Relation) (*modelinfo.Field, error) {
	if rel.Kind == modelinfo.ManyToMany {
		if len(rel.Through.From) != 1 {
			return nil, fmt.Errorf("its key has several columns, which cannot be prefetched yet")
		}
		return rel.Through.From[0].Ref, nil
	}
	if len(rel.Pairs) != 1 {
		return nil, fmt.Errorf("its key has several columns, which cannot be prefetched yet")
	}
	return rel.Pairs[0].From, nil
}

// related reads the related rows of q, as pointers, by the owner's key.
func related(ctx context.Context, s *state, rel *modelinfo.Relation, q *query.Query, keys []any) (map[any][]reflect.Value, error) {
	st, err := compile.Related(q, rel, query.Array(keys), s.reg.TimeZone())
	if err != nil {
		return nil, err
	}
	var ownerType reflect.Type // of the column that tells whose a row is
	if rel.Kind == modelinfo.ManyToMany {
		ownerType = rel.Through.From[0].Ref.FieldType
	}
	objs, extra, err := exec.Objects(ctx, s.db, st, ownerType)
	if err != nil {
		return nil, err
	}
	if err := follow(ctx, s, rel.To, q, objs); err != nil {
		return nil, err
	}
	found := make(map[any][]reflect.Value, len(keys))
	for i, obj := range objs {
		var key any
		if rel.Kind == modelinfo.ManyToMany {
			key = plainKey(extra[i])
		} else {
			v, _ := rel.Pairs[0].To.ValueOf(ctx, obj.Elem())
			key = plainKey(v)
		}
		found[key] = append(found[key], obj)
	}
	return found, nil
}

// follow does for related objects what follows once rows are read: prefetches of their own, and hooks.
func follow(ctx context.Context, s *state, m *modelinfo.Model, q *query.Query, objs []reflect.Value) error {
	to := *s
	to.model = m
	elems := make([]reflect.Value, len(objs))
	for i, o := range objs {
		elems[i] = o.Elem()
	}
	if len(q.Prefetched) > 0 {
		if err := prefetchAll(ctx, &to, q.Prefetched, elems); err != nil {
			return err
		}
	}
	if q.Related != nil {
		if err := joinedFound(ctx, &to, q.Related, elems); err != nil {
			return err
		}
	}
	if !m.Schema.AfterFind {
		return nil
	}
	for _, obj := range objs {
		if err := to.hooks(ctx, obj.Interface()).run(afterFound); err != nil {
			return err
		}
	}
	return nil
}

// place puts related objects into the owner's field: a pointer, a struct, or a
// slice of either, which is made even when it stays empty.
func place(field reflect.Value, rel *modelinfo.Relation, objs []reflect.Value) error {
	switch {
	case field.Kind() == reflect.Slice:
		out := reflect.MakeSlice(field.Type(), 0, len(objs))
		for _, o := range objs {
			if field.Type().Elem().Kind() != reflect.Pointer {
				o = o.Elem()
			}
			out = reflect.Append(out, o)
		}
		field.Set(out)
	case len(objs) == 0:
		field.SetZero()
	case field.Kind() == reflect.Pointer:
		field.Set(objs[0])
	case field.Kind() == reflect.Struct:
		field.Set(objs[0].Elem())
	default:
		return fmt.Errorf("field %s of type %s cannot hold %s", rel.Name, field.Type(), rel.To.Name)
	}
	return nil
}

// plainKey gives a key one type whatever its Go type is, so that an int64
// and a *int64 with the same number are the same key. NULL is nil.
func plainKey(v any) any {
	rv := reflect.ValueOf(v)
	for rv.IsValid() && rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil
		}
		rv = rv.Elem()
	}
	if rv.IsValid() {
		switch x := rv.Interface().(type) {
		case decimal.Decimal:
			return x.String() // equal numbers may differ inside
		case time.Time:
			return x.UnixMicro()
		}
	}
	switch {
	case !rv.IsValid():
		return nil
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint():
		return int64(rv.Uint())
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.Type().ConvertibleTo(reflect.TypeFor[uuid.UUID]()) && rv.Kind() == reflect.Array:
		return rv.Convert(reflect.TypeFor[uuid.UUID]()).Interface()
	case rv.Comparable():
		return rv.Interface()
	}
	return fmt.Sprint(rv.Interface())
}
