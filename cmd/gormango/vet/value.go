package vet

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
)

// checkValue checks the static type of the value beside a lookup. It reports
// nothing for interfaces, expressions and types that write themselves.
func (c *checker) checkValue(m *model, text string, at *side, e ast.Expr) {
	if at == nil {
		return
	}
	tv := c.TypesInfo.Types[e]
	var want string
	if tv.IsNil() {
		want = wantsNotNil(at)
	} else if want = c.wants(m, at, tv.Type); want == "" {
		want = c.wantsParts(m, at, e)
	}
	if want == "" {
		return
	}
	given := "nil"
	if !tv.IsNil() {
		given = types.TypeString(tv.Type, func(p *types.Package) string { return p.Name() })
	}
	c.Reportf(e.Pos(), "%s: lookup %q takes %s, not %s", m.ModelName(), text, want, given)
}

// wantsNotNil returns what a lookup takes if it does not take nil.
func wantsNotNil(at *side) string {
	switch at.op {
	case lookup.Exact, lookup.IExact:
		return ""
	case lookup.IsNull:
		return "true or false"
	case lookup.In:
		return "a slice of values"
	case lookup.Between:
		return "two values: a slice or an array of length 2"
	}
	if at.rel == nil && (at.typ.IsZero() || at.typ.Kind == lookup.JSON || at.typ.Kind == lookup.Array || at.typ.Kind == lookup.Range || at.typ.Kind == lookup.HStore) {
		return ""
	}
	return "a value (nil compares with exact or isnull)"
}

// wants returns what a lookup takes if it does not take values of a type, ""
// otherwise.
func (c *checker) wants(m *model, at *side, v types.Type) string {
	v, sure := plain(v)
	if !sure {
		return ""
	}
	elem := elemOf(v)
	if at.typ.IsZero() && at.rel == nil && at.op != lookup.IsNull {
		return ""
	}
	switch at.op {
	case lookup.IsNull:
		if !types.Identical(v, types.Typ[types.Bool]) {
			return "true or false"
		}
		return ""
	case lookup.In:
		if elem == nil {
			return "a slice of values"
		}
		if want := c.wantsOne(m, at, elem); want != "" && !isBasic(elem, types.Uint8) {
			return "a slice of values, each " + want
		}
		return ""
	case lookup.Between:
		if arr, ok := v.Underlying().(*types.Array); elem == nil || ok && arr.Len() != 2 {
			return "two values: a slice or an array of length 2"
		}
		if want := c.wantsOne(m, at, elem); want != "" {
			return "two values, each " + want
		}
		return ""
	case lookup.HasKey:
		if b, ok := v.Underlying().(*types.Basic); !ok || b.Info()&(types.IsString|types.IsInteger) == 0 {
			return "a key: text"
		}
		return ""
	case lookup.HasKeys, lookup.HasAnyKeys:
		if elem == nil {
			return "a slice of keys"
		}
		return ""
	}
	return c.wantsOne(m, at, v)
}

// wantsParts checks the number and the types of the values in the literal of a
// list.
func (c *checker) wantsParts(m *model, at *side, e ast.Expr) string {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok || at.op != lookup.In && at.op != lookup.Between {
		return ""
	}
	if _, ok := c.TypesInfo.TypeOf(lit).Underlying().(*types.Slice); ok && at.op == lookup.Between && len(lit.Elts) != 2 {
		return "two values: a slice or an array of length 2"
	}
	for _, part := range lit.Elts {
		if _, ok := part.(*ast.KeyValueExpr); ok {
			return ""
		}
		tv := c.TypesInfo.Types[part]
		if tv.IsNil() || tv.Type == nil {
			continue
		}
		if want := c.wantsOne(m, at, tv.Type); want != "" {
			return "a list of values, each " + want
		}
	}
	return ""
}

// plain returns a type without pointers. sure is false for a type whose values
// only the running program knows.
func plain(v types.Type) (t types.Type, sure bool) {
	for {
		if writesItself(v) || types.IsInterface(v) {
			return v, false
		}
		p, ok := v.Underlying().(*types.Pointer)
		if !ok {
			break
		}
		v = p.Elem()
	}
	if _, ok := v.(*types.TypeParam); ok {
		return v, false
	}
	return types.Unalias(v), true
}

// writesItself reports whether a type has a Value method of database/sql, or is
// an operand of package repo.
func writesItself(t types.Type) bool {
	if name, _ := repoType(t); name != "" {
		return true
	}
	if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Value"); obj != nil {
		if _, ok := obj.(*types.Func); ok {
			return true
		}
	}
	return embedsRepo(t)
}

// embedsRepo reports whether a struct embeds a type of package repo, as a
// manager does.
func embedsRepo(t types.Type) bool {
	n := namedOf(t)
	if n == nil {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if name, _ := repoType(f.Type()); f.Embedded() && (name != "" || embedsRepo(f.Type())) {
			return true
		}
	}
	return false
}

// wantsOne returns what one value of a lookup must be if values of a type are
// none.
func (c *checker) wantsOne(m *model, at *side, v types.Type) string {
	v, sure := plain(v)
	if !sure {
		return ""
	}
	typ, to := at.typ, (*types.Named)(nil)
	if at.rel != nil {
		to = at.rel.to
		target := c.model(to)
		if target == nil || target.key == nil {
			return ""
		}
		if named, ok := v.(*types.Named); ok && types.Identical(named, to) {
			return ""
		}
		typ = target.key.typ
	} else if at.col != nil && at.bare && types.Identical(v, at.col.Type) {
		return ""
	}
	if at.col != nil && at.col.Serialized {
		return ""
	}
	if isModel := c.isRelated(m, v); isModel && at.rel == nil {
		return "" // perhaps the object of the key
	}
	kind := wantOfKind(typ, v, at.op)
	if kind != "" && to != nil {
		return "an object of " + to.Obj().Name() + " or its key, " + kind
	}
	return kind
}

// isRelated reports whether a type is a model that relations of m lead to.
func (c *checker) isRelated(m *model, v types.Type) bool {
	for _, r := range m.relations {
		if r.to != nil && types.Identical(r.to, v) {
			return true
		}
	}
	named, _ := v.(*types.Named)
	if named == nil || typeName(named) == "time.Time" {
		return false
	}
	_, isStruct := v.Underlying().(*types.Struct)
	return isStruct && c.model(named) != nil
}

// wantOfKind returns what a value of a kind must be if a Go type is none, as
// the converter of parameters says it.
func wantOfKind(t lookup.Type, v types.Type, op lookup.Op) string {
	var info types.BasicInfo
	if b, ok := v.Underlying().(*types.Basic); ok {
		info = b.Info()
	}
	name := ""
	if named, ok := v.(*types.Named); ok {
		name = typeName(named)
	}
	contains := op == lookup.Contains && (t.Kind == lookup.Array || t.Kind == lookup.JSON || t.Kind == lookup.Range || t.Kind == lookup.HStore)
	if op.IsText() && !contains && t.Kind != lookup.Other {
		if info&(types.IsString|types.IsInteger) != 0 || isStringer(v) {
			return ""
		}
		return "text"
	}
	if strings.HasPrefix(name, "github.com/jackc/pgx") {
		return ""
	}
	bytes := elemOf(v) != nil && isBasic(elemOf(v), types.Uint8)
	ok, want := true, ""
	switch t.Kind {
	case lookup.Text:
		ok, want = info&types.IsString != 0, "text"
	case lookup.Int:
		ok, want = info&types.IsInteger != 0, "an integer"
	case lookup.Float:
		ok, want = info&(types.IsInteger|types.IsFloat) != 0, "a number"
	case lookup.Decimal:
		ok, want = info&(types.IsInteger|types.IsFloat) != 0 || types.Identical(v, types.Typ[types.String]), "a decimal or a number"
	case lookup.Bool:
		ok, want = info&types.IsBoolean != 0, "a bool"
	case lookup.Time, lookup.Date:
		ok, want = name == "time.Time", "a time.Time"
	case lookup.UUID:
		ok, want = types.Identical(v, types.Typ[types.String]) || bytes, "a UUID"
	case lookup.Duration:
		ok, want = name == "time.Duration", "a time.Duration"
	case lookup.Clock:
		ok, want = name == "time.Time" || name == "time.Duration" || types.Identical(v, types.Typ[types.String]), "a time of day"
	}
	if ok {
		return ""
	}
	return want
}

// isStringer reports whether a type has a String method.
func isStringer(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "String")
	_, ok := obj.(*types.Func)
	return ok
}
