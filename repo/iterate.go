package repo

import (
	"context"
	"iter"
	"unsafe"

	"github.com/gormango/gormango/internal/exec"
)

// iterChunk is the number of rows that Iter holds at a time (Django's
// chunk_size).
const iterChunk = 2000

// Iter reads the rows by a cursor, 2,000 at a time, so that memory stays flat:
//
//	for book, err := range books.Iter(ctx) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// The pair with an error is the last. Leaving the loop closes the cursor.
// Inside a transaction the cursor belongs to the transaction, and the loop may
// run statements of its own. Outside, the cursor holds a connection and a
// transaction of its own until the loop ends, on a replica where the database
// has some. Each prefetched relation costs a statement for each chunk.
//
// A Save in the loop keeps its object until the transaction ends when the model
// has times or a version that Save fills, since a rollback restores them.
// Update by the key keeps nothing.
//
//go:noinline
func (qs *QuerySetOf[P]) Iter(ctx context.Context) iter.Seq2[P, error] {
	return sequenceOf[P](qs.st().rows(ctx))
}

// rows returns the rows as iterate reads them.
func (s *state) rows(ctx context.Context) iter.Seq2[unsafe.Pointer, error] {
	return func(yield func(unsafe.Pointer, error) bool) { s.iterate(ctx, yield) }
}

// iterate reads the rows by a cursor.
func (s *state) iterate(ctx context.Context, yield func(unsafe.Pointer, error) bool) {
	if err := s.mistake(); err != nil {
		yield(nil, err)
		return
	}
	if err := s.whole(); err != nil {
		yield(nil, err)
		return
	}
	st, err := s.compiled(ctx, s.q)
	if err != nil {
		yield(nil, err)
		return
	}
	if st.None {
		return
	}
	stopped := false
	err = exec.Chunks(ctx, s.conn, st, iterChunk, func(ctx context.Context, chunk []unsafe.Pointer) bool {
		if err := s.loaded(ctx, s.q, chunk); err != nil {
			yield(nil, err)
			stopped = true
			return false
		}
		for _, obj := range chunk {
			if !yield(obj, nil) {
				stopped = true
				return false
			}
		}
		return true
	})
	if err != nil && !stopped {
		yield(nil, err)
	}
}
