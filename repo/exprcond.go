package repo

import (
	"errors"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Compare is whether a lookup holds for the expression, true or false, as a value for Annotate and a condition for
// Holds, Case and the Filter of an aggregate: F("title").Compare("icontains", "go"). The lookup is an operator, with
// transforms before it or not ("year__gt").
func (e Expr) Compare(op string, v any) Expr {
	return Expr{&query.Expr{Kind: query.Truth, Cond: query.Compare(e.n, op, plainValue(v))}}
}

// Eq is whether e equals v, a value or another expression; nil asks for NULL.
func (e Expr) Eq(v any) Expr { return e.Compare("exact", v) }

// Gt is whether e is more than v.
func (e Expr) Gt(v any) Expr { return e.Compare("gt", v) }

// Gte is whether e is v or more.
func (e Expr) Gte(v any) Expr { return e.Compare("gte", v) }

// Lt is whether e is less than v.
func (e Expr) Lt(v any) Expr { return e.Compare("lt", v) }

// Lte is whether e is v or less.
func (e Expr) Lte(v any) Expr { return e.Compare("lte", v) }

// In is whether e is one of v, a slice or a QuerySet.
func (e Expr) In(v any) Expr { return e.Compare("in", v) }

// IsNull is whether e is NULL.
func (e Expr) IsNull() Expr { return e.Compare("isnull", true) }

// And is whether e and all the others hold. Of search queries it is the query that all of them match.
func (e Expr) And(others ...Operand) Expr { return e.joined("(? && ?)", query.And, others) }

// Or is whether e or one of the others holds. Of search queries it is the query that one of them matches.
func (e Expr) Or(others ...Operand) Expr { return e.joined("(? || ?)", query.Or, others) }

// Not is whether e does not hold; where e is unknown it is too. Of a search query it is what does not match it.
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

// cond has an expression that is true or false stand where a condition of any model does.
func (e Expr) cond() *query.Cond { return query.Holds(e.n) }
