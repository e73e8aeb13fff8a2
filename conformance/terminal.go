package main

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/gormango/gormango/repo"
)

// errIndex is Python's IndexError: qs[3] where there is no such row.
var errIndex = errors.New("no row at that index")

// errNoName is Django's TypeError for an annotation that has no name of its own.
var errNoName = errors.New("the expression needs a name")

// moreThan stands for rows of which there are too many to compare.
func moreThan(n int) any { return row{"$more_than": n} }

// run runs the end of a spec.
func (r *runner[T]) run(end *object) (any, error) {
	ctx := context.Background()
	do := "list"
	if end != nil {
		do = end.text("do")
	}
	if r.dates != nil {
		return r.dateEnd(ctx, do)
	}
	switch do {
	case "in_bulk":
		return r.inBulk(ctx, end)
	case "earliest", "latest":
		return r.extreme(ctx, end)
	case "contains":
		return r.contains(ctx, end.object("obj"))
	case "list", "iterator":
		return r.rows(ctx, do == "iterator")
	case "count":
		return r.qs.Count(ctx)
	case "exists":
		return r.qs.Exists(ctx)
	case "first", "last":
		return r.edge(ctx, do == "last")
	case "aggregate":
		return r.aggregateEnd(ctx, end.object("exprs"))
	case "get":
		return r.get(ctx, end)
	case "index":
		n, err := end.get("n").(json.Number).Int64()
		if err != nil {
			return nil, err
		}
		r.qs = r.qs.Slice(int(n), int(n)+1)
		list, err := r.rows(ctx, false)
		if err != nil {
			return nil, err
		}
		if len(list.([]any)) == 0 {
			return nil, errIndex
		}
		return list.([]any)[0], nil
	}
	return nil, unsupported("end " + do)
}

// rows reads all the rows.
func (r *runner[T]) rows(ctx context.Context, cursor bool) (any, error) {
	switch {
	case r.columns != nil:
		return r.columnRows(ctx, cursor)
	case len(r.load.names) > 0:
		return r.annotatedRows(ctx)
	}
	deferred := r.deferred()
	out := []any{}
	if !cursor && (r.sliced || r.many) {
		objs, err := r.qs.All(ctx)
		if err != nil {
			return nil, err
		}
		if len(objs) > r.env.maxRows {
			return moreThan(r.env.maxRows), nil
		}
		for _, o := range objs {
			out = append(out, instance(reflect.ValueOf(o), r.load, deferred))
		}
		return out, nil
	}
	for o, err := range r.qs.Iter(ctx) {
		if err != nil {
			return nil, err
		}
		if len(out) == r.env.maxRows {
			return moreThan(r.env.maxRows), nil
		}
		out = append(out, instance(reflect.ValueOf(o), r.load, deferred))
	}
	return out, nil
}

func (r *runner[T]) deferred() []string {
	var out []string
	for _, n := range r.qs.Deferred() {
		out = append(out, string(n))
	}
	return out
}

// edge is first and last.
func (r *runner[T]) edge(ctx context.Context, last bool) (any, error) {
	if r.columns == nil && len(r.load.names) == 0 {
		read := r.qs.First
		if last {
			read = r.qs.Last
		}
		obj, err := repo.Maybe(read(ctx))
		if err != nil || obj == nil {
			return nil, err
		}
		return instance(reflect.ValueOf(obj), r.load, r.deferred()), nil
	}
	if !r.ordered {
		r.qs = r.qs.OrderBy("pk")
	}
	if last {
		r.qs = r.qs.Reverse()
	}
	r.qs = r.qs.Slice(0, 1)
	list, err := r.rows(ctx, false)
	if err != nil || len(list.([]any)) == 0 {
		return nil, err
	}
	return list.([]any)[0], nil
}

func (r *runner[T]) get(ctx context.Context, end *object) (any, error) {
	if end.has("q") {
		c, err := r.cond(end.object("q"))
		if err != nil {
			return nil, err
		}
		r.qs = r.qs.Where(c)
	}
	if r.columns == nil && len(r.load.names) == 0 {
		obj, err := r.qs.Get(ctx)
		if err != nil {
			return nil, err
		}
		return instance(reflect.ValueOf(obj), r.load, r.deferred()), nil
	}
	list, err := r.rows(ctx, false)
	if err != nil {
		return nil, err
	}
	switch l, _ := list.([]any); len(l) {
	case 0:
		return nil, repo.ErrDoesNotExist
	case 1:
		return l[0], nil
	}
	return nil, repo.ErrMultipleObjectsReturned
}
