package main

import (
	"context"
	"strings"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// aggregates maps Django's names to constructors. Those of a sample follow.
var aggregates = map[string]func(repo.Operand) repo.Expr{
	"Count": repo.Count, "Sum": repo.Sum, "Avg": repo.Avg, "Min": repo.Min, "Max": repo.Max,
	"StdDev": repo.StdDev, "Variance": repo.Variance, "ArrayAgg": fn.ArrayAgg, "JSONBAgg": fn.JSONBAgg, "BoolAnd": fn.BoolAnd, "BoolOr": fn.BoolOr,
	"BitAnd": fn.BitAnd, "BitOr": fn.BitOr, "BitXor": fn.BitXor,
}

var samples = map[string]func(repo.Operand) repo.Expr{"StdDev": repo.StdDevSample, "Variance": repo.VarianceSample}

func (r *runner[T]) aggregate(o *object) (repo.Operand, error) {
	e, err := r.aggregateCall(o)
	if err != nil {
		return nil, err
	}
	if o.bool("distinct") {
		e = e.Distinct()
	}
	if o.has("filter") {
		c, err := r.cond(o.object("filter"))
		if err != nil {
			return nil, err
		}
		e = e.Filter(c)
	}
	if o.has("ordering") {
		terms, err := r.terms(o.list("ordering"))
		if err != nil {
			return nil, err
		}
		e = e.OrderBy(terms...)
	}
	if o.has("default") {
		if _, ok := o.get("default").(*object); ok {
			x, err := r.expr(o.get("default"))
			if err != nil {
				return nil, err
			}
			return e.Default(x), nil
		}
		v, err := r.value(o.get("default"))
		if err != nil {
			return nil, err
		}
		e = e.Default(v)
	}
	return e, nil
}

// aggregateCall returns the function applied to its arguments.
func (r *runner[T]) aggregateCall(o *object) (repo.Expr, error) {
	operand := func(key string) (repo.Operand, error) {
		if s, ok := o.get(key).(string); ok {
			return repo.F(repo.Ref(s)), nil
		}
		return r.expr(o.get(key))
	}
	name := o.text("agg")
	if s, ok := o.get("of").(string); ok && s == "*" && name == "Count" {
		return repo.CountAll(), nil
	}
	if f, ok := pairs[name]; ok {
		y, err := operand("y")
		if err != nil {
			return repo.Expr{}, err
		}
		x, err := operand("x")
		if err != nil {
			return repo.Expr{}, err
		}
		if name == "CovarPop" && o.bool("sample") {
			f = fn.CovarSamp
		}
		return f(y, x), nil
	}
	of, err := operand("of")
	if err != nil {
		return repo.Expr{}, err
	}
	if name == "StringAgg" {
		return fn.StringAgg(of, o.text("delimiter")), nil
	}
	f := aggregates[name]
	if o.bool("sample") {
		f = samples[name]
	}
	if f == nil {
		return repo.Expr{}, unsupported("aggregate " + name)
	}
	return f(of), nil
}

// defaultName returns Django's default name of an expression, "" if it has
// none.
func defaultName(e any) string {
	o, ok := e.(*object)
	if !ok || !o.has("agg") {
		return ""
	}
	of := o.text("of")
	if x := o.object("of"); x != nil && x.has("f") {
		of = x.text("f")
	}
	if of == "" {
		return ""
	}
	return of + "__" + strings.ToLower(o.text("agg"))
}

// aggregateEnd runs the end aggregate.
func (r *runner[T]) aggregateEnd(ctx context.Context, exprs *object) (any, error) {
	list := make([]repo.Aliased, len(exprs.keys))
	for i, name := range exprs.keys {
		e, err := r.operandOf(exprs.values[name])
		if err != nil {
			return nil, err
		}
		r.kinds[name] = r.exprKind(exprs.values[name])
		list[i] = e.As(name)
	}
	vals, err := repo.Aggregate[map[string]any](ctx, r.qs, list...)
	if err != nil {
		return nil, err
	}
	out := row{}
	for name, v := range vals {
		out[name] = encode(v, r.kinds[name])
	}
	return out, nil
}

// operandOf returns an expression that can be named.
func (r *runner[T]) operandOf(e any) (repo.Expr, error) {
	x, err := r.expr(e)
	if err != nil {
		return repo.Expr{}, err
	}
	if out, ok := x.(repo.Expr); ok {
		return out, nil
	}
	return repo.Value(x), nil
}
