package main

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/repo"
)

// columnRows reads rows of columns.
func (r *runner[T]) columnRows(ctx context.Context) (any, error) {
	out := []any{}
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

// columnRow returns a row in the form of values, values_list or flat.
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
	rows, err := repo.Into[repo.Row[T]](ctx, r.qs.Slice(0, r.env.maxRows+1))
	if err != nil {
		return nil, err
	}
	if len(rows) > r.env.maxRows {
		return moreThan(r.env.maxRows), nil
	}
	out, l := make([]any, len(rows)), r.loaded()
	for i, x := range rows {
		out[i] = instance(reflect.ValueOf(x.Object), x.Values, l)
	}
	return out, nil
}
