package store

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

type BulkOptions struct {
	Size  int
	Sized bool // whether size was set
	Copy  bool
}

// The default batch sizes: for a list, which is in memory anyway, and for a
// sequence.
const (
	listBatch     = 50_000
	sequenceBatch = 10_000
)

// checked returns the options with a size, size if none was set.
func (o BulkOptions) checked(size int) (BulkOptions, error) {
	if !o.Sized {
		o.Size = size
	}
	if o.Size < 1 {
		return o, fmt.Errorf("repo: BatchSize(%d) (a statement writes at least one object)", o.Size)
	}
	return o, nil
}

// BulkCreate checks and inserts objects, sending an array for each column.
func (s *State) BulkCreate(ctx context.Context, objs []any, o BulkOptions) error {
	if err := s.creating("BulkCreate"); err != nil {
		return err
	}
	o, err := o.checked(listBatch)
	if err != nil {
		return err
	}
	return (&bulk{s: s, BulkOptions: o, remembers: true}).create(ctx, objs)
}

// BulkCreateSeq is bulkCreate for a sequence of objects.
func (s *State) BulkCreateSeq(ctx context.Context, objs iter.Seq2[any, error], o BulkOptions) (int64, error) {
	if err := s.creating("BulkCreateSeq"); err != nil {
		return 0, err
	}
	o, err := o.checked(sequenceBatch)
	if err != nil {
		return 0, err
	}
	if objs == nil {
		return 0, fmt.Errorf("repo: %s: BulkCreateSeq of no sequence", s.Model.Name)
	}
	return writeSeq(ctx, s, o, objs)
}

// writeSeq writes the objects of a sequence batch by batch.
func writeSeq(ctx context.Context, s *State, o BulkOptions, objs iter.Seq2[any, error]) (int64, error) {
	b := &bulk{s: s, BulkOptions: o}
	err := txutil.Atomic(ctx, s.DB, func(ctx context.Context) error {
		batch := make([]any, 0, b.Size)
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
			if batch = append(batch, obj); len(batch) == b.Size {
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
	s *State
	BulkOptions
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
		if Absent(obj) {
			return fail(i, ErrNil(b.s.Model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if err := takeKeys(ctx, b.s.Model, rv); err != nil {
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
	slices.SortStableFunc(groups.list, func(x, y *group) int { return cmp.Compare(x.keyless(b.s.Model), y.keyless(b.s.Model)) })
	if done > 0 && len(filled) > 0 {
		b.s.Conn.OnRollback(ctx, undo)
	}
	err := b.s.Together(ctx, groups.statements() > 1 || b.Copy || txutil.InTransaction(ctx, b.s.DB), func(ctx context.Context) error {
		return groups.insert(ctx, 0, len(objs), false)
	})
	if err != nil {
		undo()
		return groups.blame(ctx, err)
	}
	return nil
}
