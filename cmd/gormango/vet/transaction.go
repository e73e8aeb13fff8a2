package vet

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
)

// checkTransactions reports locks outside of a transaction, and calls with the
// outer context in the function of a block.
func (c *checker) checkTransactions() {
	for cur := range c.inspect.Root().Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		if c.isTest(call.Pos()) {
			continue
		}
		switch fn := c.callee(call); {
		case isOurs(fn, txPath, "Atomic"):
			c.checkBlock(call)
		case isOurs(fn, repoPath, "SelectForUpdate"):
			c.checkLock(cur)
		}
	}
}

// checkBlock reports uses of the outer context in the function of a block.
func (c *checker) checkBlock(call *ast.CallExpr) {
	if len(call.Args) < 3 {
		return
	}
	id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	lit, isLit := ast.Unparen(call.Args[2]).(*ast.FuncLit)
	if !ok || !isLit {
		return
	}
	outer := c.TypesInfo.ObjectOf(id)
	if outer == nil || !isContext(outer.Type()) {
		return
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		inner, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := c.callee(inner)
		if isOurs(fn, txPath, "OnCommit", "AfterRollback", "Without") {
			// What they run, or do, is outside of the block.
			return fn.Name() != "Without"
		}
		for _, arg := range inner.Args {
			if used, ok := ast.Unparen(arg).(*ast.Ident); ok && c.TypesInfo.Uses[used] == outer && carries(fn) && !c.isCallback(lit, used) {
				c.Reportf(used.Pos(), "%s is the context outside of the Atomic block: the call does not belong to its transaction (use the block's own context, or txutil.Without to leave it)", used.Name)
			}
		}
		return true
	})
}

// isCallback reports whether a position is in a function that runs after the
// end of the block.
func (c *checker) isCallback(block *ast.FuncLit, at *ast.Ident) bool {
	found := false
	ast.Inspect(block.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && isOurs(c.callee(call), txPath, "OnCommit", "AfterRollback") {
			for _, arg := range call.Args {
				if lit, ok := ast.Unparen(arg).(*ast.FuncLit); ok && lit.Pos() <= at.Pos() && at.End() <= lit.End() {
					found = true
				}
			}
		}
		return !found
	})
	return found
}

// carries reports whether a function may send statements with the context that
// it is given: not those of the standard library, which log or wait.
func carries(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return fn == nil
	}
	first, _, _ := strings.Cut(fn.Pkg().Path(), "/")
	switch fn.Pkg().Path() {
	case "context":
		return fn.Name() != "WithoutCancel" && fn.Name() != "AfterFunc"
	case "database/sql":
		return true
	}
	return strings.Contains(first, ".") || !slices.Contains(standard, first)
}

// standard are the first parts of packages of the standard library that take a
// context.
var standard = []string{"log", "net", "os", "runtime", "testing", "crypto", "expvar", "iter", "time", "sync", "go", "internal"}

// checkLock reports a chain with SelectForUpdate whose terminal has a context
// without a transaction.
func (c *checker) checkLock(cur inspector.Cursor) {
	lock := cur.Node().(*ast.CallExpr)
	for ; ; cur = cur.Parent() {
		switch n := cur.Node().(type) {
		case *ast.CallExpr:
			if n != lock && len(n.Args) > 0 && takesRows(c.callee(n)) {
				if why := c.outside(n.Args[0], cur); why != "" {
					c.Reportf(lock.Pos(), "SelectForUpdate outside of a transaction: %s (run it in txutil.Atomic, with the block's context)", why)
				}
				return
			}
			if n != lock && !isOurs(c.callee(n), repoPath) {
				return
			}
		case *ast.SelectorExpr, *ast.ParenExpr:
		case *ast.AssignStmt:
			return
		default:
			return
		}
	}
}

// takesRows reports whether fn is a terminal.
func takesRows(fn *types.Func) bool {
	return isOurs(fn, repoPath) && takesContext(fn.Signature())
}

// outside returns why a context has no transaction, "" if it may have one.
func (c *checker) outside(ctx ast.Expr, at inspector.Cursor) string {
	switch x := ast.Unparen(ctx).(type) {
	case *ast.CallExpr:
		fn := c.callee(x)
		switch {
		case isOurs(fn, "context", "Background", "TODO"), isOurs(fn, "net/http", "Context"):
			return types.ExprString(x) + " has none"
		case isOurs(fn, "context"), isOurs(fn, "os/signal", "NotifyContext"), isOurs(fn, "golang.org/x/sync/errgroup", "WithContext"):
			if len(x.Args) > 0 {
				return c.outside(x.Args[0], at)
			}
		}
	case *ast.Ident:
		obj, ok := c.TypesInfo.ObjectOf(x).(*types.Var)
		if !ok {
			return ""
		}
		why, sure, n := "", true, 0
		c.assignments(obj, func(value ast.Expr) {
			n++
			if self, ok := value.(*ast.CallExpr); ok && len(self.Args) > 0 && c.usesOf(self.Args[0]) == obj {
				return // ctx, cancel = context.WithTimeout(ctx, …)
			}
			w := c.outside(value, at)
			sure = sure && w != ""
			why = w
		})
		if n > 0 && sure && !c.isParameter(obj, at) {
			return why
		}
	}
	return ""
}

func (c *checker) usesOf(e ast.Expr) types.Object {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	return c.TypesInfo.ObjectOf(id)
}

// isParameter reports whether a variable is a parameter of a function around a
// place.
func (c *checker) isParameter(obj *types.Var, at inspector.Cursor) bool {
	for cur := at; cur.Node() != nil; cur = cur.Parent() {
		var t *ast.FuncType
		switch n := cur.Node().(type) {
		case *ast.FuncLit:
			t = n.Type
		case *ast.FuncDecl:
			t = n.Type
		case *ast.File:
			return false
		default:
			continue
		}
		if t.Pos() <= obj.Pos() && obj.Pos() < t.End() {
			return true
		}
	}
	return false
}
