package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/param"
)

// InBulk returns the objects with these primary keys, by key. A key without a
// row is not in the map. With nil keys it reads every object; with an empty
// slice it sends nothing. It runs one statement, and one for each prefetched
// relation. After a slice it returns ErrSliced, after Columns or GroupBy
// ErrGrouped.
//
//	byID, err := repo.InBulk(ctx, books, []int64{1, 2, 3})
func InBulk[K comparable, T any](ctx context.Context, src Source[T], keys []K) (map[K]*T, error) {
	return InBulkBy(ctx, src, "pk", keys)
}

// InBulkBy is InBulk by a field whose values are unique: by a tag, by an index
// without a condition or a constraint of Meta, or as the only name of Distinct.
// Objects whose field is NULL are left out.
func InBulkBy[K comparable, T any](ctx context.Context, src Source[T], field Name[T], keys []K) (map[K]*T, error) {
	return inBulk(ctx, src, string(field), keys)
}

func inBulk[K comparable, P any](ctx context.Context, src SourceOf[P], field string, keys []K) (map[K]P, error) {
	s := stateIn(src)
	objs, f, err := s.InBulk(ctx, field, keys, len(keys), keys == nil)
	if err != nil {
		return nil, err
	}
	asked := map[any]K{}
	for _, k := range keys {
		asked[param.Key(f.Type, k)] = k
	}
	out := map[K]P{}
	for _, at := range objs {
		v, _ := f.ValueOf(ctx, reflect.NewAt(f.Model.Type, at).Elem())
		key := param.Key(f.Type, v)
		if key == nil {
			continue
		}
		k, ok := asked[key]
		if !ok {
			if k, err = keyAs[K](v); err != nil {
				return nil, s.Mistaken(field, fmt.Errorf("%s.%s: %w", s.Model.Name, f.Column, err))
			}
		}
		out[k], _ = objectOf[P](at, nil)
	}
	return out, nil
}

// keyAs returns the value of a column as the key of a map.
func keyAs[K comparable](v any) (K, error) {
	var k K
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		if same, ok := rv.Interface().(K); ok {
			return same, nil
		}
		rv = rv.Elem()
	}
	to := reflect.ValueOf(&k).Elem()
	if text, ok := rv.Interface().(fmt.Stringer); ok && to.Kind() == reflect.String && rv.Kind() != reflect.String {
		to.SetString(text.String())
		return k, nil
	}
	plain := rv.Interface()
	switch {
	case rv.CanInt():
		plain = rv.Int()
	case rv.CanUint():
		plain = int64(rv.Uint())
	}
	if rv.Type().AssignableTo(to.Type()) {
		plain = rv.Interface()
	}
	err := exec.Assign(plain, to)
	return k, err
}
