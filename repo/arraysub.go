package repo

import "github.com/gormango/gormango/internal/query"

// ArraySub returns a subquery of one column as an array, in the subquery's
// order: Django's ArraySubquery. Without rows the array is empty.
func ArraySub[T any](src Source[T], col Name[T]) Expr { return arrayOf(Sub(src, col)) }

// ArrayOf is ArraySub for a QuerySet that has chosen its one column itself
// (Columns, GroupBy).
func ArrayOf(src AnySource) Expr { return arrayOf(exprOf(src)) }

func arrayOf(e Expr) Expr {
	if e.n == nil || e.n.Err != nil || e.n.Kind != query.Sub {
		return e
	}
	return Expr{&query.Expr{Kind: query.ArraySub, Sub: e.n.Sub}}
}
