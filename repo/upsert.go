package repo

import (
	"context"
	"errors"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Upsert inserts objects, and updates or skips those whose row already exists;
// Repository.OnConflict makes one.
type Upsert[T any] = UpsertOf[*T]

// UpsertOf is the type that Upsert is an alias of; P is a pointer to the model.
type UpsertOf[P any] struct{ u store.Upsert }

// OnConflict names the columns whose unique constraint or index may be
// violated, "pk" for the key. The condition of an index that has one is given
// by Where. Where there is no such constraint, the error is the server's
// *gormango.SyntaxError. Without names any unique or exclusion constraint is
// meant, which only Ignore takes. It runs no statement.
//
//	err := books.OnConflict("isbn").Update("price", "stock").BulkCreate(ctx, list)
//	err := tags.OnConflict().Ignore().BulkCreate(ctx, list)
//
//go:noinline
func (qs *QuerySetOf[P]) OnConflict(unique ...NameOf[P]) *UpsertOf[P] {
	return upsertOf[P](qs.st().OnConflict(texts(unique)))
}

// upsertOf returns an upsert with its type.
func upsertOf[P any](u *store.Upsert) *UpsertOf[P] { return (*UpsertOf[P])(unsafe.Pointer(u)) }

// Update sets the named columns of a row that already exists to the object's
// values, and raises the row's version where the model has one. The other
// columns stay, UpdatedAt too, as in Django. The key of the row, and the
// columns that Create reads back, are read into the object. Two objects of one
// call that violate the constraint together are the server's error 21000.
//
//go:noinline
func (u *UpsertOf[P]) Update(field NameOf[P], more ...NameOf[P]) *UpsertOf[P] {
	return upsertOf[P](u.u.Update(append([]string{string(field)}, texts(more)...)))
}

// Where names a unique index that has a condition, such as one of the rows that
// no soft delete hides. Its values become part of the statement as literals:
// numbers, texts, bools, times and UUIDs.
//
//	live := users.Q("deleted_at", nil)
//	err := users.OnConflict("email").Where(live).Update("name").Create(ctx, user)
//
//go:noinline
func (u *UpsertOf[P]) Where(conds ...CondOf[P]) *UpsertOf[P] {
	return upsertOf[P](u.u.Where(trees(conds)))
}

// Set makes assignments to a row that already exists, beside those of Update or
// without them. F is the column of that row, Excluded that of the row which
// would have been inserted. The results are read into the object.
//
//	sum := repo.F("qty").Add(repo.Excluded("qty"))
//	err := stock.OnConflict("item").Set(stock.Set("qty", sum)).BulkCreate(ctx, list)
//
//go:noinline
func (u *UpsertOf[P]) Set(first AssignOf[P], more ...AssignOf[P]) *UpsertOf[P] {
	return upsertOf[P](u.u.Set(assignments(first, more)))
}

// Excluded returns, in the Set of an upsert, a column of the row that would
// have been inserted.
func Excluded(name Ref) Expr { return Expr{&query.Expr{Kind: query.Excluded, Name: string(name)}} }

// Ignore skips objects whose row already exists (ON CONFLICT DO NOTHING).
// Nothing is read back, since the server does not return which objects became
// rows: a key that the database counts up stays zero in all of them. Other
// violations, of foreign keys or NOT NULL, are still errors.
//
//go:noinline
func (u *UpsertOf[P]) Ignore() *UpsertOf[P] {
	ignoring := u.u
	ignoring.On.Update, ignoring.On.Sets, ignoring.Action = nil, nil, true
	return upsertOf[P](&ignoring)
}

// Create checks (Clean) and inserts an object, or follows Update or Ignore
// where its row exists. Hooks do not run and no signals are sent. It runs one
// statement.
//
//go:noinline
func (u *UpsertOf[P]) Create(ctx context.Context, obj P) error {
	var one *ObjectError
	err := u.u.Create(ctx, []any{obj}, store.BulkOptions{})
	if errors.As(err, &one) {
		return one.Err // there is no other
	}
	return err
}

// BulkCreate is Repository.BulkCreate for rows some of which already exist.
// UseCopy is an error: COPY cannot handle conflicts.
//
//go:noinline
func (u *UpsertOf[P]) BulkCreate(ctx context.Context, objs []P, opts ...BulkOption) error {
	return u.u.Create(ctx, anys(objs), bulkOptionsOf(opts))
}
