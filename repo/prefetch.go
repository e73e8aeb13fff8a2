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

// prefetch loads relations of objects at hand, a statement each.
func prefetch[T any](ctx context.Context, s *state, rels []*modelinfo.Relation, objs []*T) error {
	if len(rels) == 0 {
		return nil
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		owners[i] = reflect.ValueOf(o).Elem()
	}
	for _, rel := range rels {
		if err := prefetchOne(ctx, s, rel, owners); err != nil {
			return fmt.Errorf("repo: prefetching %s.%s: %w", s.model.Name, rel.Name, err)
		}
	}
	return nil
}

func prefetchOne(ctx context.Context, s *state, rel *modelinfo.Relation, owners []reflect.Value) error {
	own, err := ownKey(rel)
	if err != nil {
		return err
	}
	keys, seen := []any(nil), map[any]bool{}
	for _, o := range owners {
		v, zero := own.ValueOf(ctx, o)
		k := comparable(v)
		if k == nil || zero && rel.Kind != modelinfo.BelongsTo || seen[k] {
			continue
		}
		seen[k] = true
		keys = append(keys, k)
	}
	found := map[any][]reflect.Value{}
	if len(keys) > 0 {
		if found, err = related(ctx, s, rel, keys); err != nil {
			return err
		}
	}
	for _, o := range owners {
		v, _ := own.ValueOf(ctx, o)
		if field, ok := rel.In(o); ok {
			if err := place(field, rel, found[comparable(v)]); err != nil {
				return err
			}
		}
	}
	return nil
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

// related reads the related rows, as pointers, by the owner's key.
func related(ctx context.Context, s *state, rel *modelinfo.Relation, keys []any) (map[any][]reflect.Value, error) {
	var st *compile.Stmt
	zone := s.reg.TimeZone()
	if rel.Kind == modelinfo.ManyToMany {
		var err error
		if st, err = compile.Through(rel, query.Array(keys), zone); err != nil {
			return nil, err
		}
	} else {
		q := query.New(rel.To)
		in, err := query.NewLeaf(lookup.Path{Text: rel.Name, Field: rel.Pairs[0].To, Op: lookup.In}, keys)
		if err != nil {
			return nil, err
		}
		q = q.With(in)
		for _, f := range rel.Fixed {
			is, err := query.NewLeaf(lookup.Path{Text: rel.Name, Field: f.Field, Op: lookup.Exact}, f.Value)
			if err != nil {
				return nil, err
			}
			q = q.With(is)
		}
		if st, err = compile.Select(q, zone); err != nil {
			return nil, err
		}
	}
	var ownerType reflect.Type // of the column that tells whose a row is
	if rel.Kind == modelinfo.ManyToMany {
		ownerType = rel.Through.From[0].Ref.FieldType
	}
	objs, extra, err := exec.Objects(ctx, s.db, st, ownerType)
	if err != nil {
		return nil, err
	}
	if err := foundAll(ctx, s, rel.To, objs); err != nil {
		return nil, err
	}
	found := make(map[any][]reflect.Value, len(keys))
	for i, obj := range objs {
		var key any
		if rel.Kind == modelinfo.ManyToMany {
			key = comparable(extra[i])
		} else {
			v, _ := rel.Pairs[0].To.ValueOf(ctx, obj.Elem())
			key = comparable(v)
		}
		found[key] = append(found[key], obj)
	}
	return found, nil
}

// foundAll runs AfterFind of objects whose type is known at run time only.
func foundAll(ctx context.Context, s *state, m *modelinfo.Model, objs []reflect.Value) error {
	if !m.Schema.AfterFind {
		return nil
	}
	to := *s
	to.model = m
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
		return fmt.Errorf("field %s of type %s cannot hold %s", rel.Rel.Name, field.Type(), rel.To.Name)
	}
	return nil
}

// comparable gives a key one type whatever its Go type is, so that an int64
// and a *int64 with the same number are the same key. NULL is nil.
func comparable(v any) any {
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
