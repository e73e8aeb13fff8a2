package exec

import (
	"context"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
)

// NewIntoReader returns the Reader of a statement with objects of T: it fills
// the T inside R, a struct that embeds T or *T, and R's other fields with the
// columns behind them. object returns the T of an R that was read.
func NewIntoReader[R, T any](st *compile.Stmt, db *gorm.DB) (rd *Reader[R], object func(*R) *T, err error) {
	model, t := reflect.TypeFor[T](), reflect.TypeFor[R]()
	if t.Kind() != reflect.Struct {
		return nil, nil, fmt.Errorf("%s is no struct that embeds %s", t, model)
	}
	rd = readerOf[R](st)
	var at []int
	if t != model {
		if _, at, err = slotsOf(t, db.NamingStrategy, model); err != nil {
			return nil, nil, err
		}
	}
	object = func(row *R) *T {
		if t == model {
			return any(row).(*T)
		}
		f := reach(reflect.ValueOf(row), at)
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				f.Set(reflect.ValueOf(new(T)))
			}
			return f.Interface().(*T)
		}
		return f.Addr().Interface().(*T)
	}
	rd.open = func(columns []compile.Column) (sink[R], error) {
		rest, err := newSink[R](columns, db, rd.before, rd.extra, model)
		if err != nil {
			return nil, err
		}
		return newObjects(st, rest, func(row *R) reflect.Value { return reflect.ValueOf(object(row)) }), nil
	}
	rd.ready, err = rd.open(rd.columns)
	return rd, object, err
}

// NewRowReader returns the Reader of a statement with objects of T: it fills
// the T that object returns, and calls put with the values of the columns
// behind it, by name.
func NewRowReader[R, T any](st *compile.Stmt, object func(*R) *T, put func(*R, map[string]any)) *Reader[R] {
	rd := readerOf[R](st)
	rd.open = func(columns []compile.Column) (sink[R], error) {
		rest := &values[R]{columns: columns, before: rd.before, put: func(dst *R, vals []any) { put(dst, byName(columns, vals)) }}
		return newObjects(st, rest, func(row *R) reflect.Value { return reflect.ValueOf(object(row)) }), nil
	}
	return rd
}

// objects is the sink that fills an object with those joined to it, and passes
// the columns behind to rest.
type objects[R any] struct {
	decoder
	object func(*R) reflect.Value // a pointer
	rest   sink[R]
}

func newObjects[R any](st *compile.Stmt, rest sink[R], object func(*R) reflect.Value) *objects[R] {
	return &objects[R]{decoder: decoder{shape: Shape(st)}, object: object, rest: rest}
}

func (s *objects[R]) begin(fds []pgconn.FieldDescription, tm *pgtype.Map) (err error) {
	if err = s.decoder.begin(fds, tm); err != nil {
		return err
	}
	return s.rest.begin(fds, tm)
}

func (s *objects[R]) row(ctx context.Context, vals [][]byte, dst *R) error {
	s.plan.Anticipate()
	if err := s.plan.Scan(ctx, s.object(dst).UnsafePointer(), vals); err != nil {
		return err
	}
	return s.rest.row(ctx, vals, dst)
}

func (s *objects[R]) end(n int) {
	s.decoder.end(n)
	s.rest.end(n)
}
