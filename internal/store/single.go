package store

import (
	"context"
	"sync"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
)

// single is the query of one row by its key.
type single struct {
	state     State
	narrowing query.Narrowing
}

// singles are for reuse. One that a panic leaves is not used again.
var singles = sync.Pool{New: func() any { return &single{} }}

// ByPK returns the object of the row with a primary key.
func (s *State) ByPK(ctx context.Context, key any) (unsafe.Pointer, error) {
	if err := s.Mistake(); err != nil {
		return nil, err
	}
	x := singles.Get().(*single)
	s.refine(&x.state, func(s *State) error { return s.filterIn(&x.narrowing, "Filter", "pk", key, false) })
	obj, err := x.state.Get(ctx)
	// Hooks and loaders may keep what they were given.
	if s.Owner == nil && len(s.Query.Prefetched) == 0 && s.Query.Related == nil && !s.Model.Schema.AfterFind {
		*x = single{}
		singles.Put(x)
	}
	return obj, err
}
