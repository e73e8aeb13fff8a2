package repo

import (
	"context"
	"unsafe"

	"github.com/gormango/gormango/internal/store"
)

// Assign is a column and the value that Update sets it to. QuerySet.Set makes
// one, and a typed field's Set. Its name is resolved by Update.
type Assign[M any] = AssignOf[*M]

// AssignOf is the type that Assign is an alias of; P is a pointer to the model.
type AssignOf[P any] struct {
	a store.Assignment
}

// assignments returns the assignments of a call that takes at least one.
func assignments[P any](first AssignOf[P], more []AssignOf[P]) []store.Assignment {
	return append([]store.Assignment{first.a}, *(*[]store.Assignment)(unsafe.Pointer(&more))...)
}

// Set assigns a value, nil for NULL, or an Expr to a column:
//
//	books.Filter("stock__gt", 0).Update(ctx, books.Set("stock", repo.F("stock").Sub(1)))
//
// The name of a foreign key's relation takes an object or its key. A zero value
// is written as it is.
//
//go:noinline
func (qs *QuerySetOf[P]) Set(name NameOf[P], value any) AssignOf[P] {
	return assignOf[P](string(name), value)
}

// Update changes every row of the QuerySet in one statement and returns how
// many matched. It loads no objects, so neither Clean nor hooks run and
// UpdatedAt stays. Without a condition it is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset it is ErrSliced. A violated
// constraint is a *gormango.IntegrityError.
//
//go:noinline
func (qs *QuerySetOf[P]) Update(ctx context.Context, first AssignOf[P], more ...AssignOf[P]) (int64, error) {
	return qs.st().Update(ctx, assignments(first, more))
}
