package repo

import (
	"context"
	"reflect"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/store"
)

// Repository is a QuerySet of every row of T, Django's Manager. New makes one.
// Programs hold a *Repository[T], and its methods are those of [QuerySetOf]. A
// custom manager is a struct that embeds one.
type Repository[T any] = QuerySetOf[*T]

// New returns the repository of T in db. It runs no statement; a model that
// cannot be read is the error of every terminal, and of Err. db may be a
// transaction of GORM's, in a hook for example: then everything runs in it. Its
// SkipHooks holds; Unscoped shows deleted rows, which Delete then removes. A db
// with other conditions, or one of DryRun, is an error of the chain.
func New[T any](db *gorm.DB) *Repository[T] {
	return rowsOf[*T](store.New(db, reflect.TypeFor[T](), public))
}

// ByPK reads the row with that primary key, within the rows of the repository.
// No row is ErrDoesNotExist.
//
//go:noinline
func (qs *QuerySetOf[P]) ByPK(ctx context.Context, key any) (P, error) {
	return objectOf[P](qs.st().ByPK(ctx, plainValue(key)))
}

// Create checks the objects (Clean), inserts them and fills in the values that
// the database chose: keys that it counts up, columns that it computes. Zero
// values are written, except for a key that the database counts up and a column
// whose default is a function. A zero CreatedAt and UpdatedAt become now.
// GORM's create hooks run and signals are sent. It runs one statement for each
// object, in one transaction when there are several objects, hooks or
// receivers. Relations are not saved; a foreign key that is zero is taken from
// its loaded object.
//
// Errors: *models.ValidationError, *gormango.IntegrityError. Then nothing is
// stored.
//
//go:noinline
func (qs *QuerySetOf[P]) Create(ctx context.Context, obj P, more ...P) error {
	return qs.st().Create(ctx, objectsWith(obj, more))
}

// Save checks the object (Clean) and writes it: an object without a key is
// created, one with a key changes its row, every column or the named ones. It
// never inserts a row under a key that is set: a row that does not exist is
// ErrDoesNotExist. Zero values are written. UpdatedAt becomes now. GORM's
// update hooks run and signals are sent, then in a transaction. Relations are
// not saved: the columns of foreign keys are written, and a loaded object is
// dropped where its foreign key names another. Only a key that is zero where it
// cannot be NULL is taken from its object, and an object without a key is
// ErrNoKey.
//
// No names mean every column, including those that Only or Defer left zero:
// save such an object by names, or through a repository that has the same Only,
// which saves the columns it loads.
//
// Errors are those of Create, and *FieldError for a name that is no column.
//
//go:noinline
func (qs *QuerySetOf[P]) Save(ctx context.Context, obj P, fields ...NameOf[P]) error {
	return qs.st().Save(ctx, obj, texts(fields))
}

// Refresh reads the object's row again, every column or the named ones, into
// the object. A row that does not exist is ErrDoesNotExist. A loaded object
// behind a foreign key that has changed is dropped.
//
//go:noinline
func (qs *QuerySetOf[P]) Refresh(ctx context.Context, obj P, fields ...NameOf[P]) error {
	return qs.st().Refresh(ctx, obj, texts(fields))
}

// Defaults returns a repository that leaves the named columns to the database
// when it creates objects: they are not written, whatever the object holds, and
// the values of the columns' defaults are read back into the object. It
// replaces an earlier Defaults and does not affect saves of objects that exist.
// It runs no statement; a name that is no column is a *FieldError of Err and of
// every terminal.
//
//	err := accounts.Defaults("active").Create(ctx, account)
//
//go:noinline
func (qs *QuerySetOf[P]) Defaults(names ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Defaults(texts(names)))
}

// KeepTimes returns a repository whose saves do not move UpdatedAt (GORM's
// autoUpdateTime): Save writes it as the object has it, like any other column,
// and a Save of named fields only where it is named. It runs no statement.
//
//go:noinline
func (qs *QuerySetOf[P]) KeepTimes() *QuerySetOf[P] {
	return rowsOf[P](qs.st().KeepTimes())
}

// Using moves the QuerySet, with all its refinements, to another database with
// the same tables, Django's using(). db may be a transaction. It runs no
// statement; a db that cannot serve is the error of the chain.
//
//go:noinline
func (qs *QuerySetOf[P]) Using(db *gorm.DB) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Using(db))
}

// Scoped returns a repository whose rows are narrowed, Django's manager with a
// get_queryset of its own: a struct that embeds it is a custom manager with
// default scopes.
//
//	type Tasks struct{ *repo.Repository[Task] }
//
//	func NewTasks(db *gorm.DB) Tasks { return Tasks{repo.New[Task](db).Scoped(notHidden)} }
//
// Every query of the repository begins with the narrowed rows: chains, ByPK,
// By(…).GetOrCreate, and Prefetch and RelatedManager.With that take it. Verbs
// that take objects ignore the scopes: Save, Refresh and Delete find their row
// by its key, and Create stores any. Unscoped lifts the scopes again. A scope
// that slices is an error of the chain that follows, ErrSliced. It runs no
// statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Scoped(scopes ...func(*QuerySetOf[P]) *QuerySetOf[P]) *QuerySetOf[P] {
	narrowed := rowsOf[P](qs.st().ScopeBase()).Scopes(scopes...)
	return rowsOf[P](narrowed.st().Managed(qs.st()))
}

// Unscoped returns the repository of all rows, without the scopes of Scoped:
// Django's _base_manager. Rows that a soft delete hides stay hidden
// (WithDeleted shows them).
//
//go:noinline
func (qs *QuerySetOf[P]) Unscoped() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unscoped())
}

// Fenced returns a repository of one tenant's rows: those whose column, or
// whose column at the end of a path of foreign keys, has a value.
//
//	projects := repo.New[Project](db).Fenced("organisation", org.ID)
//	tasks := repo.New[Task](db).Fenced("project__organisation", org.ID)
//
// Unlike Scoped it limits everything that starts from the repository. Queries,
// joins, subqueries and prefetches see the tenant's rows alone, of every model
// whose foreign keys lead to the tenant; a model without such a way is shared.
// Save, Refresh, Delete and their kin find no row of another tenant:
// ErrDoesNotExist. Inserts fill in the tenant's column where it is zero. A
// column that names another tenant, a foreign key to another tenant's row, and
// an assignment that cannot be checked are a *FenceError. A write runs one
// statement more where keys have to be looked up. Neither Unscoped nor AllRows
// nor WithDeleted lifts a fence, and it is never replaced. Raw SQL and plain
// GORM calls do not obey it: see docs/tenants.md.
//
// It runs no statement. A path that is no column of the model, or follows
// anything but foreign keys, is an error of the chain.
//
//go:noinline
func (qs *QuerySetOf[P]) Fenced(path LookupOf[P], value any) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Fenced(string(path), plainValue(value)))
}
