package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// Cond is a condition on M, to combine with And, Or, Xor and Not and to give to
// Where. Its names are resolved when a QuerySet takes it. The zero value is neutral: And, Or, Not and
// Where ignore it, as Django ignores an empty Q().
type Cond[M any] struct{ c *query.Cond }

// Q makes a condition from a lookup where no QuerySet is at hand:
//
//	repo.Q[Book]("title__startswith", "Go").Or(repo.Q[Book]("pages__gt", 300))
func Q[M any](lookup Lookup[M], value any) Cond[M] { return lookupCond[M](string(lookup), value) }

func lookupCond[M any](text string, value any) Cond[M] {
	return Cond[M]{query.Lookup(text, plainValue(value))}
}

// And holds where c and all the others hold.
func (c Cond[M]) And(others ...Cond[M]) Cond[M] { return c.combine(query.And, others) }

// Or holds where c or one of the others holds.
func (c Cond[M]) Or(others ...Cond[M]) Cond[M] { return c.combine(query.Or, others) }

// Xor holds where an odd number of c and the others holds.
func (c Cond[M]) Xor(others ...Cond[M]) Cond[M] { return c.combine(query.Xor, others) }

// Not holds where c does not, rows with NULL among them.
func (c Cond[M]) Not() Cond[M] { return Cond[M]{query.Not(c.c)} }

func (c Cond[M]) combine(join func(...*query.Cond) *query.Cond, others []Cond[M]) Cond[M] {
	trees := []*query.Cond{c.c}
	for _, o := range others {
		trees = append(trees, o.c)
	}
	return Cond[M]{join(trees...)}
}

// operand has a condition stand where an expression does: Annotate("cheap", books.Q("price__lt", 10)).
func (c Cond[M]) operand() Expr {
	return Expr{&query.Expr{Kind: query.Truth, Cond: orEmpty(c.c)}}
}

func (c Cond[M]) cond() *query.Cond { return c.c }

func orEmpty(c *query.Cond) *query.Cond {
	if c == nil {
		return &query.Cond{}
	}
	return c
}

// AnyCond is a Cond of any model, for expressions.
type AnyCond interface{ cond() *query.Cond }
