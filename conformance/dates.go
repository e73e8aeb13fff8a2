package main

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// dateRows returns the result of dates and datetimes, with the slices that
// follow them.
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
		return nil, r.dateError(err)
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

// dateEnd runs the end of a spec whose rows are dates.
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

// dateError returns Django's error for a column that holds no dates.
func (r *runner[T]) dateError(err error) error {
	var bad *repo.FieldError
	name := r.dates.text("field")
	if errors.As(err, &bad) && bad.Part == "" {
		if column, _ := columnOf(reflect.TypeFor[T](), name); column != nil && baseOf(column.Type) == reflect.TypeFor[time.Time]() {
			return pythonError(err, valueError("datetimes of a date"))
		}
		return pythonError(err, typeError("no field of dates"))
	}
	return err
}

// unfoldDates replaces dates and datetimes by their parts in Django, for the
// steps that follow them.
func (r *runner[T]) unfoldDates() error {
	op := r.dates
	if op == nil {
		return nil
	}
	if _, err := r.dateRows(context.Background()); err != nil {
		return err
	}
	r.dates = nil
	var zone []fn.Zone
	if tz := op.text("tz"); tz != "" {
		at, err := time.LoadLocation(tz)
		if err != nil {
			return err
		}
		zone = append(zone, fn.In(at))
	}
	of, name, order := repo.F(repo.Ref(op.text("field"))), "datefield", repo.Ordering[T]("datefield")
	trunc := repo.Operand(fn.Trunc(of, op.text("kind"), zone...))
	if op.text("op") == "dates" {
		name, order, trunc = "datefield", "datefield", repo.Cast(trunc, repo.TypeDate)
		r.kinds[name] = "date"
	} else {
		name, order = "datetimefield", "datetimefield"
	}
	if op.text("order") == "DESC" {
		order = "-" + order
	}
	r.qs = r.qs.Annotate(name, trunc).Alias("plain_field", of).Columns(repo.Name[T](name)).Distinct().Filter("plain_field__isnull", false).OrderBy(order)
	r.columns, r.asList, r.flat, r.ordered = []string{name}, true, true, true
	for _, cut := range r.cuts {
		r.qs = r.qs.Slice(cut[0], cut[1])
	}
	return r.qs.Err()
}
