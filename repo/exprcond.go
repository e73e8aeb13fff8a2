package repo

import (
	"errors"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Compare returns whether a lookup holds for the expression, true or false, as
// a value for Annotate and as a condition for Holds, Case and the Filter of an
// aggregate: F("title").Compare("icontains", "go"). The lookup op is an
// operator, with or without transforms before it ("year__gt").
func (e Expr) Compare(op string, v any) Expr {
	return Expr{&query.Expr{Kind: query.Truth, Cond: query.Compare(e.n, op, plainValue(v))}}
}

// Eq returns whether e equals v, a value or another expression. With a nil v it
// returns whether e is NULL.
func (e Expr) Eq(v any) Expr { return e.Compare("exact", v) }

// Gt returns whether e is greater than v.
func (e Expr) Gt(v any) Expr { return e.Compare("gt", v) }

// Gte returns whether e is greater than or equal to v.
func (e Expr) Gte(v any) Expr { return e.Compare("gte", v) }

// Lt returns whether e is less than v.
func (e Expr) Lt(v any) Expr { return e.Compare("lt", v) }

// Lte returns whether e is less than or equal to v.
func (e Expr) Lte(v any) Expr { return e.Compare("lte", v) }

// In returns whether e is one of v, a slice or a QuerySet.
func (e Expr) In(v any) Expr { return e.Compare("in", v) }

// IsNull returns whether e is NULL.
func (e Expr) IsNull() Expr { return e.Compare("isnull", true) }

// And returns whether e and all the others hold. For search queries it returns
// the query that matches what all of them match.
func (e Expr) And(others ...Operand) Expr { return e.joined("(? && ?)", query.And, others) }

// Or returns whether e or one of the others holds. For search queries it
// returns the query that matches what one of them matches.
func (e Expr) Or(others ...Operand) Expr { return e.joined("(? || ?)", query.Or, others) }

// Not returns whether e does not hold; it is unknown where e is unknown. For a
// search query it returns the query that matches what e does not.
func (e Expr) Not() Expr {
	if e.isSearch() {
		return Expr{&query.Expr{Kind: query.Func, Name: "(!!(?))", Args: []*query.Expr{e.n}, Type: e.n.Type}}
	}
	return Expr{&query.Expr{Kind: query.Truth, Cond: query.Not(query.Holds(e.n))}}
}

func (e Expr) isSearch() bool { return e.n.Type.Kind == lookup.Search }

func (e Expr) joined(template string, join func(...*query.Cond) *query.Cond, others []Operand) Expr {
	for _, o := range others {
		other := exprOf(o)
		switch {
		case e.isSearch() != other.isSearch():
			return wrong(errors.New("a search query joins search queries, a condition joins conditions"))
		case e.isSearch():
			e = Expr{&query.Expr{Kind: query.Func, Name: template, Args: []*query.Expr{e.n, other.n}, Type: e.n.Type}}
		default:
			e = Expr{&query.Expr{Kind: query.Truth, Cond: join(query.Holds(e.n), query.Holds(other.n))}}
		}
	}
	return e
}

// cond returns an expression that is true or false as a condition of any model.
func (e Expr) cond() *query.Cond { return query.Holds(e.n) }
