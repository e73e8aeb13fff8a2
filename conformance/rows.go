package main

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/repo"
)

// columnRows reads rows that hold columns. A cursor reads no more of them than are printed.
func (r *runner[T]) columnRows(ctx context.Context, cursor bool) (any, error) {
	out := []any{}
	if !cursor && r.sliced {
		rows, err := repo.Values[[]any](ctx, r.qs)
		if err != nil {
			return nil, err
		}
		for _, vals := range rows {
			out = append(out, r.columnRow(vals))
		}
		return out, nil
	}
	for vals, err := range repo.ValuesIter[[]any](ctx, r.qs) {
		if err != nil {
			return nil, err
		}
		if len(out) == r.env.maxRows {
			return moreThan(r.env.maxRows), nil
		}
		out = append(out, r.columnRow(vals))
	}
	return out, nil
}

// columnRow is a row in the form that values, values_list or flat wants.
func (r *runner[T]) columnRow(vals []any) any {
	list := make([]any, len(vals))
	for i, v := range vals {
		kind := ""
		if i < len(r.columns) {
			kind = r.kind(r.columns[i])
		}
		list[i] = encode(v, kind)
	}
	switch {
	case r.flat:
		return list[0]
	case r.asList:
		return list
	}
	o := row{}
	for i, v := range list {
		if i >= len(r.columns) {
			return row{"$columns": len(list)}
		}
		o[r.columns[i]] = v
	}
	return o
}

// annotatedRows reads objects with annotations.
func (r *runner[T]) annotatedRows(ctx context.Context) (any, error) {
	qs := r.qs
	if !r.sliced {
		qs = qs.Limit(r.env.maxRows + 1)
	}
	rows, err := repo.Into[repo.Row[T]](ctx, qs)
	if err != nil {
		return nil, err
	}
	if len(rows) > r.env.maxRows {
		return moreThan(r.env.maxRows), nil
	}
	out, deferred := make([]any, len(rows)), r.deferred()
	for i, x := range rows {
		out[i] = r.annotated(x, deferred)
	}
	return out, nil
}

func (r *runner[T]) annotated(x repo.Row[T], deferred []string) any {
	o := instance(reflect.ValueOf(x.Object), r.load, deferred).(row)
	for name, v := range x.Values {
		o[name] = encode(v, r.kind(name))
	}
	return o
}
