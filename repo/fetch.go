package repo

import (
	"context"

	"github.com/gormango/gormango/internal/store"
)

// All returns the objects of all rows. It runs one statement, and one for each
// prefetched relation, and obeys the context's transaction, as every terminal
// does. Without an error the result is never nil.
//
// Objects are allocated 64 at a time, so keeping one of them keeps the memory
// of its neighbours. Annotations are computed for the order and the conditions
// only; Into reads them. After Columns or GroupBy, All returns ErrGrouped, as
// Get, First, Last and Iter do: use Values.
//
//go:noinline
func (qs *QuerySetOf[P]) All(ctx context.Context) ([]P, error) {
	return objectsOf[P](qs.st().All(ctx))
}

// Get returns the object of the one row that matches. It returns
// ErrDoesNotExist without a row and ErrMultipleObjectsReturned with several. It
// runs one statement, without an order.
//
//go:noinline
func (qs *QuerySetOf[P]) Get(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Get(ctx))
}

// First returns the object of the first row in the order of the QuerySet, or of
// the primary key without one. It returns ErrDoesNotExist without a row. It
// runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) First(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Edge(ctx, false))
}

// Last returns the object of the last row, as First does of the first. After
// Limit or Offset it returns ErrSliced.
//
//go:noinline
func (qs *QuerySetOf[P]) Last(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Edge(ctx, true))
}

// Count returns the number of rows; after Limit or Offset, of those within. It
// runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Count(ctx context.Context) (int64, error) { return qs.st().Count(ctx) }

// Exists reports whether there is a row. It runs one statement, which reads at
// most one.
//
//go:noinline
func (qs *QuerySetOf[P]) Exists(ctx context.Context) (bool, error) { return qs.st().Exists(ctx) }

// Maybe turns the error "no row" into a nil object, as Django's first(): b, err
// := repo.Maybe(qs.First(ctx)).
func Maybe[T any](obj *T, err error) (*T, error) {
	if _, none := err.(store.DoesNotExist); none {
		return nil, nil
	}
	return obj, err
}
