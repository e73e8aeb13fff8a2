package repo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/deletion"
)

// Deleted is the number of rows that a delete has removed or marked, in all and
// by model. Rows of a table that GORM makes between two models are counted
// under the table's name. Rows that the database removed by itself, by ON
// DELETE CASCADE, are not counted.
type Deleted struct {
	Total int64
	By    map[string]int64
}

// Delete removes the rows of objects, or without objects every row of the
// QuerySet. The models.RelationOptions.OnDelete of each foreign key to them
// determines which rows are deleted too. Where the model has a gorm.DeletedAt
// it marks the rows instead, unless the QuerySet shows deleted rows.
//
//	n, err := books.Delete(ctx, book)                      // an object, several: books.Delete(ctx, list...)
//	n, err := books.Filter("pages__lt", 10).Delete(ctx)    // rows
//
// Objects are deleted through a repository, or a Scoped one: objects after a
// call of the chain are an error, since the call would not affect them. Delete
// of a repository without objects is gorm.ErrMissingWhereClause, so that an
// empty list never means all rows; AllRows().Delete does. So is a QuerySet
// without a condition. After Limit or Offset it is ErrSliced. Objects whose row
// does not exist are ErrDoesNotExist, one of another version is ErrStaleObject,
// and then nothing is removed.
//
// Rows that refer to the deleted ones are found even if a soft delete hides
// them. Cascade removes them too, SetNull and SetDefault change their foreign
// key; Protect returns a *ProtectedError and Restrict a *RestrictedError, which
// name them. Links of many-to-many relations are removed. What the database
// refuses is a *gormango.IntegrityError. With objects GORM's delete hooks run,
// for cascaded rows too; the receivers of PreDelete and PostDelete are called
// for each row in either case. Such rows are read whole, others by their key.
//
// A key that the database or a mixin makes becomes zero in the objects whose
// rows were removed, so that Save would insert them anew; a rollback of the
// transaction restores it.
//
// A soft delete marks the rows that cascade and have a gorm.DeletedAt, with the
// same time; others stay as they are, as do links. Protect and Restrict still
// refuse because of live rows. Restore undoes it.
//
// Delete is one statement where no receiver or hook runs and no other rows are
// affected. Otherwise it runs in a transaction, a savepoint within another: a
// statement to read and one to delete for each foreign key at most, regardless
// of the number of rows.
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

// Restored is the number of rows that Restore has restored, in all and by
// model.
type Restored struct {
	Total int64
	By    map[string]int64
}

// Restore restores rows that Delete has marked: the rows of objects, or without
// objects those of the QuerySet, whether it shows deleted rows or not. It
// restores the rows that were deleted with them too: those that a Cascade leads
// to, marked at the same time. Rows that were deleted before stay deleted. A
// models.Versioned row gets the next version. No hooks run and no signals are
// sent.
//
// Objects are restored through a repository, as with Delete, and their
// DeletedAt becomes empty. One that is live already stays as it is and is not
// counted; a row that does not exist is ErrDoesNotExist, one of another version
// ErrStaleObject, and then nothing is restored. Without objects a repository,
// or a QuerySet without a condition, is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset Restore is ErrSliced. A model
// without a gorm.DeletedAt is an error. What a unique constraint refuses is a
// *gormango.IntegrityError.
//
// Rows are restored by one statement where no other rows are restored.
// Otherwise, and for objects, it runs in a transaction: a statement to read the
// rows and one to change them, and two at most for each foreign key.
//
//go:noinline
func (qs *QuerySetOf[P]) Restore(ctx context.Context, objs ...P) (Restored, error) {
	n, err := deletion.Restore(ctx, qs.st(), objs != nil, anys(objs))
	return Restored(n), err
}

// Holder is an object that prevents a delete: its model, its primary key ([]any
// for a key of several columns, nil where the model has none), and the relation
// by which it refers to the object to delete ("Contract.shop").
type Holder struct {
	Model    string
	Key      any
	Relation string
}

// ProtectedError reports that objects refer to the objects to delete by a
// relation whose OnDelete is models.Protect. Nothing was deleted. It is
// gorm.ErrForeignKeyViolated too.
type ProtectedError struct {
	// Model is the model of the objects to delete; the protected object may be
	// a cascaded one.
	Model string
	// Holders are all the protecting objects, including those that would have
	// been deleted too; each is listed once, with the first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *ProtectedError) Error() string { return refusalText(e.Model, "protected", e.Holders) }

// Is reports whether target is gorm.ErrForeignKeyViolated.
func (e *ProtectedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// RestrictedError reports that objects which would not be deleted refer to the
// objects to delete by a relation whose OnDelete is models.Restrict. Nothing
// was deleted. It is gorm.ErrForeignKeyViolated too.
type RestrictedError struct {
	// Model is the model of the objects to delete; the restricted object may be
	// a cascaded one.
	Model string
	// Holders are all the restricting objects; each is listed once, with the
	// first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *RestrictedError) Error() string { return refusalText(e.Model, "restricted", e.Holders) }

// Is reports whether target is gorm.ErrForeignKeyViolated.
func (e *RestrictedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// shownHolders is the most objects of a relation that an error's text names.
const shownHolders = 3

// refusalText returns the text of a ProtectedError or a RestrictedError.
func refusalText(model, how string, holders []Holder) string {
	var relations []string
	keys := map[string][]string{}
	for _, h := range holders {
		if !slices.Contains(relations, h.Relation) {
			relations = append(relations, h.Relation)
		}
		keys[h.Relation] = append(keys[h.Relation], shownKey(h.Key))
	}
	for i, r := range relations {
		list := keys[r]
		shown := strings.Join(list[:min(len(list), shownHolders)], ", ")
		if more := len(list) - shownHolders; more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		relations[i] = r + " (" + shown + ")"
	}
	return fmt.Sprintf("repo: %s cannot be deleted, it is %s by %s: delete those first, or make them refer to something else",
		model, how, strings.Join(relations, " and "))
}

// shownKey returns a key as error texts show it.
func shownKey(key any) string {
	switch k := key.(type) {
	case nil:
		return "a row without a key"
	case string:
		return fmt.Sprintf("%q", k)
	case []any:
		parts := make([]string, len(k))
		for i, p := range k {
			parts[i] = shownKey(p)
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return fmt.Sprint(key)
}

// holders returns the holders of an error of the engine.
func holders(list []deletion.Holder) []Holder {
	out := make([]Holder, len(list))
	for i, h := range list {
		out[i] = Holder(h)
	}
	return out
}
