package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// Cond is a condition on M, to combine with And, Or, Xor and Not and to pass to
// Where. Its names are resolved when a QuerySet takes it. The zero value is
// neutral: And, Or, Not and Where ignore it, as Django ignores an empty Q().
type Cond[M any] = CondOf[*M]

// CondOf is the type that Cond is an alias of; P is a pointer to the model.
// With pointers the compiler shares the code of all models, see
// docs/typed-fields.md.
type CondOf[P any] struct{ c *query.Cond }

// Q returns a condition for a lookup where no QuerySet is available:
//
//	repo.Q[Book]("title__startswith", "Go").Or(repo.Q[Book]("pages__gt", 300))
func Q[M any](lookup Lookup[M], value any) Cond[M] { return lookupCond[*M](string(lookup), value) }

func lookupCond[P any](text string, value any) CondOf[P] {
	return CondOf[P]{query.Lookup(text, plainValue(value))}
}

// And returns a condition that holds where c and all the others hold.
//
//go:noinline
func (c CondOf[P]) And(others ...CondOf[P]) CondOf[P] {
	return CondOf[P]{combined(query.And, c.c, trees(others))}
}

// Or returns a condition that holds where c or one of the others holds.
//
//go:noinline
func (c CondOf[P]) Or(others ...CondOf[P]) CondOf[P] {
	return CondOf[P]{combined(query.Or, c.c, trees(others))}
}

// Xor returns a condition that holds where an odd number of c and the others
// holds.
//
//go:noinline
func (c CondOf[P]) Xor(others ...CondOf[P]) CondOf[P] {
	return CondOf[P]{combined(query.Xor, c.c, trees(others))}
}

// Not returns a condition that holds where c does not, rows with NULL among
// them.
//
//go:noinline
func (c CondOf[P]) Not() CondOf[P] { return CondOf[P]{query.Not(c.c)} }

// combined joins a condition and others.
func combined(join func(...*query.Cond) *query.Cond, c *query.Cond, others []*query.Cond) *query.Cond {
	return join(append([]*query.Cond{c}, others...)...)
}

// operand returns the condition as an expression: Annotate("cheap",
// books.Q("price__lt", 10)).
//
//go:noinline
func (c CondOf[P]) operand() Expr {
	return truth(c.c)
}

//go:noinline
func (c CondOf[P]) cond() *query.Cond { return c.c }

// truth returns a condition as an expression.
func truth(c *query.Cond) Expr { return Expr{&query.Expr{Kind: query.Truth, Cond: orEmpty(c)}} }

func orEmpty(c *query.Cond) *query.Cond {
	if c == nil {
		return &query.Cond{}
	}
	return c
}

// AnyCond is a Cond of any model, for expressions.
type AnyCond interface{ cond() *query.Cond }
