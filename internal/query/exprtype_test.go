package query_test

import (
	"errors"
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestExprTypes(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	var cases []golden
	add := func(name string, e *query.Expr) { cases = append(cases, golden{name, got(show)(q.Expr(e))}) }
	for _, name := range []string{"COUNT", "SUM", "AVG", "STDDEV_POP", "ARRAY_AGG", "MAX"} {
		add(name+" of an integer", call(name, f("small")))
		add(name+" of a decimal", call(name, f("price")))
	}
	unknown := op(f("name"), "-", f("num"))
	choose := func(then ...string) *query.Expr {
		e := &query.Expr{Kind: query.Case, Args: []*query.Expr{f(then[0])}}
		for _, n := range then[1:] {
			e.Whens = append(e.Whens, query.When{Cond: query.Lookup("on", true), Then: f(n)})
		}
		return e
	}
	settled := func(settle func(*query.Expr) error) *query.Expr {
		return &query.Expr{Kind: query.Func, Name: "f", Args: []*query.Expr{f("num")}, Settle: settle}
	}
	add("integers", call("COALESCE", f("small"), f("num")))
	add("a time and a date", call("COALESCE", f("at"), f("day")))
	add("a date and a time", call("COALESCE", f("day"), f("at")))
	add("text and a number", call("COALESCE", f("name"), f("num")))
	add("what is not known does not count", call("COALESCE", constant(nil), f("num")))
	add("a part that is not known", call("COALESCE", unknown, f("num")))
	add("an operation of a part that is not known", op(unknown, "+", f("num")))
	add("a negation", &query.Expr{Kind: query.Neg, Args: []*query.Expr{f("num")}})
	add("a window", over(call("MAX", f("price")), f("owner")))
	add("a case", choose("num", "small"))
	add("a case of several types", choose("num", "name"))
	add("a case that has a type", &query.Expr{Kind: query.Case, Args: choose("num", "name").Args, Whens: choose("num", "name").Whens, Type: lookup.TextType})
	add("a declared function", declared("f($1)", lookup.Type{}, f("price")))
	add("a function of none", call("NOW"))
	add("decimals of several sizes", call("COALESCE", f("price"), &query.Expr{Kind: query.Const, Value: 1, Type: lookup.DecimalType}))
	add("a function that finds its type", settled(func(e *query.Expr) error { e.Type = lookup.TextType; return nil }))
	add("a function that refuses its arguments", settled(func(*query.Expr) error { return errors.New("refused") }))
	s := query.New(special)
	cases = append(cases, golden{"joined vectors", got(show)(s.Expr(op(f("doc"), "+", f("doc"))))})
	compare(t, "exprtype.txt", cases)
}
