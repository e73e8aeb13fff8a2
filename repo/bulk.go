package repo

import (
	"context"
	"iter"

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
// BatchSize; several statements run in one transaction. Rows with columns of
// arrays are written up to 1,000 at a time.
//
// An object that Clean or the database refuses is named by an *ObjectError,
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
