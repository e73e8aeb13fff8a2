package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/query"
)

// getLimit is how many rows Get reads at most, to say how many there are (Django's MAX_GET_RESULTS).
const getLimit = 21

// All reads the rows. One statement, and one for each prefetched relation.
// Objects are made 64 at a time: one that is kept keeps its neighbours' memory. The result is
// never nil without an error. Annotations are computed for the order and the conditions; Into reads them. After
// Columns or GroupBy it gives ErrGrouped, as Get, First, Last and Iter do: use Values. It obeys the
// context's transaction, as every terminal.
func (qs *QuerySetOf[P]) All(ctx context.Context) ([]P, error) {
	if err := qs.Err(); err != nil {
		return nil, err
	}
	return fetch[P](ctx, qs.st(), qs.state.q)
}

// fetch runs a query whole: rows, relations, hooks.
func fetch[P any](ctx context.Context, s *state, q *query.Query) ([]P, error) {
	if err := s.whole(); err != nil {
		return nil, err
	}
	st, err := s.compiled(ctx, q)
	if err != nil {
		return nil, err
	}
	if st.None {
		return []P{}, nil
	}
	if len(q.Prefetched) > 0 {
		ctx = s.conn.SameServer(ctx)
	}
	objs, err := exec.All[P](ctx, s.conn, st, max(q.Limit(), 0))
	if err != nil {
		return nil, err
	}
	return objs, loaded(ctx, s, q, objs)
}

// whole refuses rows that are no objects.
func (s *state) whole() error {
	if s.q.Columns != nil {
		return misuse(ErrGrouped, "those of %s hold the columns of Columns or GroupBy (read them with Values)", s.model.Name)
	}
	return nil
}

// loaded does what follows once rows are read: prefetches and hooks.
func loaded[P any](ctx context.Context, s *state, q *query.Query, objs []P) error {
	if len(objs) == 0 {
		return nil
	}
	if s.known != nil {
		for _, o := range objs {
			s.known.give(ctx, reflect.ValueOf(o).Elem())
		}
	}
	if err := prefetch(ctx, s, q, objs); err != nil {
		return err
	}
	return afterFind(ctx, s, q, objs)
}

// Get reads the one row that matches. No row is ErrDoesNotExist, several are
// ErrMultipleObjectsReturned. One statement, without an order.
func (qs *QuerySetOf[P]) Get(ctx context.Context) (obj P, err error) {
	if err := qs.Err(); err != nil {
		return obj, err
	}
	q := qs.state.q
	if !q.Sliced() && len(q.On) == 0 {
		q = q.OrderBy(nil)
	}
	if q.Limit() < 0 || q.Limit() > getLimit {
		q = q.Slice(0, getLimit)
	}
	objs, err := fetch[P](ctx, qs.st(), q)
	if err != nil {
		return obj, err
	}
	switch n := len(objs); {
	case n == 0:
		return obj, doesNotExist{qs.state.model.Name}
	case n == 1:
		return objs[0], nil
	case n >= getLimit:
		return obj, fmt.Errorf("%w: Get found more than %d of %s", ErrMultipleObjectsReturned, getLimit-1, qs.state.model.Name)
	default:
		return obj, fmt.Errorf("%w: Get found %d of %s", ErrMultipleObjectsReturned, n, qs.state.model.Name)
	}
}

// First reads the first row in the QuerySet's order, else in the order of the
// primary key. No row is ErrDoesNotExist. One statement.
func (qs *QuerySetOf[P]) First(ctx context.Context) (P, error) { return qs.end(ctx, false) }

// Last reads the last row, as First the first. After Limit or Offset it gives ErrSliced.
func (qs *QuerySetOf[P]) Last(ctx context.Context) (P, error) { return qs.end(ctx, true) }

func (qs *QuerySetOf[P]) end(ctx context.Context, last bool) (obj P, err error) {
	if err := qs.Err(); err != nil {
		return obj, err
	}
	q := qs.state.q
	if !last && q.Empty() {
		return obj, doesNotExist{qs.state.model.Name}
	}
	orders, err := q.Orders()
	if err != nil {
		return obj, chainError(qs.state.model.Name, "", err)
	}
	if q.Sliced() && (last || len(orders) == 0) {
		return obj, misuse(ErrSliced, "%s cannot be ordered any more (order first, and take Last before a slice)", qs.state.model.Name)
	}
	if len(orders) == 0 {
		q = q.OrderBy(query.ByKey(qs.state.model))
	}
	if last {
		q = q.Reverse()
	}
	q = q.Slice(0, 1)
	objs, err := fetch[P](ctx, qs.st(), q)
	if err != nil {
		return obj, err
	}
	if len(objs) == 0 {
		return obj, doesNotExist{qs.state.model.Name}
	}
	return objs[0], nil
}

// Count counts the rows; after Limit or Offset those within. One statement.
func (qs *QuerySetOf[P]) Count(ctx context.Context) (int64, error) {
	if err := qs.Err(); err != nil {
		return 0, err
	}
	st, err := compile.Count(qs.state.q, qs.state.reg.TimeZone())
	if err != nil {
		return 0, chainError(qs.state.model.Name, "", err)
	}
	if st.None {
		return 0, nil
	}
	return exec.Count(ctx, qs.state.conn, st)
}

// Exists says whether there is a row. One statement that reads at most one.
func (qs *QuerySetOf[P]) Exists(ctx context.Context) (bool, error) {
	if err := qs.Err(); err != nil {
		return false, err
	}
	st, err := compile.Exists(qs.state.q, qs.state.reg.TimeZone())
	if err != nil {
		return false, chainError(qs.state.model.Name, "", err)
	}
	if st.None {
		return false, nil
	}
	return exec.Exists(ctx, qs.state.conn, st)
}

// Maybe turns "no row" into nil, Django's first(): b, err := repo.Maybe(qs.First(ctx)).
func Maybe[T any](obj *T, err error) (*T, error) {
	if _, none := err.(doesNotExist); none {
		return nil, nil
	}
	return obj, err
}
