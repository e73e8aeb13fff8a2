// Package bridge lets package repo/fn make expressions of package repo, whose
// inside applications do not see.
package bridge

import "github.com/gormango/gormango/internal/query"

// Wrap makes a repo.Expr of a node, Node the node of a value that an expression
// may be made of: an operand, or a constant. Package repo sets them.
var (
	Wrap func(*query.Expr) any
	Node func(any) *query.Expr
)
