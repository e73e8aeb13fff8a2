package repo

import (
	"errors"

	"github.com/gormango/gormango/internal/query"
)

// CaseExpr is an expression made by Case; it is complete with or without Else.
type CaseExpr struct{ Expr }

// Case returns the expression for the value of the first condition that holds,
// Django's Case and When:
//
//	repo.Case(books.Q("stock", 0), "sold out").When(books.Q("stock__lt", 5), "few").Else("many")
//
// then is a value or an expression. All values have one type, or WithType sets
// it.
func Case(c AnyCond, then any) CaseExpr {
	return CaseExpr{Expr{&query.Expr{Kind: query.Case}}}.When(c, then)
}

// When adds a condition, which is checked where none before it holds.
func (x CaseExpr) When(c AnyCond, then any) CaseExpr {
	tree := c.cond()
	n := *x.n
	if tree == nil || len(tree.Kids) == 0 {
		n.Err = errors.New("a Case needs conditions, and one of its own is empty")
		return CaseExpr{Expr{&n}}
	}
	n.Whens = append(n.Whens[:len(n.Whens):len(n.Whens)], query.When{Cond: tree, Then: nodeOf(then)})
	return CaseExpr{Expr{&n}}
}

// Else sets the value where no condition holds; without Else it is NULL.
func (x CaseExpr) Else(v any) Expr {
	n := *x.n
	n.Args = []*query.Expr{nodeOf(v)}
	return Expr{&n}
}
