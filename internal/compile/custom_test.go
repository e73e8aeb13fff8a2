package compile_test

import (
	"reflect"
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func slot(n int) *query.Expr { return &query.Expr{Kind: query.Slot, Depth: n} }

// declared is a function that an application declared by its SQL.
func declared(sql string, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: "declared", Template: must(query.ParseTemplate(sql, false)), Args: args}
}

// declaredAgg is an aggregate that an application declared.
func declaredAgg(sql string, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: "declared", Template: must(query.ParseTemplate(sql, true)), Args: args, Agg: true, Type: lookup.IntType}
}

// registerCustom registers lookups and transforms of Note.title, before the
// models are built.
func registerCustom() {
	title := lookup.Column{Model: reflect.TypeFor[Note](), Name: "title"}
	register := func(c lookup.Custom) {
		c.Column = title
		if err := lookup.Register(&c); err != nil {
			panic(err)
		}
	}
	length := typed(declared("LENGTH($1)", slot(1)), "integer")
	register(lookup.Custom{Name: "length", Transform: true, Def: &query.TransformDef{Name: "length", Body: length}})
	folded := typed(declared("LOWER($1)", slot(1)), "text")
	register(lookup.Custom{Name: "folded", Transform: true, Def: &query.TransformDef{Name: "folded", Body: folded, Both: true}})
	differs := typed(declared("$1 <> $2", slot(1), slot(2)), "boolean")
	register(lookup.Custom{Name: "differs", Def: &query.LookupDef{Name: "differs", Body: differs}})
	anyOf := typed(declared("$1 = ANY($2)", slot(1), slot(2)), "boolean")
	register(lookup.Custom{Name: "any_of", Def: &query.LookupDef{Name: "any_of", Body: anyOf, List: true}})
}

func TestCustom(t *testing.T) {
	t.Parallel()
	q := of(note)
	sum := op(f("size"), "+", val(1))
	compare(t, "custom.sql", []golden{
		{"a lookup", where(q.filter("title__differs", "x"))},
		{"a lookup negated", where(q.exclude("title__differs", "x"))},
		{"a lookup over a list", where(q.filter("title__any_of", []string{"x", "y"}))},
		{"a lookup with a column", where(q.filter("title__differs", f("body")))},
		{"a transform", where(q.filter("title__length__gt", 3))},
		{"a transform of both sides", where(q.filter("title__folded", "X"))},
		{"a transform of both sides and a list", where(q.filter("title__folded__in", []string{"X", "Y"}))},
		{"a function", expr(q, declared("my.f($1, $2)", f("title"), val("x")))},
		{"arguments beside an operator", expr(q, declared("$1 || $2", f("title"), declared("$1 || '!'", f("body"))))},
		{"an operator in an argument", expr(q, typed(declared("($1)::text", sum), "text"))},
		{"a subscript", expr(q, typed(declared("$1[1]", f("tags")), "text"))},
		{"the rest of the arguments", expr(q, typed(declared("f($1, $*)", f("title"), val("a"), val("b")), "text"))},
		{"beside an operator, closed", expr(q, op(typed(declared("f($1)", f("size")), "integer"), "+", val(1)))},
		{"beside an operator, open", expr(q, op(typed(declared("$1 % $2", f("size"), val(2)), "integer"), "+", val(1)))},
		{"an aggregate", expr(q, declaredAgg("SUM([DISTINCT] $1)", f("size")))},
		{"an aggregate, distinct and in order", expr(q, with(declaredAgg("ARRAY_AGG([DISTINCT] $1 [ORDER BY])", f("size")), func(e *query.Expr) {
			e.Distinct, e.Order = true, orderBy(f("size"), true)
		}))},
		{"an aggregate within a group", expr(q, declaredAgg("MODE() WITHIN GROUP (ORDER BY $1)", f("size")))},
		{"an aggregate with a filter and a default", expr(q, with(declaredAgg("SUM($1)", f("size")), func(e *query.Expr) {
			e.Cond, e.Value = query.Lookup("sold", true), int64(0)
		}))},
		{"an operation of an operation", expr(q, op(op(f("size"), "+", val(1)), "*", op(f("pages"), "-", val(2))))},
		{"a negated operation", expr(q, &query.Expr{Kind: query.Neg, Args: []*query.Expr{sum}})},
		{"a raw operand", expr(q, op(&query.Expr{Kind: query.Raw, Name: "1 ?? ?", Value: []any{7}, Type: lookup.IntType}, "+", val(2)))},
		{"a transform beside an operator", where(q.filter("at__week_day", f("size")))},
		{"a key beside an operator", where(q.filter("data__a__b", f("data__c")))},
	})
}
