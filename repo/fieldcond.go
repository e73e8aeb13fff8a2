package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// The quantifiers of a condition on related rows.
const (
	quantSome  = "some"
	quantNone  = "none"
	quantEvery = "every"
)

// quantified returns the condition on the rows that the relation at path leads
// to.
func quantified[P, C any](path, quantifier string, conds []CondOf[C]) CondOf[P] {
	trees := make([]*query.Cond, len(conds))
	for i, c := range conds {
		trees[i] = c.c
	}
	return CondOf[P]{query.Holds(&query.Expr{Kind: query.Each, Name: quantifier, Value: path, Cond: query.Call(trees...)})}
}
