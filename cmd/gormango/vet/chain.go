package vet

import (
	"go/ast"
	"go/types"
	"slices"
)

// silent are the types of package repo that do nothing until a terminal.
var silent = []string{"QuerySetOf", "UpsertOf", "MatchOf", "CondOf", "AssignOf", "RelatedManagerOf", "Expr", "Term"}

// checkChains reports chains whose result is dropped, and loops over rows that
// drop the error.
func (c *checker) checkChains() {
	for n := range c.inspect.PreorderSeq((*ast.ExprStmt)(nil), (*ast.RangeStmt)(nil)) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			c.checkDropped(n)
		case *ast.RangeStmt:
			c.checkRange(n)
		}
	}
}

func (c *checker) checkDropped(n *ast.ExprStmt) {
	call, ok := ast.Unparen(n.X).(*ast.CallExpr)
	if !ok {
		return
	}
	fn := c.callee(call)
	if fn == nil {
		return
	}
	if isOurs(fn, repoPath) && c.isSequence(call) {
		c.Reportf(call.Pos(), "%s does nothing until its rows are ranged over", fn.Name())
		return
	}
	t := c.TypesInfo.TypeOf(call)
	name, _ := repoType(t)
	if !slices.Contains(silent, name) || takesContext(fn.Signature()) {
		return
	}
	if !isOurs(fn, repoPath) && (fn.Signature().Recv() == nil || !embedsRepo(fn.Signature().Recv().Type())) {
		return // it may have an effect of its own
	}
	c.Reportf(call.Pos(), "the result of %s is dropped: it changes nothing in place (assign it, or end the chain with a call that takes a context)", fn.Name())
}

// checkRange reports loops over rows without the error.
func (c *checker) checkRange(n *ast.RangeStmt) {
	call, ok := ast.Unparen(n.X).(*ast.CallExpr)
	if !ok || !isOurs(c.callee(call), repoPath) || !c.isSequence(call) {
		return
	}
	if id, ok := n.Value.(*ast.Ident); n.Value == nil || ok && id.Name == "_" {
		c.Reportf(n.Pos(), "the loop over %s drops the error (range with two variables: for x, err := range …)", c.callee(call).Name())
	}
}

// isSequence reports whether a call returns rows and errors to range over.
func (c *checker) isSequence(call *ast.CallExpr) bool {
	named := namedOf(c.TypesInfo.TypeOf(call))
	return typeName(named) == "iter.Seq2" && types.Identical(named.TypeArgs().At(1), types.Universe.Lookup("error").Type())
}

// takesContext reports whether a function has a context among its parameters.
func takesContext(sig *types.Signature) bool {
	for p := range sig.Params().Variables() {
		if isContext(p.Type()) {
			return true
		}
	}
	return false
}

func isContext(t types.Type) bool { return typeName(namedOf(t)) == "context.Context" }
