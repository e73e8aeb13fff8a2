package repo

import (
	"context"
	"unsafe"

	"github.com/gormango/gormango/internal/store"
)

// Match identifies rows by columns. Repository.By and RelatedManager.By return
// one.
type Match[T any] = MatchOf[*T]

// MatchOf is the type that Match is an alias of; P is a pointer to the model.
type MatchOf[P any] struct{ m store.Match }

// By returns a Match by the named columns. A unique constraint on them makes
// GetOrCreate and UpdateOrCreate safe between processes. A name may have a
// lookup behind it, with which the row is compared with the object:
// By("email__iexact") finds by an index on upper(email).
//
//go:noinline
func (qs *QuerySetOf[P]) By(name NameOf[P], more ...NameOf[P]) *MatchOf[P] {
	return (*MatchOf[P])(unsafe.Pointer(qs.st().By(string(name), texts(more))))
}

// GetOrCreate reads the row whose columns equal those of obj into obj, or
// creates the row from obj, and reports whether it created the row. When
// another process creates the row in between, the unique constraint refuses
// this insert and the other row is read. Several rows are
// ErrMultipleObjectsReturned. GetOrCreate runs one to three statements; the
// insert runs in a savepoint inside a transaction.
//
// For a RelatedManager the row is one of the owner's, and obj is created as the
// owner's. Over a many-to-many relation only rows that are linked already are
// found. Where another row has the same values in the columns and they are
// unique, the create is refused with a *gormango.IntegrityError, as in Django.
//
//go:noinline
func (m *MatchOf[P]) GetOrCreate(ctx context.Context, obj P) (created bool, err error) {
	return m.m.GetOrCreate(ctx, obj)
}

// UpdateOrCreate saves the named fields of obj to the row whose columns equal
// those of obj, or creates the row from the whole of obj, and reports whether
// it created the row. UpdatedAt is set to now; the rest of the row is read into
// obj. The row is locked while it is changed, so concurrent calls change it one
// after the other. When another process creates the row in between, this call
// updates it. Clean, hooks and signals are those of Save, or of Create. Several
// rows are ErrMultipleObjectsReturned. UpdateOrCreate runs two to four
// statements in a transaction, the insert in a savepoint. For a RelatedManager
// the row is found and created as GetOrCreate does.
//
//	created, err := stock.By("shop", "item").UpdateOrCreate(ctx, &Stock{ShopID: 1, ItemID: 2, Qty: 7}, "qty")
//
//go:noinline
func (m *MatchOf[P]) UpdateOrCreate(ctx context.Context, obj P, field NameOf[P], more ...NameOf[P]) (created bool, err error) {
	return m.m.UpdateOrCreate(ctx, obj, append([]string{string(field)}, texts(more)...))
}
