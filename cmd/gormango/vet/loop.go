package vet

import (
	"go/ast"
	"go/types"
	"slices"
)

// readers are the methods and functions of package repo that send a query.
var readers = []string{"All", "Get", "First", "Last", "Count", "Exists", "ByPK", "Iter", "Earliest", "Latest", "Contains",
	"Values", "ValuesIter", "Pluck", "Into", "Scalar", "Aggregate", "Load", "InBulk", "InBulkBy"}

// lists are those that return rows to range over.
var lists = []string{"All", "Iter", "Values", "ValuesIter", "Pluck", "Into"}

// checkLoops reports queries for each row of a query: a loop over rows, in
// which a query depends on the row.
func (c *checker) checkLoops() {
	for cur := range c.inspect.Root().Preorder((*ast.RangeStmt)(nil)) {
		loop := cur.Node().(*ast.RangeStmt)
		if c.isTest(loop.Pos()) || !c.overRows(loop) {
			continue
		}
		row := map[types.Object]bool{}
		for _, e := range []ast.Expr{loop.Key, loop.Value} {
			if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
				if obj := c.TypesInfo.ObjectOf(id); obj != nil {
					row[obj] = true
				}
			}
		}
		c.follow(loop.Body, row)
		ast.Inspect(loop.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				if fn := c.callee(n); isOurs(fn, repoPath, readers...) && takesContext(fn.Signature()) && c.mentions(n, row) && !c.leaves(loop.Body, n) {
					c.Reportf(n.Pos(), "%s runs once for each row of the loop (read the rows before it with SelectRelated, PrefetchRelated, repo.InBulk or an in lookup)", fn.Name())
				}
			}
			return true
		})
	}
}

// overRows reports whether a loop ranges over what a query returned.
func (c *checker) overRows(loop *ast.RangeStmt) bool {
	switch x := ast.Unparen(loop.X).(type) {
	case *ast.CallExpr:
		return c.isList(x)
	case *ast.Ident:
		obj := c.TypesInfo.ObjectOf(x)
		if obj == nil || obj.Pos() >= loop.Pos() {
			return false
		}
		found, others := false, false
		c.assignments(obj, func(value ast.Expr) {
			call, ok := ast.Unparen(value).(*ast.CallExpr)
			found = found || ok && c.isList(call)
			others = others || !ok || !c.isList(call)
		})
		return found && !others
	}
	return false
}

func (c *checker) isList(call *ast.CallExpr) bool {
	fn := c.callee(call)
	return isOurs(fn, repoPath, lists...) && takesContext(fn.Signature())
}

// assignments calls fn for each value that is assigned to a local variable.
func (c *checker) assignments(obj types.Object, fn func(value ast.Expr)) {
	if c.assigned == nil {
		c.assigned = map[types.Object][]ast.Expr{}
		for n := range c.inspect.PreorderSeq((*ast.AssignStmt)(nil)) {
			n := n.(*ast.AssignStmt)
			for i, l := range n.Lhs {
				id, ok := l.(*ast.Ident)
				if !ok {
					continue
				}
				value := n.Rhs[0]
				if len(n.Rhs) == len(n.Lhs) {
					value = n.Rhs[i]
				}
				if obj := c.TypesInfo.ObjectOf(id); obj != nil {
					c.assigned[obj] = append(c.assigned[obj], value)
				}
			}
		}
	}
	for _, value := range c.assigned[obj] {
		fn(value)
	}
}

// follow adds the variables that are made of the row.
func (c *checker) follow(body *ast.BlockStmt, row map[types.Object]bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && slices.ContainsFunc(a.Rhs, func(e ast.Expr) bool { return c.mentions(e, row) }) {
			for _, l := range a.Lhs {
				if id, ok := l.(*ast.Ident); ok && id.Name != "_" && id.Name != "err" {
					if obj := c.TypesInfo.Defs[id]; obj != nil {
						row[obj] = true
					}
				}
			}
		}
		return true
	})
}

// mentions reports whether a node has one of the variables.
func (c *checker) mentions(n ast.Node, vars map[types.Object]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && vars[c.TypesInfo.Uses[id]] {
			found = true
		}
		return !found
	})
	return found
}

// leaves reports whether the loop ends after the statements of a block around
// the call, so that the call does not run for each row.
func (c *checker) leaves(body *ast.BlockStmt, call *ast.CallExpr) bool {
	leaves := false
	ast.Inspect(body, func(n ast.Node) bool {
		block, ok := n.(*ast.BlockStmt)
		if !ok || block.Pos() > call.Pos() || call.End() > block.End() || len(block.List) == 0 {
			return n == nil || !ok || block.Pos() <= call.Pos() && call.End() <= block.End()
		}
		switch last := block.List[len(block.List)-1].(type) {
		case *ast.ReturnStmt:
			leaves = true
		case *ast.BranchStmt:
			leaves = leaves || last.Tok.String() == "break"
		}
		return true
	})
	return leaves
}
