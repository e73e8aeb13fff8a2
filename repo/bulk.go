package repo

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/txutil"
)

// BulkOption configures how BulkCreate and BulkCreateSeq write.
type BulkOption struct{ set func(*bulkOptions) }

type bulkOptions struct {
	size  int
	sized bool // whether size was set
	copy  bool
}

// The default batch sizes: for a list, which is in memory anyway, and for a
// sequence.
const (
	listBatch     = 50_000
	sequenceBatch = 10_000
)

// BatchSize sets the most objects that a statement writes. The default is
// 50,000, for BulkCreateSeq 10,000. It is rarely needed: a batch is sent as
// arrays, so the limit on parameters does not apply.
func BatchSize(n int) BulkOption {
	return BulkOption{func(o *bulkOptions) { o.size, o.sized = n, true }}
}

// UseCopy writes by COPY, which is the fastest and returns nothing: keys,
// defaults and computed columns stay unset in the objects. Where COPY is not
// possible (a database that GORM opened by itself, a column of a type that is
// not PostgreSQL's own, Defaults of a whole row) the rows are inserted, and
// return nothing either. An upsert refuses it.
func UseCopy() BulkOption { return BulkOption{func(o *bulkOptions) { o.copy = true }} }

// bulkOptionsOf returns the options of a call.
func bulkOptionsOf(opts []BulkOption) (o bulkOptions) {
	for _, opt := range opts {
		if opt.set != nil {
			opt.set(&o)
		}
	}
	return o
}

// checked returns the options with a size, size if none was set.
func (o bulkOptions) checked(size int) (bulkOptions, error) {
	if !o.sized {
		o.size = size
	}
	if o.size < 1 {
		return o, fmt.Errorf("repo: BatchSize(%d) (a statement writes at least one object)", o.size)
	}
	return o, nil
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
	return qs.st().bulkCreate(ctx, anys(objs), bulkOptionsOf(opts))
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
	return qs.st().bulkCreateSeq(ctx, seq, bulkOptionsOf(opts))
}

// bulkCreate checks and inserts objects, sending an array for each column.
func (s *state) bulkCreate(ctx context.Context, objs []any, o bulkOptions) error {
	if err := s.creating("BulkCreate"); err != nil {
		return err
	}
	o, err := o.checked(listBatch)
	if err != nil {
		return err
	}
	return (&bulk{s: s, bulkOptions: o, remembers: true}).create(ctx, objs)
}

// bulkCreateSeq is bulkCreate for a sequence of objects.
func (s *state) bulkCreateSeq(ctx context.Context, objs iter.Seq2[any, error], o bulkOptions) (int64, error) {
	if err := s.creating("BulkCreateSeq"); err != nil {
		return 0, err
	}
	o, err := o.checked(sequenceBatch)
	if err != nil {
		return 0, err
	}
	if objs == nil {
		return 0, fmt.Errorf("repo: %s: BulkCreateSeq of no sequence", s.model.Name)
	}
	return writeSeq(ctx, s, o, objs)
}

// writeSeq writes the objects of a sequence batch by batch.
func writeSeq(ctx context.Context, s *state, o bulkOptions, objs iter.Seq2[any, error]) (int64, error) {
	b := &bulk{s: s, bulkOptions: o}
	err := txutil.Atomic(ctx, s.db, func(ctx context.Context) error {
		batch := make([]any, 0, b.size)
		flush := func() error {
			if err := b.create(ctx, batch); err != nil {
				return err
			}
			b.before += len(batch)
			clear(batch)
			batch = batch[:0]
			return nil
		}
		for obj, err := range objs {
			if err != nil {
				return err
			}
			if batch = append(batch, obj); len(batch) == b.size {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	if err != nil {
		return 0, err
	}
	return int64(b.before), nil
}

// bulk writes many objects.
type bulk struct {
	s *state
	bulkOptions
	// on is how an upsert treats rows that already exist, nil for none.
	on *compile.Conflict
	// before is the number of a sequence's objects that are already written.
	before int
	// remembers reports whether the objects' fields are restored when the
	// transaction rolls back.
	remembers bool
}

// create checks, fills and inserts objects, all or none.
func (b *bulk) create(ctx context.Context, objs []any) error {
	if len(objs) == 0 {
		return nil
	}
	var before []any // of the fields that are filled, object by object
	filled, done := b.s.filledAtCreation(), 0
	undo := func() {
		for i := range done {
			b.s.putBack(ctx, reflect.ValueOf(objs[i]).Elem(), filled, before[i*len(filled):])
		}
	}
	fail := func(i int, err error) error { undo(); return b.objectError(i, "", err) }
	groups := &groups{bulk: b, open: b.s.fillable()}
	for i, obj := range objs {
		if absent(obj) {
			return fail(i, errNil(b.s.model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if err := takeKeys(ctx, b.s.model, rv); err != nil {
			return fail(i, err)
		}
		if err := b.s.check(ctx, obj); err != nil {
			return fail(i, err)
		}
		if b.remembers {
			before = b.s.keep(ctx, rv, filled, before)
			done++
		}
		if err := b.s.prepare(ctx, rv); err != nil {
			return fail(i, err)
		}
		groups.add(ctx, i, obj, rv)
	}
	// As in Django, objects that have a key are written first.
	slices.SortStableFunc(groups.list, func(x, y *group) int { return cmp.Compare(x.keyless(b.s.model), y.keyless(b.s.model)) })
	if done > 0 && len(filled) > 0 {
		b.s.conn.OnRollback(ctx, undo)
	}
	err := b.s.together(ctx, groups.statements() > 1 || b.copy || txutil.InTransaction(ctx, b.s.db), func(ctx context.Context) error {
		return groups.insert(ctx, 0, len(objs), false)
	})
	if err != nil {
		undo()
		return groups.blame(ctx, err)
	}
	return nil
}
