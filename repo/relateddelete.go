package repo

import (
	"context"

	"github.com/gormango/gormango/internal/query"
)

// deleteLinks deletes rows of the table between.
func (t *tie) deleteLinks(ctx context.Context, q *query.Query) error {
	link := *t.s
	link.model, link.q = q.Model, q
	_, err := link.delete(ctx)
	return err
}

// forget deletes rows of the far model.
func (t *tie) forget(ctx context.Context, q *query.Query) error {
	rows := *t.s
	rows.q = q
	if !t.saveEach {
		_, err := rows.delete(ctx)
		return err
	}
	return t.s.together(ctx, true, func(ctx context.Context) error {
		objs, err := t.read(ctx, q)
		if err != nil || len(objs) == 0 {
			return err
		}
		return t.destroy(ctx, objs)
	})
}
