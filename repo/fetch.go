package repo

import (
	"context"
)

// All reads the rows. One statement, and one for each prefetched relation.
// Objects are made 64 at a time: one that is kept keeps its neighbours' memory. The result is
// never nil without an error. Annotations are computed for the order and the conditions; Into reads them. After
// Columns or GroupBy it gives ErrGrouped, as Get, First, Last and Iter do: use Values. It obeys the
// context's transaction, as every terminal.
func (qs *QuerySetOf[P]) All(ctx context.Context) ([]P, error) {
	return objectsOf[P](qs.st().all(ctx))
}

// Get reads the one row that matches. No row is ErrDoesNotExist, several are
// ErrMultipleObjectsReturned. One statement, without an order.
func (qs *QuerySetOf[P]) Get(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().get(ctx))
}

// First reads the first row in the QuerySet's order, else in the order of the
// primary key. No row is ErrDoesNotExist. One statement.
func (qs *QuerySetOf[P]) First(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().end(ctx, false))
}

// Last reads the last row, as First the first. After Limit or Offset it gives ErrSliced.
func (qs *QuerySetOf[P]) Last(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().end(ctx, true))
}

// Count counts the rows; after Limit or Offset those within. One statement.
func (qs *QuerySetOf[P]) Count(ctx context.Context) (int64, error) { return qs.st().count(ctx) }

// Exists says whether there is a row. One statement that reads at most one.
func (qs *QuerySetOf[P]) Exists(ctx context.Context) (bool, error) { return qs.st().exists(ctx) }

// Maybe turns "no row" into nil, Django's first(): b, err := repo.Maybe(qs.First(ctx)).
func Maybe[T any](obj *T, err error) (*T, error) {
	if _, none := err.(doesNotExist); none {
		return nil, nil
	}
	return obj, err
}
