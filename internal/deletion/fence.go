package deletion

import (
	"context"

	"github.com/gormango/gormango/internal/compile"
)

// checkFence returns an error if a row that is deleted, marked, restored or set
// together with those of the state is not within the state's fence.
func (c *collector) checkFence(ctx context.Context) error {
	var targets []compile.Target
	for _, stage := range c.g.Stages {
		parts, byGORM := c.parts(ctx, stage)
		for _, p := range parts {
			targets = append(targets, p.target)
		}
		for _, r := range byGORM {
			m := r.hooks.State.Model
			in, _ := valuesOf(ctx, m.Key, objectsOf([]*row{r}))
			targets = append(targets, compile.Target{Model: m, In: []compile.Among{in}})
		}
	}
	if c.g.Mode == Hard {
		for _, step := range c.g.Steps {
			for _, n := range step {
				for _, e := range n.Sets {
					if in, ok := referrersOf(ctx, e, c.rows(n)); ok {
						targets = append(targets, compile.Target{Model: e.Key.From, In: []compile.Among{in}})
					}
				}
			}
		}
	}
	return c.s.CheckCascade(ctx, targets)
}
