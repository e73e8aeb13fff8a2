package repo

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

// all reads the rows.
func (s *state) all(ctx context.Context) ([]unsafe.Pointer, error) {
	if err := s.mistake(); err != nil {
		return nil, err
	}
	return s.fetch(ctx, s.q)
}

// fetch runs a query whole: rows, relations, hooks. It returns pointers to
// objects of the model.
func (s *state) fetch(ctx context.Context, q *query.Query) ([]unsafe.Pointer, error) {
	if err := s.whole(); err != nil {
		return nil, err
	}
	st, err := s.compiled(ctx, q)
	if err != nil {
		return nil, err
	}
	if st.None {
		return []unsafe.Pointer{}, nil
	}
	if len(q.Prefetched) > 0 {
		ctx = s.conn.SameServer(ctx)
	}
	objs, err := exec.All(ctx, s.conn, st, max(q.Limit(), 0))
	if err != nil {
		return nil, err
	}
	return objs, s.loaded(ctx, q, objs)
}

// whole refuses rows that are no objects.
func (s *state) whole() error {
	if s.q.Columns != nil {
		return misuse(errGrouped, "those of %s hold the columns of Columns or GroupBy (read them with Values)", s.model.Name)
	}
	return nil
}

// loaded completes objects whose rows were read: owners, prefetches and hooks.
func (s *state) loaded(ctx context.Context, q *query.Query, objs []unsafe.Pointer) error {
	if len(objs) == 0 || s.known == nil && len(q.Prefetched) == 0 && q.Related == nil && !s.model.Schema.AfterFind {
		return nil
	}
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		at[i] = reflect.NewAt(s.model.Type, o).Elem()
	}
	return s.complete(ctx, q, at)
}

// complete is loaded for the structs of objects.
func (s *state) complete(ctx context.Context, q *query.Query, objs []reflect.Value) error {
	if s.known != nil {
		for _, o := range objs {
			s.known.assign(ctx, o)
		}
	}
	if len(q.Prefetched) > 0 && len(objs) > 0 {
		if _, err := prefetchAll(ctx, s, q, objs); err != nil {
			return err
		}
	}
	return afterFind(ctx, s, q, objs)
}

// get reads the one row that matches.
func (s *state) get(ctx context.Context) (unsafe.Pointer, error) {
	if err := s.mistake(); err != nil {
		return nil, err
	}
	q := s.q
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
		return nil, doesNotExist{s.model.Name}
	case n == 1:
		return objs[0], nil
	case n >= getLimit:
		return nil, fmt.Errorf("%w: Get found more than %d of %s", errMultipleObjectsReturned, getLimit-1, s.model.Name)
	default:
		return nil, fmt.Errorf("%w: Get found %d of %s", errMultipleObjectsReturned, n, s.model.Name)
	}
}

// end reads the first or the last row in the order of the rows, else of the
// key.
func (s *state) end(ctx context.Context, last bool) (unsafe.Pointer, error) {
	if err := s.mistake(); err != nil {
		return nil, err
	}
	q := s.q
	if !last && q.Empty() {
		return nil, doesNotExist{s.model.Name}
	}
	orders, err := q.Orders()
	if err != nil {
		return nil, s.mistaken("", err)
	}
	if q.Sliced() && (last || len(orders) == 0) {
		return nil, misuse(errSliced, "%s cannot be ordered any more (order first, and take Last before a slice)", s.model.Name)
	}
	if len(orders) == 0 {
		q = q.OrderBy(query.ByKey(s.model))
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
		return nil, doesNotExist{s.model.Name}
	}
	return objs[0], nil
}

// count counts the rows.
func (s *state) count(ctx context.Context) (int64, error) {
	if err := s.mistake(); err != nil {
		return 0, err
	}
	st, err := compile.Count(s.q)
	if err != nil {
		return 0, s.mistaken("", err)
	}
	if st.None {
		return 0, nil
	}
	return exec.Count(ctx, s.conn, st)
}

// exists reports whether there is a row.
func (s *state) exists(ctx context.Context) (bool, error) {
	if err := s.mistake(); err != nil {
		return false, err
	}
	st, err := compile.Exists(s.q)
	if err != nil {
		return false, s.mistaken("", err)
	}
	if st.None {
		return false, nil
	}
	return exec.Exists(ctx, s.conn, st)
}
