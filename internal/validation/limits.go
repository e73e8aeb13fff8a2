package validation

import (
	"context"
	"maps"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// limits tests that the rows of foreign keys are among those that may be chosen
// (RelationOptions.Limit), by a statement for each foreign key with a limit.
func (o *object) limits(ctx context.Context) error {
	for _, r := range o.model.Relations {
		if r.Kind != modelinfo.BelongsTo || len(r.Options.Limit) == 0 {
			continue
		}
		q, ok := o.foreign(ctx, r)
		if !ok || slices.ContainsFunc(q.refers, func(f *modelinfo.Field) bool { return !o.tests(f) || o.failed(f) }) {
			continue
		}
		var far, near []*modelinfo.Field
		for _, p := range r.Pairs {
			far, near = append(far, p.To), append(near, p.From)
		}
		conds := []*query.Cond{query.In(far, [][]any{param.Values(ctx, o.rv, near)})}
		for _, text := range slices.Sorted(maps.Keys(r.Options.Limit)) {
			conds = append(conds, query.Lookup(text, r.Options.Limit[text]))
		}
		rows := o.s.WithQuery(query.New(r.To).Seeing(query.WithDeleted))
		found, err := rows.Restricted("FullClean", conds, false).Exists(ctx)
		if err != nil {
			return err
		}
		if !found {
			o.found.Add(q.field, q.problem)
		}
	}
	return nil
}
