package repo

import (
	"context"

	"github.com/gormango/gormango/internal/deletion"
)

// Restored says how many rows a Restore has brought back, in all and by model.
type Restored struct {
	Total int64
	By    map[string]int64
}

// Restore brings back rows that Delete has marked: the rows of objects, or
// without objects those of the QuerySet, whether it shows deleted rows or not,
// together with the rows that went along with them: those that a Cascade leads
// to, marked at the same time. Rows that were deleted before stay deleted. A
// models.Versioned row gets the next version. No hooks run and no signals are
// sent.
//
// Objects are restored through a repository, as with Delete, and their
// DeletedAt becomes empty. One that is live already stays as it is and is not
// counted; a row that is not there is ErrDoesNotExist, one of another version
// ErrStaleObject, and then nothing is restored. Without objects a repository,
// or a QuerySet without a condition, is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset Restore is ErrSliced. A model
// without a gorm.DeletedAt is an error. What a unique constraint refuses is a
// *gormango.IntegrityError.
//
// Rows are restored by one statement where nothing goes along. Otherwise, and
// for objects, it runs in a transaction: a statement to read the rows and one
// to change them, and two at most for each foreign key.
//
//go:noinline
func (qs *QuerySetOf[P]) Restore(ctx context.Context, objs ...P) (Restored, error) {
	n, err := deletion.Restore(ctx, qs.st(), objs != nil, anys(objs))
	return Restored(n), err
}
