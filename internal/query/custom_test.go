package query_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func slot(n int) *query.Expr { return &query.Expr{Kind: query.Slot, Depth: n} }

// declared is a function that an application declared.
func declared(sql string, t lookup.Type, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: "declared", Template: must(query.ParseTemplate(sql, false)), Type: t, Args: args}
}

// registerCustom registers lookups and transforms, before the models are built.
func registerCustom() {
	column := func(name string) lookup.Column { return lookup.Column{Model: reflect.TypeFor[Thing](), Name: name} }
	register := func(c lookup.Custom) {
		if err := lookup.Register(&c); err != nil {
			panic(err)
		}
	}
	transform := func(at, name string, both bool, t lookup.Type) {
		register(lookup.Custom{Name: name, Transform: true, Column: column(at), Def: &query.TransformDef{Name: name, Body: declared("f($1)", t, slot(1)), Both: both}})
	}
	transform("name", "length", false, lookup.IntType)
	transform("name", "folded", true, lookup.TextType)
	transform("num", "rounded", true, lookup.Type{})
	define := func(at, name string, def query.LookupDef) {
		def.Name, def.Body = name, declared("$1 <> $2", lookup.BoolType, slot(1), slot(2))
		register(lookup.Custom{Name: name, Column: column(at), Def: &def})
	}
	define("name", "differs", query.LookupDef{})
	define("name", "any_of", query.LookupDef{List: true})
	define("name", "or_null", query.LookupDef{Nil: true})
	define("name", "has_length", query.LookupDef{Right: lookup.IntType})
	define("small", "near", query.LookupDef{})
	define("small", "nears", query.LookupDef{List: true})
	on := func(name string, kind lookup.Kind) {
		register(lookup.Custom{Name: name, On: 1 << kind, Def: &query.LookupDef{Name: name, Body: declared("$1 <> $2", lookup.BoolType, slot(1), slot(2))}})
	}
	on("unlike", lookup.HStore)
	on("apart", lookup.Range)
	register(lookup.Custom{Name: "exact", Over: "length", Def: &query.LookupDef{Name: "exact", Body: declared("$1 = $2", lookup.BoolType, slot(1), slot(2))}})
}

func TestCustom(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	named := q.Annotate(&query.Annotation{Name: "x", Expr: must(q.Name("name"))})
	compared := func(q *query.Query, text string, v any) golden { return golden{text, got(leaf)(q.Leaf(text, v))} }
	long := make([]string, query.LongList+1)
	compare(t, "custom.txt", []golden{
		compared(q, "name__differs", "x"), compared(q, "name__differs", nil), compared(q, "name__differs", f("code")), compared(q, "name__differs", 5),
		compared(q, "name__any_of", []string{"x", "y"}), compared(q, "name__any_of", "x"), compared(q, "name__any_of", []any{"x", nil}), compared(q, "name__any_of", rows(column(thing, "name"))),
		compared(q, "name__or_null", nil), compared(q, "name__has_length", 3), compared(q, "name__differs", rows(column(owner, "name").Slice(0, 1))), compared(q, "name__differs", rows(query.New(pair))),
		compared(q, "small__near", 40000), compared(q, "small__nears", []int{1, 40000}), compared(q, "name__length__gt", 3), compared(q, "name__length", 3), compared(q, "name__length", nil), compared(named, "x__differs", "y"),
		compared(query.New(special), "attrs__unlike", map[string]string{"a": "1"}), compared(query.New(special), "span__apart", "[1,2)"), compared(query.New(special), "span__apart", []int{1, 2}),
		compared(q, "name__folded", "X"), compared(q, "name__folded", f("code")), compared(q, "name__folded__in", []string{"X", "Y"}), compared(q, "name__folded__in", []any{"X", f("name")}),
		compared(q, "name__folded__range", []any{"X", f("name")}), compared(q, "name__folded__isnull", true), compared(q, "name__folded", nil), compared(q, "name__folded__in", []string{}),
		compared(q, "name__folded__in", rows(column(thing, "name"))), compared(q, "name__folded__contains", "X"), compared(q, "num__rounded", uint64(1)<<63), compared(named, "x__folded", "X"),
		{"many members of both sides", got(func(l *query.Leaf) string { return show(l.Value.Mapped.Expr) })(q.Leaf("name__folded__in", long))},
	})
}

func TestCheckBody(t *testing.T) {
	t.Parallel()
	number := constant(1)
	require.NoError(t, query.CheckBody(op(slot(1), "+", number), 1))
	require.Equal(t, lookup.IntType, number.Type, "a constant has a type wherever the body stands")
	comparison := func(left *query.Expr, text string) *query.Expr {
		return &query.Expr{Kind: query.Truth, Cond: query.Call(&query.Cond{Left: left, Text: text, Value: 1})}
	}
	require.NoError(t, query.CheckBody(comparison(slot(1), "gt"), 1))
	huge := uint64(1) << 63
	for _, c := range []struct {
		body *query.Expr
		want string
	}{
		{nil, "an expression is missing"}, {call("f", nil), "an expression is missing"}, {call("f", slot(1)), "operand 2 of 2 is not used"}, {call("f", slot(3)), "there is no operand 3"},
		{call("f", f("name")), "not of columns, subqueries and windows"}, {&query.Expr{Err: errMistake}, errMistake.Error()}, {call("f", &query.Expr{Kind: query.Func, Agg: true}), "an aggregate is no part of it"},
		{comparison(nil, "name__gt"), `the condition "name__gt" is about a column`}, {&query.Expr{Kind: query.Truth, Cond: query.Call(&query.Cond{Err: errMistake})}, errMistake.Error()},
		{&query.Expr{Kind: query.Case, Whens: []query.When{{Cond: query.Lookup("name", 1), Then: slot(1)}}}, `the condition "name" is about a column`}, {constant(huge), "more than a bigint holds"},
	} {
		require.ErrorContains(t, query.CheckBody(c.body, 2), c.want)
	}
}
