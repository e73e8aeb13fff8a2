package repo

import (
	"context"

	"github.com/gormango/gormango/internal/query"
)

// forget deletes rows of the far model.
func (t *tie) forget(ctx context.Context, q *query.Query) error {
	if !t.saveEach {
		return t.deleteRows(ctx, q)
	}
	return t.s.together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil || len(objs) == 0 {
			return err
		}
		_, err = deleteAll(ctx, t.s, false, objs)
		return err
	})
}

// deleteRows is QuerySet.Delete for a model that is known at run time only. The
// type of a QuerySet matters only to the objects it reads, and Delete reads
// none.
func (t *tie) deleteRows(ctx context.Context, q *query.Query) error {
	rows := *t.s
	rows.model, rows.q = q.Model, q
	_, err := rows.remove(ctx, false)
	return err
}
