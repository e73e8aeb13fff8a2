package vet

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/gormango/gormango/internal/lookup"
)

// forms are the types of names in package repo, with the form of their texts.
var forms = map[string]form{"LookupOf": asLookup, "NameOf": asName, "RelOf": asRelation, "OrderingOf": asOrdering}

// checkNames checks every constant whose type is a name of a model, and every
// name in repo.F within a call of a QuerySet.
func (c *checker) checkNames() {
	exprs := []ast.Node{(*ast.BasicLit)(nil), (*ast.Ident)(nil), (*ast.SelectorExpr)(nil), (*ast.BinaryExpr)(nil), (*ast.CallExpr)(nil)}
	for cur := range c.inspect.Root().Preorder(exprs...) {
		e := cur.Node().(ast.Expr)
		tv := c.TypesInfo.Types[e]
		if tv.Value == nil || tv.Value.Kind() != constant.String {
			continue
		}
		text := constant.StringVal(tv.Value)
		name, of := repoType(tv.Type)
		f, isName := forms[name]
		parent := outer(cur)
		switch {
		case name == "Ref":
			if call, ok := parent.Node().(*ast.CallExpr); ok && isOurs(c.callee(call), repoPath, "F") {
				c.checkRef(parent, e, text)
			}
		case isName && of != nil && !c.isChecked(e, parent):
			c.checkName(parent, e, text, f, of)
		}
	}
}

// outer returns the cursor of the parent, without parentheses.
func outer(cur inspector.Cursor) inspector.Cursor {
	for cur = cur.Parent(); ; cur = cur.Parent() {
		if _, ok := cur.Node().(*ast.ParenExpr); !ok {
			return cur
		}
	}
}

// isChecked reports whether a constant is checked in another place, or is
// compared and not used as a name.
func (c *checker) isChecked(e ast.Expr, parent inspector.Cursor) bool {
	if id, ok := e.(*ast.Ident); ok {
		if k, ok := c.TypesInfo.Uses[id].(*types.Const); ok && c.isName(k.Type()) {
			return true // where it is declared
		}
	}
	switch p := parent.Node().(type) {
	case *ast.SelectorExpr:
		return true // the name of a package or of a constant of it
	case *ast.CaseClause:
		return true
	case *ast.BinaryExpr:
		return p.Op != token.ADD || c.TypesInfo.Types[p].Value == nil || c.isName(c.TypesInfo.TypeOf(p))
	case *ast.CallExpr: // a conversion
		return c.TypesInfo.Types[p].Value != nil && c.isName(c.TypesInfo.TypeOf(p))
	}
	return false
}

func (c *checker) isName(t types.Type) bool {
	name, _ := repoType(t)
	_, ok := forms[name]
	return ok
}

// columnMethods take columns of the model itself.
var columnMethods = []string{"Save", "Refresh", "BulkUpdate", "Set", "Defaults", "DecodePatch", "UpdateOrCreate", "OnConflict"}

// checkName checks a constant text of a name of a model.
func (c *checker) checkName(parent inspector.Cursor, e ast.Expr, text string, f form, of *types.Named) {
	m := c.model(of)
	if m == nil {
		return
	}
	call, index := argumentOf(parent, e)
	var fn *types.Func
	if call != nil {
		fn = c.callee(call)
	}
	if text == "" && call == nil {
		return // none
	}
	if f == asName {
		switch {
		case text == "pk" && isOurs(fn, repoPath, "OnConflict"):
			return // all columns of the key
		case !isOurs(fn, repoPath), fn.Name() == "By":
			f = asLookup // which some take
		case slices.Contains(columnMethods, fn.Name()), fn.Name() == "Update" && receiver(fn) == "UpsertOf":
			f = asColumn
		}
	}
	at, err := c.resolve(m, text, f)
	switch {
	case err != nil:
	case f != asRelation:
		err = c.tooEarly(m, text, call)
	case isOurs(fn, repoPath, "SelectRelated"):
		err = toMany(m, text)
	}
	if err != nil {
		c.Reportf(e.Pos(), "%s", strings.TrimSpace(err.Error()))
		return
	}
	if call != nil && index == 0 && len(call.Args) == 2 && isOurs(fn, repoPath, "Filter", "Exclude", "And", "Q", "Set") {
		if fn.Name() == "Set" {
			at, _ = c.resolve(m, text, asLookup)
		}
		c.checkValue(m, text, at, call.Args[1])
	}
}

// toMany returns an error for a path of relations, one of which leads to many
// rows. Relations that only Meta names may lead to one.
func toMany(m *model, text string) error {
	p, err := lookup.Resolve(m, text)
	if err != nil {
		return nil
	}
	from, names := m, strings.Split(text, lookup.Sep)
	for i, r := range p.Relations {
		r := r.(*relation)
		if r.toMany && !r.meta && len(names) == len(p.Relations) {
			return fmt.Errorf("%s.%s leads to many rows (use PrefetchRelated)", from.ModelName(), names[i])
		}
		from = r.Target().(*model)
	}
	return nil
}

// argumentOf returns the call that an expression is an argument of, nil if it
// is none.
func argumentOf(parent inspector.Cursor, e ast.Expr) (*ast.CallExpr, int) {
	call, ok := parent.Node().(*ast.CallExpr)
	if !ok {
		return nil, 0
	}
	i := slices.IndexFunc(call.Args, func(a ast.Expr) bool { return ast.Unparen(a) == e })
	if i < 0 {
		return nil, 0
	}
	return call, i
}

// tooEarly returns an error for the name of an annotation that only a later
// call of the same chain makes.
func (c *checker) tooEarly(m *model, text string, call *ast.CallExpr) error {
	name := strings.TrimPrefix(strings.TrimSpace(text), "-")
	name, _, _ = strings.Cut(name, "__")
	if _, ok := m.LookupField(name); ok || call == nil || contains(c.imported, name) {
		return nil
	}
	if _, ok := m.LookupRelation(name); ok || c.later[call] == nil || c.annotated[name] == 0 || c.annotated[name] > c.later[call][name] {
		return nil
	}
	return fmt.Errorf("%s has no field %q in %q yet: a later call of this chain makes it (annotate first)", m.ModelName(), name, text)
}

// checkRef checks the name in repo.F, on the model of the innermost QuerySet
// whose method takes the expression.
func (c *checker) checkRef(f inspector.Cursor, e ast.Expr, text string) {
	inner := f.Node()
	for cur := f.Parent(); cur.Node() != nil; cur = cur.Parent() {
		switch n := cur.Node().(type) {
		case *ast.FuncLit, *ast.FuncDecl, *ast.File:
			return
		case *ast.CallExpr:
			if n.Fun.Pos() <= inner.Pos() && inner.End() <= n.Fun.End() {
				continue // in the receiver
			}
			fn := c.callee(n)
			if !isOurs(fn, repoPath) {
				continue
			}
			of := c.rowsOf(n, fn)
			if of == nil {
				continue
			}
			if m := c.model(of); m != nil {
				if _, err := c.resolve(m, text, asName); err != nil {
					c.Reportf(e.Pos(), "%s", err)
				}
			}
			return
		}
	}
}

// rowsOf returns the model whose rows a call of package repo is about, nil if
// it is about none: a method's receiver, or a function's source.
func (c *checker) rowsOf(call *ast.CallExpr, fn *types.Func) *types.Named {
	switch receiver(fn) {
	case "QuerySetOf", "UpsertOf", "MatchOf":
		if fn.Name() == "Prefetch" {
			return nil
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			if s := c.TypesInfo.Selections[sel]; s != nil {
				if sig, ok := s.Obj().Type().(*types.Signature); ok && sig.Recv() != nil {
					_, of := repoType(sig.Recv().Type())
					return of
				}
			}
		}
	case "":
		sig, ok := c.TypesInfo.TypeOf(call.Fun).(*types.Signature)
		if !ok {
			return nil
		}
		for p := range sig.Params().Variables() {
			if name, of := repoType(p.Type()); name == "SourceOf" {
				return of
			}
		}
	}
	return nil
}
