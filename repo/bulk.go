package repo

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/store"
)

// BulkOption configures how BulkCreate and BulkCreateSeq write.
type BulkOption struct{ set func(*store.BulkOptions) }

// BatchSize sets the most objects that a statement writes. The default is
// 50,000, for BulkCreateSeq 10,000. It is rarely needed: a batch is sent as
// arrays, so the limit on parameters does not apply.
func BatchSize(n int) BulkOption {
	return BulkOption{func(o *store.BulkOptions) { o.Size, o.Sized = n, true }}
}

// UseCopy writes by COPY, which is the fastest and returns nothing: keys,
// defaults and computed columns stay unset in the objects. Where COPY is not
// possible (a database that GORM opened by itself, a column of a type that is
// not PostgreSQL's own, Defaults of a whole row) the rows are inserted, and
// return nothing either. An upsert refuses it.
func UseCopy() BulkOption { return BulkOption{func(o *store.BulkOptions) { o.Copy = true }} }

// bulkOptionsOf returns the options of a call.
func bulkOptionsOf(opts []BulkOption) (o store.BulkOptions) {
	for _, opt := range opts {
		if opt.set != nil {
			opt.set(&o)
		}
	}
	return o
}

// BulkCreate checks the objects (Clean) and inserts them all, one array of
// values for each column, so that there is no limit to their number. It fills
// in what the database chose in each object, as Create does. Hooks do not run
// and no signals are sent, as in Django; relations are not saved. Objects with
// a key and objects without one are a statement each, and so are those beyond
// BatchSize. Rows with columns of arrays are written up to 1,000 at a time.
// Several statements are one transaction; one statement takes one round trip.
//
// If a BEFORE trigger or a rule drops a row, the error is ErrNotWritten. An
// object that Clean or the database refuses is named by an *ObjectError,
// with its index and field, and nothing is stored. To find the object,
// statements are repeated in a transaction that is rolled back. Inside a
// transaction a savepoint keeps the transaction usable.
//
//go:noinline
func (qs *QuerySetOf[P]) BulkCreate(ctx context.Context, objs []P, opts ...BulkOption) error {
	return qs.st().BulkCreate(ctx, anys(objs), bulkOptionsOf(opts))
}

// BulkCreateSeq is BulkCreate for any number of objects from an iterator: it
// holds one batch of them in memory, so that Iter of another database or the
// lines of a file can be written as they arrive. It returns the number of rows
// written. An error of the iterator ends the call; then, and after any other
// error, nothing is stored. Everything runs in one transaction. Fields that
// were filled in stay so when the call fails.
//
//	n, err := archive.BulkCreateSeq(ctx, lines(file), repo.UseCopy())
//
//go:noinline
func (qs *QuerySetOf[P]) BulkCreateSeq(ctx context.Context, objs iter.Seq2[P, error], opts ...BulkOption) (int64, error) {
	var seq iter.Seq2[any, error]
	if objs != nil {
		seq = func(yield func(any, error) bool) {
			objs(func(obj P, err error) bool { return yield(obj, err) })
		}
	}
	return qs.st().BulkCreateSeq(ctx, seq, bulkOptionsOf(opts))
}

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

// ObjectError reports which object of a list could not be written. errors.As
// finds the cause in it: a *models.ValidationError of Clean, a
// *gormango.IntegrityError or a *gormango.DataError of the database.
type ObjectError struct {
	Model string
	// Index is the object's position in the list or the sequence, from 0.
	Index int
	// Field is the column at fault, several separated by ", ", "" when it is
	// not known.
	Field string
	Err   error
}

// Error names the model, the index, the field and the cause.
func (e *ObjectError) Error() string {
	text := fmt.Sprintf("repo: %s: object %d: ", e.Model, e.Index)
	var ie *gormango.IntegrityError
	if e.Field != "" && !(errors.As(e.Err, &ie) && len(ie.Columns) > 0) { // the text of ie has them
		text += e.Field + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns the cause.
func (e *ObjectError) Unwrap() error { return e.Err }
