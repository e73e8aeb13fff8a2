package store

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/query"
)

// getLimit is the number of rows that Get reads at most, to count them in its
// error (Django's MAX_GET_RESULTS).
const getLimit = 21

// All reads the rows.
func (s *State) All(ctx context.Context) ([]unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	return s.fetch(ctx, s.Query)
}

// fetch runs a query whole: rows, relations, hooks. It returns pointers to
// objects of the model.
func (s *State) fetch(ctx context.Context, q *query.Query) ([]unsafe.Pointer, error) {
	if err := s.Whole(); err != nil {
		return nil, err
	}
	st, err := s.Compiled(ctx, q)
	if err != nil {
		return nil, err
	}
	if st.None {
		return []unsafe.Pointer{}, nil
	}
	if len(q.Prefetched) > 0 {
		ctx = s.Conn.SameServer(ctx)
	}
	objs, err := exec.All(ctx, s.Conn, st, max(q.Limit(), 0))
	if err != nil {
		return nil, err
	}
	return objs, s.loaded(ctx, q, objs)
}

// Whole refuses rows that are no objects.
func (s *State) Whole() error {
	if s.Query.Columns != nil {
		return Misuse(ErrGrouped, "those of %s hold the columns of Columns or GroupBy (read them with Values)", s.Model.Name)
	}
	return nil
}

// loaded completes objects whose rows were read: owners, prefetches and hooks.
func (s *State) loaded(ctx context.Context, q *query.Query, objs []unsafe.Pointer) error {
	if len(objs) == 0 || s.Owner == nil && len(q.Prefetched) == 0 && q.Related == nil && !s.Model.Schema.AfterFind {
		return nil
	}
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		at[i] = reflect.NewAt(s.Model.Type, o).Elem()
	}
	return s.Complete(ctx, q, at)
}

// Complete is loaded for the structs of objects.
func (s *State) Complete(ctx context.Context, q *query.Query, objs []reflect.Value) error {
	if s.Owner != nil {
		for _, o := range objs {
			s.Owner.assign(ctx, o)
		}
	}
	if len(q.Prefetched) > 0 && len(objs) > 0 {
		if _, err := prefetchAll(ctx, s, q, objs); err != nil {
			return err
		}
	}
	return AfterFind(ctx, s, q, objs)
}

// Get reads the one row that matches.
func (s *State) Get(ctx context.Context) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	q := s.Query
	if !q.Sliced() && len(q.On) == 0 {
		q = q.OrderBy(nil)
	}
	if q.Limit() < 0 || q.Limit() > getLimit {
		q = q.Slice(0, getLimit)
	}
	objs, err := s.fetch(ctx, q)
	if err != nil {
		return nil, err
	}
	switch n := len(objs); {
	case n == 0:
		return nil, DoesNotExist{s.Model.Name}
	case n == 1:
		return objs[0], nil
	case n >= getLimit:
		return nil, fmt.Errorf("%w: Get found more than %d of %s", ErrMultipleObjectsReturned, getLimit-1, s.Model.Name)
	default:
		return nil, fmt.Errorf("%w: Get found %d of %s", ErrMultipleObjectsReturned, n, s.Model.Name)
	}
}

// Edge reads the first or the last row in the order of the rows, else of the
// key.
func (s *State) Edge(ctx context.Context, last bool) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	q := s.Query
	if !last && q.Empty() {
		return nil, DoesNotExist{s.Model.Name}
	}
	orders, err := q.Orders()
	if err != nil {
		return nil, s.Mistaken("", err)
	}
	if q.Sliced() && (last || len(orders) == 0) {
		return nil, Misuse(ErrSliced, "%s cannot be ordered any more (order first, and take Last before a slice)", s.Model.Name)
	}
	if len(orders) == 0 {
		q = q.OrderBy(query.ByKey(s.Model))
	}
	if last {
		q = q.Reverse()
	}
	q = q.Slice(0, 1)
	objs, err := s.fetch(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(objs) == 0 {
		return nil, DoesNotExist{s.Model.Name}
	}
	return objs[0], nil
}

// Count counts the rows.
func (s *State) Count(ctx context.Context) (int64, error) {
	if err := s.Mistake(); err != nil {
		return 0, err
	}
	st, err := compile.Count(s.Query)
	if err != nil {
		return 0, s.Mistaken("", err)
	}
	if st.None {
		return 0, nil
	}
	return exec.Count(ctx, s.Conn, st)
}

// Exists reports whether there is a row.
func (s *State) Exists(ctx context.Context) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	st, err := compile.Exists(s.Query)
	if err != nil {
		return false, s.Mistaken("", err)
	}
	if st.None {
		return false, nil
	}
	return exec.Exists(ctx, s.Conn, st)
}
