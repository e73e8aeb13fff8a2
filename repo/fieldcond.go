package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// quantified returns the condition on the rows that the relation at path leads
// to.
func quantified[P, C any](path string, quantifier query.Quantifier, conds []CondOf[C]) CondOf[P] {
	trees := make([]*query.Cond, len(conds))
	for i, c := range conds {
		trees[i] = c.c
	}
	return CondOf[P]{query.Holds(&query.Expr{Kind: query.Each, Name: path, Quantifier: quantifier, Cond: query.Call(trees...)})}
}
