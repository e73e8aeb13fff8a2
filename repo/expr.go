package repo

import (
	"fmt"
	"reflect"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Expr is a column or arithmetic on columns, computed by the database:
// F("price").Mul(F("stock")).Add(1). Its names are resolved when it joins a
// QuerySet, by Set or as the value of a Filter.
type Expr struct{ n *exprNode }

// exprNode is an expression whose names are not resolved yet.
type exprNode struct {
	ref         Ref
	value       any
	op          byte
	left, right *exprNode
}

// F is the column of that name in the row at hand, Django's F().
func F(name Ref) Expr { return Expr{&exprNode{ref: name}} }

// Add, Sub, Mul and Div compute with v, a value or another Expr.
func (e Expr) Add(v any) Expr { return e.with('+', v) }

// Sub takes v off.
func (e Expr) Sub(v any) Expr { return e.with('-', v) }

// Mul multiplies by v.
func (e Expr) Mul(v any) Expr { return e.with('*', v) }

// Div divides by v; between integers PostgreSQL cuts off what is behind the point.
func (e Expr) Div(v any) Expr { return e.with('/', v) }

func (e Expr) with(op byte, v any) Expr {
	right, ok := v.(Expr)
	if !ok {
		right = Expr{&exprNode{value: v}}
	}
	return Expr{&exprNode{op: op, left: e.n, right: right.n}}
}

// resolve finds the columns of e in m.
func (n *exprNode) resolve(m *modelinfo.Model) (*query.Expr, error) {
	switch {
	case n == nil:
		return nil, fmt.Errorf("%s: an empty expression (make one with repo.F)", m.Name)
	case n.op != 0:
		left, err := n.left.resolve(m)
		if err != nil {
			return nil, err
		}
		right, err := n.right.resolve(m)
		if err != nil {
			return nil, err
		}
		return &query.Expr{Kind: query.Arith, Op: n.op, Left: left, Right: right}, nil
	case n.ref != "":
		p, err := lookup.ResolveName(m, string(n.ref))
		if err != nil {
			return nil, err
		}
		col, err := query.NewColumn(p)
		if err != nil {
			return nil, err
		}
		return &query.Expr{Kind: query.Ref, Column: col}, nil
	}
	v, err := operand(m, n.value)
	if err != nil {
		return nil, err
	}
	return &query.Expr{Kind: query.Const, Value: v}, nil
}

// operand gives a number of any type one of those that the compiler knows.
func operand(m *modelinfo.Model, v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, fmt.Errorf("%s: nil in an expression", m.Name)
	case decimal.Decimal, string, time.Duration:
		return x, nil
	}
	switch rv := reflect.ValueOf(v); {
	case rv.CanInt():
		return rv.Int(), nil
	case rv.CanUint():
		return rv.Uint(), nil
	case rv.CanFloat():
		return rv.Float(), nil
	}
	return v, nil
}
