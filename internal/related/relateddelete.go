package related

import (
	"context"

	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/query"
)

// forget deletes rows of the far model.
func (t *Tie) forget(ctx context.Context, q *query.Query) error {
	if !t.SaveEach {
		return t.deleteRows(ctx, q)
	}
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil || len(objs) == 0 {
			return err
		}
		_, err = deletion.DeleteAll(ctx, t.Rows, false, objs)
		return err
	})
}

// deleteRows is QuerySet.Delete for a model that is known at run time only. The
// type of a QuerySet matters only to the objects it reads, and Delete reads
// none.
func (t *Tie) deleteRows(ctx context.Context, q *query.Query) error {
	rows := *t.Rows
	rows.Model, rows.Query = q.Model, q
	_, err := deletion.Remove(ctx, &rows, false)
	return err
}
