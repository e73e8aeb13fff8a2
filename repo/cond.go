package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// Cond is a condition on M, to combine with And, Or and Not and to give to
// Where. The zero value is neutral: And, Or, Not and Where ignore it, as Django
// ignores an empty Q().
type Cond[M any] struct {
	c   *query.Cond
	err error
}

// And holds where c and all the others hold.
func (c Cond[M]) And(others ...Cond[M]) Cond[M] { return c.combine(query.And, others) }

// Or holds where c or one of the others holds.
func (c Cond[M]) Or(others ...Cond[M]) Cond[M] { return c.combine(query.Or, others) }

// Not holds where c does not, rows with NULL among them.
func (c Cond[M]) Not() Cond[M] { return Cond[M]{query.Not(c.c), c.err} }

func (c Cond[M]) combine(join func(...*query.Cond) *query.Cond, others []Cond[M]) Cond[M] {
	trees, err := []*query.Cond{c.c}, c.err
	for _, o := range others {
		trees = append(trees, o.c)
		if err == nil {
			err = o.err
		}
	}
	return Cond[M]{join(trees...), err}
}
