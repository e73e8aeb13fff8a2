package repo

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Matches are the operators of every field.
type Matches[P, V any] struct {
	// Eq holds where the field equals v.
	Eq func(v V) CondOf[P]
	// Ne holds where the field does not equal v, including rows with NULL.
	Ne func(v V) CondOf[P]
	// In holds where the field equals one of vs. Without vs it holds nowhere.
	In func(vs ...V) CondOf[P]
	// NotIn holds where the field equals none of vs, including rows with NULL.
	// Without vs it holds everywhere.
	NotIn func(vs ...V) CondOf[P]
	// EqExpr holds where the field equals an expression or another field of the
	// row.
	EqExpr func(e Operand) CondOf[P]
	// InQuery holds where the field is among the values of a query.
	InQuery func(e Operand) CondOf[P]
	// IsNull holds where the field is NULL.
	IsNull func() CondOf[P]
	// NotNull holds where the field is not NULL.
	NotNull func() CondOf[P]
	// Asc sorts by the field, NULLs last as PostgreSQL does.
	Asc func() OrderingOf[P]
	// Desc sorts by the field in descending order, NULLs first as PostgreSQL
	// does.
	Desc func() OrderingOf[P]
	// Set sets the field to v, for Update. The field must be a column of M
	// itself.
	Set func(v V) AssignOf[P]
	// SetExpr sets the field to the value of an expression or of another field,
	// for Update: F.Book.Stock.SetExpr(F.Book.Stock.Sub(1)).
	SetExpr func(e Operand) AssignOf[P]
}

func newMatches[P, V any](c fieldPlace) Matches[P, V] {
	return Matches[P, V]{
		Eq:      func(v V) CondOf[P] { return CondOf[P]{c.is(v)} },
		Ne:      func(v V) CondOf[P] { return CondOf[P]{c.is(v)}.Not() },
		In:      func(vs ...V) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)} },
		NotIn:   func(vs ...V) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)}.Not() },
		EqExpr:  func(e Operand) CondOf[P] { return CondOf[P]{c.is(exprOf(e))} },
		InQuery: func(e Operand) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, exprOf(e))} },
		IsNull:  func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, true)} },
		NotNull: func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, false)} },
		Asc:     func() OrderingOf[P] { return OrderingOf[P](c.path()) },
		Desc:    func() OrderingOf[P] { return OrderingOf[P]("-" + c.path()) },
		Set:     func(v V) AssignOf[P] { return assignOf[P](c.path(), v) },
		SetExpr: func(e Operand) AssignOf[P] { return assignOf[P](c.path(), exprOf(e)) },
	}
}

// fieldPlace is the place of a field: a path and a name.
type fieldPlace struct {
	at   At
	name string
}

func (c fieldPlace) path() string { return join(string(c.at), c.name) }

func (c fieldPlace) operand() Expr { return F(Ref(c.path())) }

func (c fieldPlace) is(v any) *query.Cond { return query.Lookup(c.path(), plainValue(v)) }

func (c fieldPlace) cmp(op lookup.Op, v any) *query.Cond { return c.with(op.String(), v) }

// with returns the condition with an operator or transform behind the field.
func (c fieldPlace) with(op string, v any) *query.Cond {
	return query.Lookup(join(c.path(), op), plainValue(v))
}

func assignOf[P any](name string, v any) AssignOf[P] {
	return AssignOf[P]{store.Assignment{Name: name, Value: plainValue(v)}}
}
