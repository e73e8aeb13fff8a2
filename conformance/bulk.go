package main

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/gormango/gormango/repo"
)

// inBulk is the end in_bulk: objects by key.
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
		return r.annotatedBulk(ctx, field, ids)
	}
	switch keys := ids.(type) {
	case nil:
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
	if err != nil {
		return nil, err
	}
	out, deferred := row{}, r.deferred()
	for k, o := range objs {
		out[fmt.Sprint(k)] = instance(reflect.ValueOf(o), r.load, deferred)
	}
	return out, nil
}

// annotatedBulk reads annotations too, which InBulk does not.
func (r *runner[T]) annotatedBulk(ctx context.Context, field string, ids any) (any, error) {
	if ids != nil {
		r.qs = r.qs.Filter(repo.Lookup[T](field+"__in"), ids)
	}
	rows, err := repo.Into[repo.Row[T]](ctx, r.qs)
	if err != nil {
		return nil, err
	}
	out, deferred := row{}, r.deferred()
	name := field
	if field == "pk" {
		name = "id"
	}
	for _, x := range rows {
		o := r.annotated(x, deferred).(row)
		out[fmt.Sprint(o[name])] = o
	}
	return out, nil
}

// extreme is the end earliest or latest.
func (r *runner[T]) extreme(ctx context.Context, end *object) (any, error) {
	if r.columns != nil || len(r.load.names) > 0 {
		return nil, unsupported(end.text("do") + " of annotated rows")
	}
	var by []repo.Ordering[T]
	for _, f := range end.list("fields") {
		by = append(by, repo.Ordering[T](f.(string)))
	}
	read := r.qs.Earliest
	if end.text("do") == "latest" {
		read = r.qs.Latest
	}
	obj, err := read(ctx, by...)
	if err != nil {
		return nil, err
	}
	return instance(reflect.ValueOf(obj), r.load, r.deferred()), nil
}

// contains is the end contains.
func (r *runner[T]) contains(ctx context.Context, o *object) (any, error) {
	v, err := r.tagged("$obj", o)
	if err != nil {
		return nil, err
	}
	obj, ok := v.(*T)
	if !ok {
		return nil, unsupported("contains with an object of another model")
	}
	return r.qs.Contains(ctx, obj)
}

// dateRows are dates and datetimes, with the slices that follow them.
func (r *runner[T]) dateRows(ctx context.Context) ([]any, error) {
	op, order := r.dates, repo.OldestFirst
	if op.text("order") == "DESC" {
		order = repo.NewestFirst
	}
	var (
		times []time.Time
		err   error
		kind  = "date"
	)
	if op.text("op") == "dates" {
		times, err = repo.Dates(ctx, r.qs, repo.Name[T](op.text("field")), op.text("kind"), order)
	} else {
		var zone *time.Location
		if tz := op.text("tz"); tz != "" {
			if zone, err = time.LoadLocation(tz); err != nil {
				return nil, err
			}
		}
		kind = ""
		times, err = repo.Datetimes(ctx, r.qs, repo.Name[T](op.text("field")), op.text("kind"), zone, order)
	}
	if err != nil {
		return nil, err
	}
	for _, cut := range r.cuts {
		start, stop := min(cut[0], len(times)), len(times)
		if cut[1] >= 0 {
			stop = max(start, min(cut[1], len(times)))
		}
		times = times[start:stop]
	}
	out := make([]any, len(times))
	for i, t := range times {
		out[i] = encode(t, kind)
	}
	return out, nil
}

// dateEnd is the end of a spec whose rows are dates.
func (r *runner[T]) dateEnd(ctx context.Context, do string) (any, error) {
	list, err := r.dateRows(ctx)
	if err != nil {
		return nil, err
	}
	switch do {
	case "list", "iterator":
		return list, nil
	case "count":
		return len(list), nil
	case "exists":
		return len(list) > 0, nil
	}
	return nil, unsupported("end " + do + " of dates")
}
