package repo

import (
	"context"
)

// Earliest returns the first row by these fields, whatever the order was; at
// least one field is required. Without a row it is ErrDoesNotExist, after Limit
// or Offset ErrSliced. It runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Earliest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().Extreme(ctx, "Earliest", texts(fields)))
}

// Latest returns the last row by these fields, as Earliest returns the first:
// books.Latest(ctx, "published_at").
//
//go:noinline
func (qs *QuerySetOf[P]) Latest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().Extreme(ctx, "Latest", texts(fields)))
}

// Contains reports whether the object's row is one of the QuerySet's. It runs
// one statement that reads at most a row. An object without a key is ErrNoKey;
// after Limit or Offset it is ErrSliced, after Columns or GroupBy ErrGrouped,
// after Union, Intersection and Difference ErrCombined.
//
//go:noinline
func (qs *QuerySetOf[P]) Contains(ctx context.Context, obj P) (bool, error) {
	return qs.st().Contains(ctx, obj)
}
