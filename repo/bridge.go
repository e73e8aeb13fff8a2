package repo

import (
	"github.com/gormango/gormango/internal/bridge"
	"github.com/gormango/gormango/internal/query"
)

func init() {
	bridge.Wrap = func(n *query.Expr) any { return Expr{n} }
	bridge.Node = nodeOf
}

// nodeOf returns the node of an operand or of a constant.
func nodeOf(v any) *query.Expr { return Value(v).n }

// nodesOf returns the nodes of operands and constants.
func nodesOf(vs []any) []*query.Expr {
	out := make([]*query.Expr, len(vs))
	for i, v := range vs {
		out[i] = nodeOf(v)
	}
	return out
}

// wrong returns an expression that fails with err when it joins a QuerySet.
func wrong(err error) Expr { return Expr{&query.Expr{Err: err}} }
