package repo

import (
	"context"
)

// BulkUpdate checks the objects (Clean) and writes the named columns of all of
// them to their rows, found by key alone, in one statement for any number of
// objects. It returns the number of rows found. Among objects with the same key
// the first counts. UpdatedAt stays unless it is named; hooks do not run and no
// signals are sent, as in Django. An object without a key is ErrNoKey; a row
// that does not exist is skipped.
//
// For a models.Versioned model the versions are compared and raised, and one
// row with another version than its object's is ErrStaleObject; then, and after
// any other error, no row is changed. An object that is refused is named by an
// *ObjectError. Columns of arrays are written up to 1,000 rows at a time, in a
// transaction.
//
//go:noinline
func (qs *QuerySetOf[P]) BulkUpdate(ctx context.Context, objs []P, field NameOf[P], more ...NameOf[P]) (int64, error) {
	return qs.st().BulkUpdate(ctx, anys(objs), append([]string{string(field)}, texts(more)...))
}
