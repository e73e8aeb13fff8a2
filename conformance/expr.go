package main

import (
	"github.com/gormango/gormango/repo"
)

// expr builds an expression. What the library has no expression for is unsupported.
func (r *runner[T]) expr(e any) (repo.Operand, error) {
	o, ok := e.(*object)
	if !ok {
		v, err := r.value(e)
		return repo.Value(v), err
	}
	switch {
	case o.has("f"):
		if o.has("slice") {
			return nil, unsupported("expression slice of F")
		}
		return repo.F(repo.Ref(o.text("f"))), nil
	case o.has("outer"):
		return outer(o.get("outer")), nil
	case o.has("value"):
		v, err := r.value(o.get("value"))
		if v == nil && o.has("out") {
			return nil, unsupported("expression NULL of a type")
		}
		return repo.Value(v), err
	case o.has("agg"):
		return r.aggregate(o)
	case o.has("op"):
		return r.arithmetic(o)
	case o.has("bool"):
		return r.cond(o.object("bool"))
	case o.has("exists"), o.has("subquery"):
		key := "exists"
		if o.has("subquery") {
			key = "subquery"
		}
		sub, err := r.env.chain(o.object(key))
		if err != nil {
			return nil, err
		}
		if key == "exists" {
			return repo.Exists(sub.operand()), nil
		}
		return sub.operand(), nil
	}
	for _, key := range []string{"fn", "func"} {
		if o.has(key) {
			return nil, unsupported("expression " + o.text(key))
		}
	}
	return nil, unsupported("expression " + o.keys[0])
}

func (r *runner[T]) arithmetic(o *object) (repo.Operand, error) {
	left, err := r.expr(o.get("l"))
	if err != nil {
		return nil, err
	}
	right, err := r.expr(o.get("r"))
	if err != nil {
		return nil, err
	}
	l, ok := left.(repo.Expr)
	if !ok {
		l = repo.Value(left)
	}
	if o.has("out") {
		return nil, unsupported("expression with a type of its own")
	}
	switch o.text("op") {
	case "+":
		return l.Add(right), nil
	case "-":
		return l.Sub(right), nil
	case "*":
		return l.Mul(right), nil
	case "/":
		return l.Div(right), nil
	}
	return nil, unsupported("expression " + o.text("op"))
}
