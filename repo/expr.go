package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// Operand is what an expression may be made of: an Expr, a field, a condition,
// or a QuerySet as a subquery.
type Operand interface{ operand() Expr }

// Expr is a value that the database computes:
// F("price").Mul(F("stock")).Add(1). Its names are resolved when the expression
// joins a QuerySet.
type Expr struct{ n *query.Expr }

func (e Expr) operand() Expr { return e }

// F returns the column or annotation of that name in the current row, as
// Django's F(). The name may lie behind relations and have transforms:
// F("album__released__year").
func F(name Ref) Expr { return Expr{query.F(string(name))} }

// OuterRef returns, in a subquery, a name of the query around the subquery.
func OuterRef(name Ref) Expr {
	return Expr{&query.Expr{Kind: query.Outer, Name: string(name), Depth: 1}}
}

// Outer moves e one query further out: Outer(OuterRef("pk")) refers to the
// query two levels out.
func Outer(e Expr) Expr {
	if e.n == nil || e.n.Kind != query.Outer {
		return e
	}
	n := *e.n
	n.Depth++
	return Expr{&n}
}

// Value returns a constant, which is always sent as an argument.
func Value(v any) Expr {
	if o, ok := v.(Operand); ok {
		return exprOf(o)
	}
	return Expr{&query.Expr{Kind: query.Const, Value: v}}
}

// Add returns e plus v, a value or another Expr.
func (e Expr) Add(v any) Expr { return e.with("+", v) }

// Sub returns e minus v.
func (e Expr) Sub(v any) Expr { return e.with("-", v) }

// Mul returns e times v.
func (e Expr) Mul(v any) Expr { return e.with("*", v) }

// Div returns e divided by v. Between integers PostgreSQL cuts off the
// fraction.
func (e Expr) Div(v any) Expr { return e.with("/", v) }

func (e Expr) with(op string, v any) Expr {
	return Expr{&query.Expr{Kind: query.Arith, Name: op, Args: []*query.Expr{e.n, Value(v).n}}}
}

// As names the expression, for calls that take several.
func (e Expr) As(name string) Aliased { return Aliased{name, e} }

// Aliased is an expression with a name.
type Aliased struct {
	name string
	e    Expr
}

// Asc orders by the expression, the least first.
func (e Expr) Asc() Term { return Term{query.Order{Expr: e.n}} }

// Desc orders by the expression, the greatest first.
func (e Expr) Desc() Term { return Term{query.Order{Expr: e.n, Desc: true}} }

// Term is a term of an order, for OrderByExpr.
type Term struct{ o query.Order }

// NullsFirst places NULLs first.
func (t Term) NullsFirst() Term { t.o.Nulls = query.NullsFirst; return t }

// NullsLast places NULLs last.
func (t Term) NullsLast() Term { t.o.Nulls = query.NullsLast; return t }

// Random orders the rows randomly, as Django's order_by("?").
func Random() Term { return Term{query.Order{Random: true}} }

// plainValue converts a value of a lookup to the form that package query knows.
func plainValue(v any) any {
	switch x := v.(type) {
	case Operand:
		return exprOf(x).n
	case []any:
		for _, m := range x {
			if _, ok := m.(Operand); ok {
				out := make([]any, len(x))
				for i, m := range x {
					out[i] = plainValue(m)
				}
				return out
			}
		}
	}
	return v
}
