// Package vet finds mistakes in the use of gormango without running the
// program. [Analyzer] is an analyzer of golang.org/x/tools/go/analysis. The
// command "gormango vet" runs it, "go vet -vettool" with that command too, and
// package golangci makes it a linter of golangci-lint.
package vet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

const (
	modulePath = "github.com/gormango/gormango"
	repoPath   = modulePath + "/repo"
	txPath     = modulePath + "/txutil"
	modelsPath = modulePath + "/models"
)

// Analyzer reports names that a model does not have, values that a field does
// not take, and calls without an effect or outside of a transaction.
var Analyzer = &analysis.Analyzer{
	Name:      "gormango",
	Doc:       "report names that a model does not have, values that its fields do not take, and misused queries\n\nSee docs/vet.md of gormango for each check.",
	URL:       "https://" + modulePath,
	Requires:  []*analysis.Analyzer{inspect.Analyzer},
	FactTypes: []analysis.Fact{new(knowledge)},
	Run:       run,
}

// libraries are the packages of gormango that applications import.
var libraries = []string{"", "/devpg", "/manage", "/migrate", "/models", "/repo", "/repo/fn", "/repotest", "/txutil"}

// IsLibrary reports whether a path is that of a package of gormango.
func IsLibrary(path string) bool {
	rest, ok := strings.CutPrefix(path, modulePath)
	return ok && (slices.Contains(libraries, rest) || strings.HasPrefix(rest, "/internal/"))
}

// checker checks one package.
type checker struct {
	*analysis.Pass
	inspect *inspector.Inspector
	known   *knowledge
	models  map[*types.TypeName]*model
	// imported are the names of annotations in imported packages, annotated counts
	// those of this one, and later those that the calls behind a call in its chain
	// make.
	imported  []string
	annotated map[string]int
	later     map[*ast.CallExpr]map[string]int
	// assigned are the values of variables.
	assigned map[types.Object][]ast.Expr
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		Pass: pass, inspect: pass.ResultOf[inspect.Analyzer].(*inspector.Inspector),
		known: &knowledge{}, models: map[*types.TypeName]*model{},
		annotated: map[string]int{}, later: map[*ast.CallExpr]map[string]int{},
	}
	uses := false
	if IsLibrary(pass.Pkg.Path()) {
		return nil, nil
	}
	for _, p := range pass.Pkg.Imports() {
		uses = uses || IsLibrary(p.Path())
		var of knowledge
		if pass.ImportPackageFact(p, &of) {
			c.known.merge(&of)
		}
	}
	c.known.sort()
	c.imported = slices.Clone(c.known.Names)
	if uses {
		c.learn()
	}
	c.known.sort()
	if !c.known.isEmpty() {
		pass.ExportPackageFact(c.known)
	}
	if uses {
		c.checkNames()
		c.checkChains()
		c.checkLoops()
		c.checkTransactions()
	}
	return nil, nil
}

// callee returns the function or method that a call names, nil for a function
// value. Methods of instantiated types are those of the generic type.
func (c *checker) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(c.TypesInfo, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// isOurs reports whether fn is a function or method of a package of gormango
// that has one of the names; without names, any of them.
func isOurs(fn *types.Func, path string, names ...string) bool {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != path {
		return false
	}
	for _, n := range names {
		if n == fn.Name() {
			return true
		}
	}
	return len(names) == 0
}

// receiver returns the name of the type that a method belongs to, "" for a
// function.
func receiver(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return ""
	}
	if named := namedOf(recv.Type()); named != nil {
		return named.Obj().Name()
	}
	return ""
}

// namedOf returns the named type of t or of what t points to, nil if there is
// none.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// repoType returns the name of a type of package repo and its first type
// argument, or what that points to. The name is "" for other types.
func repoType(t types.Type) (name string, arg *types.Named) {
	named := namedOf(t)
	if named == nil || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != repoPath {
		return "", nil
	}
	if args := named.TypeArgs(); args.Len() > 0 {
		arg = namedOf(args.At(0))
	}
	return named.Obj().Name(), arg
}

// text returns the value of a constant string.
func (c *checker) text(e ast.Expr) (string, bool) {
	v := c.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// receiverOf returns the expression before the method in a call, nil if there
// is none.
func receiverOf(call *ast.CallExpr) ast.Expr {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	return sel.X
}

// isTest reports whether a position is in a file of tests.
func (c *checker) isTest(pos token.Pos) bool {
	return strings.HasSuffix(c.Fset.File(pos).Name(), "_test.go")
}
