package store

import (
	"context"
	"fmt"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/txutil"
)

// Compiled returns the statement of q.
func (s *State) Compiled(ctx context.Context, q *query.Query) (*compile.Stmt, error) {
	if q.Lock != nil && !txutil.InTransaction(ctx, s.DB) {
		return nil, fmt.Errorf("%w: rows of %s are locked until a transaction ends, so open one (txutil.Atomic)", ErrNotInTransaction, s.Model.Name)
	}
	st, err := compile.Select(q)
	if err != nil {
		return nil, s.Mistaken("", err)
	}
	return st, nil
}
