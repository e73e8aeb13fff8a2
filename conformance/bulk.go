package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/repo"
)

// inBulk runs the end in_bulk: objects by key.
func (r *runner[T]) inBulk(ctx context.Context, end *object) (any, error) {
	field := end.text("field")
	if field == "" {
		field = "pk"
	}
	var ids any
	if end.has("ids") {
		var err error
		if ids, err = r.value(end.get("ids")); err != nil {
			return nil, err
		}
	}
	if r.columns == nil && len(r.load.names) > 0 {
		if _, err := bulk(ctx, r, field, []string{}); err != nil { // reports errors of the field
			return nil, err
		}
		return r.annotatedBulk(ctx, field, ids)
	}
	switch keys := ids.(type) {
	case nil:
		if column, _ := columnOf(reflect.TypeFor[T](), field); column != nil && baseOf(column.Type).Kind() == reflect.String {
			return bulk[string](ctx, r, field, nil)
		}
		return bulk[int64](ctx, r, field, nil)
	case []int64:
		return bulk(ctx, r, field, keys)
	case []string:
		if field == "pk" && len(keys) == 0 {
			return bulk(ctx, r, field, []int64{})
		}
		return bulk(ctx, r, field, keys)
	}
	return nil, unsupported(fmt.Sprintf("in_bulk of %T", ids))
}

func bulk[K comparable, T any](ctx context.Context, r *runner[T], field string, keys []K) (any, error) {
	objs, err := repo.InBulkBy(ctx, r.qs, repo.Name[T](field), keys)
	var bad *repo.FieldError
	if errors.As(err, &bad) && bad.Part == "" {
		return nil, pythonError(err, valueError("in_bulk()'s field_name must be a unique field"))
	}
	if err != nil {
		return nil, err
	}
	out, l := row{}, r.loaded()
	for k, o := range objs {
		out[fmt.Sprint(k)] = instance(reflect.ValueOf(o), nil, l)
	}
	return out, nil
}

// annotatedBulk reads annotations too, unlike InBulk.
func (r *runner[T]) annotatedBulk(ctx context.Context, field string, ids any) (any, error) {
	if ids != nil {
		r.qs = r.qs.Filter(repo.Lookup[T](field+"__in"), ids)
	}
	rows, err := repo.Into[repo.Row[T]](ctx, r.qs)
	if err != nil {
		return nil, err
	}
	out, l := row{}, r.loaded()
	name := field
	if field == "pk" {
		name = "id"
	}
	for _, x := range rows {
		o := instance(reflect.ValueOf(x.Object), x.Values, l).(row)
		out[fmt.Sprint(o[name])] = o
	}
	return out, nil
}

// extreme runs the end earliest or latest.
func (r *runner[T]) extreme(ctx context.Context, end *object) (any, error) {
	var by []repo.Ordering[T]
	for _, f := range end.list("fields") {
		by = append(by, repo.Ordering[T](f.(string)))
	}
	if len(by) > 0 && (r.columns != nil || len(r.load.names) > 0) { // Earliest and Latest read objects only
		if r.qs = r.qs.OrderBy(by...); end.text("do") == "latest" {
			r.qs = r.qs.Reverse()
		}
		r.qs = r.qs.Slice(0, 1)
		list, err := r.rows(ctx)
		if err != nil {
			return nil, err
		}
		if rows := list.([]any); len(rows) > 0 {
			return rows[0], nil
		}
		return nil, repo.ErrDoesNotExist
	}
	read := r.qs.Earliest
	if end.text("do") == "latest" {
		read = r.qs.Latest
	}
	obj, err := read(ctx, by...)
	if len(by) == 0 {
		return nil, pythonError(err, valueError("no field to order by"))
	}
	if err != nil {
		return nil, err
	}
	return instance(reflect.ValueOf(obj), nil, r.loaded()), nil
}

// contains runs the end contains. An object of another model, which would not
// compile, is in no queryset.
func (r *runner[T]) contains(ctx context.Context, o *object) (any, error) {
	v, err := r.tagged("$obj", o)
	if err != nil {
		return nil, err
	}
	obj, ok := v.(*T)
	if !ok {
		obj = new(T)
		reflect.ValueOf(obj).Elem().FieldByName("ID").SetInt(1)
		_, err := r.qs.Contains(ctx, obj)
		return false, err
	}
	return r.qs.Contains(ctx, obj)
}
