package store

import (
	"context"
	"iter"
	"unsafe"

	"github.com/gormango/gormango/internal/exec"
)

// IterChunk is the number of rows that Iter holds at a time (Django's
// chunk_size).
const IterChunk = 2000

// Rows returns the rows as iterate reads them.
func (s *State) Rows(ctx context.Context) iter.Seq2[unsafe.Pointer, error] {
	return func(yield func(unsafe.Pointer, error) bool) { s.iterate(ctx, yield) }
}

// iterate reads the rows by a cursor.
func (s *State) iterate(ctx context.Context, yield func(unsafe.Pointer, error) bool) {
	if err := s.Mistake(); err != nil {
		yield(nil, err)
		return
	}
	if err := s.Whole(); err != nil {
		yield(nil, err)
		return
	}
	st, err := s.Compiled(ctx, s.Query)
	if err != nil {
		yield(nil, err)
		return
	}
	if st.None {
		return
	}
	stopped := false
	err = exec.Chunks(ctx, s.Conn, st, IterChunk, func(ctx context.Context, chunk []unsafe.Pointer) bool {
		if err := s.loaded(ctx, s.Query, chunk); err != nil {
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
