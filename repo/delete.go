package repo

import (
	"context"

	"github.com/gormango/gormango/internal/deletion"
)

// Deleted says how many rows went, in all and by model; those of a table that
// GORM makes between two models stand under the table's name. Rows that the
// database removed by itself, by ON DELETE CASCADE, are not counted.
type Deleted struct {
	Total int64
	By    map[string]int64
}

// Delete removes the rows of objects, or without objects every row of the
// QuerySet, with everything that goes along, as
// models.RelationOptions.OnDelete says for each foreign key that leads to them.
// Where the model has a gorm.DeletedAt it marks the rows instead, unless the
// QuerySet shows deleted rows.
//
//	n, err := books.Delete(ctx, book)                      // an object, several: books.Delete(ctx, list...)
//	n, err := books.Filter("pages__lt", 10).Delete(ctx)    // rows
//
// Objects are deleted through a repository, or a Scoped one: after a call of
// the chain, which objects would not obey, they are an error. Of a repository,
// Delete without objects is gorm.ErrMissingWhereClause, so that an empty list
// never means all rows; AllRows().Delete does. So is a QuerySet without a
// condition. After Limit or Offset it is ErrSliced. Objects whose row is not
// there are ErrDoesNotExist, one of another version is ErrStaleObject, and then
// nothing is removed.
//
// Rows that refer to the deleted ones are looked for whatever a soft delete
// hides. Cascade removes them too, SetNull and SetDefault change their foreign
// key; Protect returns a *ProtectedError and Restrict a *RestrictedError, which
// name them. Links of many-to-many relations go. What the database refuses is a
// *gormango.IntegrityError. For objects GORM's delete hooks run, for the rows
// that go along too; the receivers of PreDelete and PostDelete are called for
// each row in either case. Such rows are read whole, others by their key.
//
// A key that the database or a mixin makes becomes zero in the objects whose
// rows were removed, so that Save would insert them anew; a rollback of the
// transaction restores it.
//
// A soft delete marks the rows that go along by Cascade and have a
// gorm.DeletedAt, with the same time; others stay as they are, as do links.
// Live rows that Protect or Restrict still refuse. Restore undoes it.
//
// Delete is one statement where no receiver or hook runs and nothing goes
// along. Otherwise it runs in a transaction, a savepoint within another: a
// statement to read and one to delete for each foreign key at most, whatever
// the number of rows.
//
//go:noinline
func (qs *QuerySetOf[P]) Delete(ctx context.Context, objs ...P) (Deleted, error) {
	n, err := deletion.Delete(ctx, qs.st(), "Delete", false, objs != nil, anys(objs))
	return Deleted(n), err
}

// HardDelete is Delete that removes rows also where the model has a
// gorm.DeletedAt, marked or not: OnlyDeleted().HardDelete empties the bin.
//
//go:noinline
func (qs *QuerySetOf[P]) HardDelete(ctx context.Context, objs ...P) (Deleted, error) {
	n, err := deletion.Delete(ctx, qs.st(), "HardDelete", true, objs != nil, anys(objs))
	return Deleted(n), err
}
