package main

import (
	"context"
	"strings"

	"github.com/gormango/gormango/repo"
)

// aggregates are the constructors by Django's names; those of a sample follow.
var aggregates = map[string]func(repo.Operand) repo.Expr{
	"Count": repo.Count, "Sum": repo.Sum, "Avg": repo.Avg, "Min": repo.Min, "Max": repo.Max,
	"StdDev": repo.StdDev, "Variance": repo.Variance,
}

var samples = map[string]func(repo.Operand) repo.Expr{"StdDev": repo.StdDevSample, "Variance": repo.VarianceSample}

func (r *runner[T]) aggregate(o *object) (repo.Operand, error) {
	name := o.text("agg")
	fn := aggregates[name]
	if o.bool("sample") {
		fn = samples[name]
	}
	if fn == nil || o.has("ordering") || o.has("delimiter") || o.has("out") {
		return nil, unsupported("expression " + name)
	}
	var e repo.Expr
	switch of := o.get("of").(type) {
	case string:
		if of == "*" {
			if name != "Count" {
				return nil, unsupported("expression " + name + " of *")
			}
			e = repo.CountAll()
			break
		}
		e = fn(repo.F(repo.Ref(of)))
	default:
		x, err := r.expr(of)
		if err != nil {
			return nil, err
		}
		e = fn(x)
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

// defaultName is the name that Django gives an expression without one, "" when it has none.
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

// aggregateEnd is the end aggregate.
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

// operandOf is an expression that can be given a name.
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
