package main

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/gormango/gormango/repo"
)

// errIndex is Python's IndexError, of qs[3] without such a row.
var errIndex = errors.New("no row at that index")

// errNoName is Django's TypeError for an annotation without a default name.
const errNoName = typeError("the expression needs a name")

// moreThan is the result for too many rows to compare.
func moreThan(n int) any { return row{"$more_than": n} }

// run runs the end of a spec.
func (r *runner[T]) run(end *object) (any, error) {
	ctx := context.Background()
	do := "list"
	if end != nil {
		do = end.text("do")
	}
	if r.dates != nil {
		switch do {
		case "list", "iterator", "count", "exists":
			return r.dateEnd(ctx, do)
		}
		if err := r.unfoldDates(); err != nil {
			return nil, err
		}
	}
	out, err := r.end(ctx, do, end)
	if errors.Is(err, repo.ErrMismatch) {
		return nil, pythonError(err, notImplemented("distinct(fields) with aggregates"))
	}
	if err == nil && r.late != nil && r.columns == nil && objects(do, out) {
		return nil, r.late
	}
	return out, err
}

// objects reports whether the result of an end holds an object.
func objects(do string, result any) bool {
	switch do {
	case "count", "exists", "aggregate", "contains":
		return false
	}
	switch x := result.(type) {
	case nil:
		return false
	case []any:
		return len(x) > 0
	case row:
		return len(x) > 0
	}
	return true
}

func (r *runner[T]) end(ctx context.Context, do string, end *object) (any, error) {
	switch do {
	case "in_bulk":
		return r.inBulk(ctx, end)
	case "earliest", "latest":
		return r.extreme(ctx, end)
	case "contains":
		return r.contains(ctx, end.object("obj"))
	case "write":
		return r.write(ctx, end)
	case "iterator":
		if n, ok := end.get("chunk_size").(json.Number); ok && (n == "0" || n[0] == '-') {
			return nil, valueError("Chunk size must be strictly positive.")
		}
		if r.many && !end.has("chunk_size") {
			return nil, valueError("chunk_size must be provided when using QuerySet.iterator() after prefetch_related()")
		}
		return r.rows(ctx)
	case "list":
		return r.rows(ctx)
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
		list, err := r.rows(ctx)
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

// rows reads the rows by a cursor, only as many as are printed. Django's side
// too reads prefetched ones at once.
func (r *runner[T]) rows(ctx context.Context) (any, error) {
	switch {
	case r.columns != nil:
		return r.columnRows(ctx)
	case len(r.load.names) > 0:
		return r.annotatedRows(ctx)
	}
	out, l := []any{}, r.loaded()
	if r.many {
		objs, err := r.qs.All(ctx)
		if err != nil {
			return nil, err
		}
		if len(objs) > r.env.maxRows {
			return moreThan(r.env.maxRows), nil
		}
		for _, o := range objs {
			out = append(out, instance(reflect.ValueOf(o), nil, l))
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
		out = append(out, instance(reflect.ValueOf(o), nil, l))
	}
	return out, nil
}

// edge runs the ends first and last.
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
		return instance(reflect.ValueOf(obj), nil, r.loaded()), nil
	}
	if !r.ordered {
		r.qs = r.qs.OrderBy("pk")
	}
	if last {
		r.qs = r.qs.Reverse()
	}
	r.qs = r.qs.Slice(0, 1)
	list, err := r.rows(ctx)
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
		return instance(reflect.ValueOf(obj), nil, r.loaded()), nil
	}
	list, err := r.rows(ctx)
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
