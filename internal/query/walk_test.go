package query

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// apart are the fields that parts and mapped do not enter, or mapped alone.
var apart = map[string]string{
	"Expr.Sub": "both", "Expr.Filtered": "both", "Expr.Def": "both", "Expr.Body": "both", "Leaf.Body": "both", "Leaf.Def": "both",
	"Value.Sub": "both", "Expr.Ann": "mapped",
}

// marked makes a value of a type whose every field that can hold expressions
// holds one, and returns those by the name of the field; skip leaves out fields
// of apart.
func marked(t reflect.Type, skip string, depth int, name string, marks map[*Expr]string) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[*Expr]() && depth > 0:
		e := &Expr{Name: name}
		marks[e] = name
		v.Set(reflect.ValueOf(e))
	case t == reflect.TypeFor[*Query](), t == reflect.TypeFor[*Filtered](), t == reflect.TypeFor[*LookupDef](), t == reflect.TypeFor[*TransformDef]():
	case name == "Cond.Value":
		e := marked(reflect.TypeFor[*Expr](), skip, 1, name, marks)
		v.Set(reflect.ValueOf([]any{1, e.Interface()}))
	case t.Kind() == reflect.Pointer && t.Elem().PkgPath() == reflect.TypeFor[Expr]().PkgPath():
		if t == reflect.TypeFor[*Cond]() && depth > 4 {
			return v
		}
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(marked(t.Elem(), skip, depth+1, name, marks))
	case t.Kind() == reflect.Slice && holds(t.Elem()):
		v.Set(reflect.Append(v, marked(t.Elem(), skip, depth+1, name, marks)))
	case t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[Expr]().PkgPath():
		for i := range t.NumField() {
			f := t.Field(i)
			name := t.Name() + "." + f.Name
			if why := apart[name]; f.IsExported() && why != "both" && why != skip {
				v.Field(i).Set(marked(f.Type, skip, depth+1, name, marks))
			}
		}
	}
	return v
}

func holds(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().PkgPath() == reflect.TypeFor[Expr]().PkgPath() || t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[Expr]().PkgPath()
}

// Every field of an expression that holds expressions is visited, whatever else
// it has: a new one that parts forgets fails here.
func TestPartsVisitEveryField(t *testing.T) {
	t.Parallel()
	marks := map[*Expr]string{}
	e := marked(reflect.TypeFor[Expr](), "parts", 0, "Expr", marks).Addr().Interface().(*Expr)
	require.Greater(t, len(marks), 15)
	e.parts(func(x *Expr) { delete(marks, x) })
	require.Empty(t, marks, "not visited")
}

func TestMappedCopiesEveryField(t *testing.T) {
	t.Parallel()
	marks := map[*Expr]string{}
	e := marked(reflect.TypeFor[Expr](), "mapped", 0, "Expr", marks).Addr().Interface().(*Expr)
	before := len(marks)
	var mapCond func(c *Cond) *Cond
	mapExpr := func(x *Expr) *Expr {
		if x == nil {
			return nil
		}
		return &Expr{Name: x.Name + "'"}
	}
	mapCond = func(c *Cond) *Cond {
		if c == nil {
			return nil
		}
		return c.mapped(mapExpr, mapCond)
	}
	n := e.mapped(mapExpr, mapCond)
	n.parts(func(x *Expr) {
		require.Empty(t, marks[x], "was not mapped")
		before--
	})
	require.Zero(t, before, "as many parts as before")
	e.parts(func(x *Expr) { delete(marks, x) })
	require.Empty(t, marks, "the expression itself was changed")
}

func TestWalk(t *testing.T) {
	t.Parallel()
	var names []string
	leaf := func(name string) *Expr { return &Expr{Kind: Named, Name: name} }
	e := &Expr{Kind: Case, Name: "case", Args: []*Expr{leaf("else")}, Whens: []When{{Cond: Not(Holds(leaf("if"))), Then: &Expr{Kind: Neg, Name: "-", Args: []*Expr{leaf("then")}}}}}
	e.Walk(func(x *Expr) { names = append(names, x.Name) })
	require.Equal(t, []string{"case", "else", "if", "-", "then"}, names)
	(*Expr)(nil).Walk(func(*Expr) { t.Error("nothing is there") })
}

func TestAggregatesAndWindows(t *testing.T) {
	t.Parallel()
	count := &Expr{Kind: Func, Name: "COUNT", Agg: true, Args: []*Expr{F("n")}}
	over := func(of *Expr, by ...*Expr) *Expr {
		return &Expr{Kind: Over, Args: []*Expr{of}, Window: &Window{Partition: by}}
	}
	for name, c := range map[string]struct {
		e             *Expr
		agg, windowed bool
	}{
		"a name": {F("n"), false, false}, "an aggregate": {count, true, false}, "of a sum": {&Expr{Kind: Neg, Args: []*Expr{count}}, true, false},
		"a window": {over(count), false, true}, "a window over an aggregate": {over(&Expr{Kind: Func, Agg: true, Args: []*Expr{count}}), true, true},
		"by an aggregate": {over(count, count), true, true}, "in a condition": {&Expr{Kind: Truth, Cond: Compare(count, "gt", 1)}, true, false},
		"in an order": {&Expr{Kind: Func, Order: []Order{{Expr: over(F("n"))}}}, false, true}, "nothing": {},
	} {
		require.Equal(t, c.agg, c.e.Aggregates(), name)
		require.Equal(t, c.windowed, c.e.Windowed(), name)
	}
}
