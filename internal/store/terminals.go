package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// getLimit is the number of rows that Get reads at most, to count them in its
// error (Django's MAX_GET_RESULTS).
const getLimit = 21

// All returns pointers to the objects of all rows.
func (s *State) All(ctx context.Context) ([]unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	if err := s.CheckReadable(); err != nil {
		return nil, err
	}
	st, err := s.Compiled(ctx, s.Query)
	return s.objects(ctx, st, s.Query.Limit(), err)
}

// only returns a pointer to the object of the only row, with its relations,
// after its hooks. It reads up to limit rows, in no order of their own if
// unordered is set, and returns how many there are.
func (s *State) only(ctx context.Context, q *query.Query, unordered bool, limit int) (obj unsafe.Pointer, n int, err error) {
	if err := s.CheckReadable(); err != nil {
		return nil, 0, err
	}
	if err := s.checkLock(ctx, q); err != nil {
		return nil, 0, err
	}
	st, err := compile.SelectFew(q, unordered, limit)
	if err != nil {
		return nil, 0, s.CallError("", err)
	}
	if st.None {
		return nil, 0, nil
	}
	if len(s.Query.Prefetched) > 0 {
		ctx = s.Conn.SameServer(ctx)
	}
	obj, n, err = exec.First(ctx, s.Conn, st, limit)
	if err != nil || n != 1 {
		return nil, n, err
	}
	return obj, n, s.completeRows(ctx, s.Query, []unsafe.Pointer{obj})
}

// first returns a pointer to the object of the first row, as [State.only] does.
func (s *State) first(ctx context.Context, q *query.Query) (unsafe.Pointer, error) {
	obj, n, err := s.only(ctx, q, false, 1)
	if err == nil && n == 0 {
		err = DoesNotExist{s.Model.Name}
	}
	if err != nil {
		return nil, err
	}
	return obj, nil
}

// objects returns pointers to the objects that a statement reads, with their
// relations, after their hooks. limit is negative where it is not known; err is
// an error of the statement's making.
func (s *State) objects(ctx context.Context, st *compile.Stmt, limit int, err error) ([]unsafe.Pointer, error) {
	switch {
	case err != nil:
		return nil, err
	case st.None:
		return []unsafe.Pointer{}, nil
	}
	if len(s.Query.Prefetched) > 0 {
		ctx = s.Conn.SameServer(ctx)
	}
	objs, err := exec.All(ctx, s.Conn, st, max(limit, 0))
	if err != nil {
		return nil, err
	}
	return objs, s.completeRows(ctx, s.Query, objs)
}

// CheckReadable returns an error if the rows hold columns in place of objects.
func (s *State) CheckReadable() error {
	if s.Query.Columns != nil {
		return Misuse(ErrGrouped, "Columns or GroupBy of %s chose them (read them with Values)", s.Model.Name)
	}
	return nil
}

// completeRows is Complete for pointers to objects.
func (s *State) completeRows(ctx context.Context, q *query.Query, objs []unsafe.Pointer) error {
	if len(objs) == 0 || s.Owner == nil && len(q.Prefetched) == 0 && q.Related == nil && !s.Model.Schema.AfterFind {
		return nil
	}
	at := make([]reflect.Value, len(objs))
	for i, o := range objs {
		at[i] = reflect.NewAt(s.Model.Type, o).Elem()
	}
	return s.Complete(ctx, q, at)
}

// Complete sets the owners of objects that q has read, loads their prefetches
// and runs their AfterFind hooks.
func (s *State) Complete(ctx context.Context, q *query.Query, objs []reflect.Value) error {
	if s.Owner != nil {
		for _, o := range objs {
			s.Owner.assign(ctx, o, q.Set == nil)
		}
	}
	if len(q.Prefetched) > 0 && len(objs) > 0 {
		if err := prefetchAll(ctx, s, q, objs); err != nil {
			return err
		}
	}
	return AfterFind(ctx, s, q, objs)
}

// Get returns the object of the one row.
func (s *State) Get(ctx context.Context) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	q := s.Query
	obj, n, err := s.only(ctx, q, !q.Sliced() && len(q.On) == 0, getLimit)
	if err != nil {
		return nil, err
	}
	switch {
	case n == 0:
		return nil, DoesNotExist{s.Model.Name}
	case n == 1:
		return obj, nil
	case n >= getLimit:
		return nil, fmt.Errorf("%w: Get found more than %d of %s", ErrMultipleObjectsReturned, getLimit-1, s.Model.Name)
	default:
		return nil, fmt.Errorf("%w: Get found %d of %s", ErrMultipleObjectsReturned, n, s.Model.Name)
	}
}

// Edge returns the object of the first or the last row, by the order of the
// rows or else by the key.
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
		return nil, s.CallError("", err)
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
	return s.first(ctx, q)
}

// Count returns the number of rows.
func (s *State) Count(ctx context.Context) (int64, error) {
	if err := s.Mistake(); err != nil {
		return 0, err
	}
	st, err := compile.Count(s.Query)
	if err != nil {
		return 0, s.CallError("", err)
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
		return false, s.CallError("", err)
	}
	if st.None {
		return false, nil
	}
	return exec.Exists(ctx, s.Conn, st)
}

// CountedPage returns the number of rows, and pointers to the objects of page,
// which is a slice of them. Count and page are read together. keep returns how
// many objects of the page are kept, given the number of rows.
func (s *State) CountedPage(ctx context.Context, page *State, keep func(total int) int) (int64, []unsafe.Pointer, error) {
	if err := errors.Join(s.Mistake(), page.Mistake()); err != nil {
		return 0, nil, err
	}
	if err := page.CheckReadable(); err != nil {
		return 0, nil, err
	}
	counting, err := compile.Count(s.Query)
	if err != nil {
		return 0, nil, s.CallError("", err)
	}
	reading, err := page.Compiled(ctx, page.Query)
	if err != nil {
		return 0, nil, err
	}
	ctx = s.Conn.SameServer(ctx)
	var calls []*exec.Call
	count, total := exec.CallCount(counting)
	if !counting.None {
		calls = append(calls, count)
	}
	rows, objs := exec.CallAll(reading, max(page.Query.Limit(), 0))
	if !counting.None && !reading.None {
		calls = append(calls, rows)
	}
	exec.Together(ctx, s.Conn, calls)
	for _, call := range calls {
		if call.Err != nil {
			return 0, nil, call.Err
		}
	}
	kept := []unsafe.Pointer{}
	if n := min(len(*objs), keep(int(*total))); n > 0 {
		kept = (*objs)[:n]
	}
	return *total, kept, page.completeRows(ctx, page.Query, kept)
}

// Compiled returns the statement of q.
func (s *State) Compiled(ctx context.Context, q *query.Query) (*compile.Stmt, error) {
	if err := s.checkLock(ctx, q); err != nil {
		return nil, err
	}
	st, err := compile.Select(q)
	if err != nil {
		return nil, s.CallError("", err)
	}
	return st, nil
}

// checkLock returns an error if the rows are locked and no transaction is open.
func (s *State) checkLock(ctx context.Context, q *query.Query) error {
	if q.Lock != nil && !txutil.InTransaction(ctx, s.DB) {
		return fmt.Errorf("%w: rows of %s are locked until a transaction ends, so open one (txutil.Atomic)", ErrNotInTransaction, s.Model.Name)
	}
	return nil
}

// IterChunk is the number of rows that Iter holds at a time (Django's
// chunk_size).
const IterChunk = 2000

// Rows returns a sequence of pointers to the objects, read by a cursor.
func (s *State) Rows(ctx context.Context) iter.Seq2[unsafe.Pointer, error] {
	return func(yield func(unsafe.Pointer, error) bool) { s.iterate(ctx, yield) }
}

// iterate passes pointers to the objects to yield, read by a cursor.
func (s *State) iterate(ctx context.Context, yield func(unsafe.Pointer, error) bool) {
	if err := s.Mistake(); err != nil {
		yield(nil, err)
		return
	}
	if err := s.CheckReadable(); err != nil {
		yield(nil, err)
		return
	}
	st, err := s.Compiled(ctx, s.Query)
	if err != nil {
		yield(nil, err)
		return
	}
	if st.None {
		return
	}
	stopped := false
	err = exec.Chunks(ctx, s.Conn, st, IterChunk, func(ctx context.Context, chunk []unsafe.Pointer) bool {
		if err := s.completeRows(ctx, s.Query, chunk); err != nil {
			yield(nil, err)
			stopped = true
			return false
		}
		for _, obj := range chunk {
			if !yield(obj, nil) {
				stopped = true
				return false
			}
		}
		return true
	})
	if err != nil && !stopped {
		yield(nil, err)
	}
}

// Extreme returns the object of the first row by the named fields, or of the
// last row if method is Latest.
func (s *State) Extreme(ctx context.Context, method string, fields []string) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, s.CallError("", errors.New(method+" names the fields to order by"))
	}
	s = s.OrderedBy(fields)
	if s.Err != nil {
		return nil, s.Err
	}
	q := s.Query
	if method == "Latest" {
		q = q.Reverse()
	}
	return s.first(ctx, q)
}

// Contains reports whether the row of an object is one of the rows.
func (s *State) Contains(ctx context.Context, obj any) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	if err := errors.Join(s.CheckUncombined("Contains"), s.CheckReadable()); err != nil {
		return false, err
	}
	if IsNil(obj) {
		return false, s.ValueError("Contains", nil, "a saved object")
	}
	rv := reflect.ValueOf(obj).Elem()
	if !s.HasKey(ctx, rv) {
		return false, Misuse(ErrNoKey, "%s cannot be looked for (Contains takes a saved object)", s.Model.Name)
	}
	if err := s.CheckUnsliced("searched"); err != nil {
		return false, err
	}
	q := s.Query
	if len(q.On) > 0 { // DISTINCT ON chooses the rows before they are searched
		if len(s.Model.Key) != 1 {
			return false, Misuse(ErrMismatch, "%s has a key of several columns, and is looked for before Distinct", s.Model.Name)
		}
		key := s.Model.Key[0]
		rows := q.Select(&query.Columns{Names: []query.Column{{Name: key.Column, Expr: query.FieldRef(key)}}})
		leaf := &query.Leaf{Left: query.FieldRef(key), Op: lookup.In, Value: query.Value{Kind: query.Rows, Sub: rows}}
		q = query.New(s.Model).Seeing(q.Deleted).Within(q.Fence).With(&query.Cond{Kids: []*query.Cond{{Leaf: leaf}}})
	}
	for i, v := range param.Values(ctx, rv, s.Model.Key) {
		leaf, err := query.FieldLeaf("pk", s.Model.Key[i], lookup.Exact, v)
		if err != nil {
			return false, s.CallError("pk", err)
		}
		q = q.With(leaf)
	}
	row := *s
	row.Query = q
	return row.Exists(ctx)
}

// InBulk returns the objects whose unique field is one of n keys, or all
// objects, and that field.
func (s *State) InBulk(ctx context.Context, field string, keys any, n int, all bool) ([]unsafe.Pointer, *modelinfo.Field, error) {
	if err := s.Mistake(); err != nil {
		return nil, nil, err
	}
	if err := s.CheckReadable(); err != nil {
		return nil, nil, err
	}
	if err := s.CheckUnsliced("read in bulk"); err != nil {
		return nil, nil, err
	}
	f, err := s.column(field)
	if err != nil {
		return nil, nil, s.CallError(field, err)
	}
	name, err := s.Query.Name(field)
	if err != nil {
		return nil, nil, s.CallError(field, err)
	}
	only := len(s.Query.On) == 1 && sameColumn(s.Query.On[0], name)
	switch {
	case !only && !s.Model.Unique(f):
		return nil, nil, s.CallError(field, fmt.Errorf("%s.%s is not unique, so it cannot be the key of a map", s.Model.Name, f.Column))
	case !s.Query.Loads(nil, f):
		return nil, nil, s.CallError(field, errors.New("the key of the map is deferred (name it in Only)"))
	}
	switch {
	case all:
	case n == 0:
		return nil, f, nil
	default:
		s = s.Filtered(f.Column+"__in", keys, false)
	}
	objs, err := s.All(ctx)
	return objs, f, err
}

// One returns an error unless a write has found one row.
func (s *State) One(rows int) error {
	switch {
	case rows == 0:
		return DoesNotExist{s.Model.Name}
	case rows > 1:
		return fmt.Errorf("%w: %d of %s", ErrMultipleObjectsReturned, rows, s.Model.Name)
	}
	return nil
}
