package repo

import (
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// AnySource is a Source whatever its model.
type AnySource interface{ Operand }

// operand returns a QuerySet as an expression: its rows' key, or the column
// that was chosen.
//
//go:noinline
func (qs *QuerySetOf[P]) operand() Expr {
	return subquery(qs.st())
}

// subquery returns the rows as a subquery.
func subquery(s *store.State) Expr {
	if err := s.Mistake(); err != nil {
		return Expr{&query.Expr{Err: err}}
	}
	return Expr{&query.Expr{Kind: query.Sub, Sub: s.Query, Rows: true}}
}

// Sub returns a subquery of one column: authors.Filter("id__in",
// repo.Sub(books, "author_id")). Where one value is wanted it is cut to a row
// with Limit(1); no row is NULL.
func Sub[T any](src Source[T], col Name[T]) Expr {
	return columnOf(src, col)
}

// columnOf is Sub by a pointer to the model.
func columnOf[P any](src SourceOf[P], col NameOf[P]) Expr {
	qs, err := sourceOf(src)
	if err != nil {
		return Expr{&query.Expr{Err: err}}
	}
	if qs = qs.Columns(col); qs.Err() != nil {
		return qs.operand()
	}
	return Expr{&query.Expr{Kind: query.Sub, Sub: qs.state.Query}}
}

// Exists returns the condition that a QuerySet has rows, for conditions and
// annotations. OuterRef ties the QuerySet to the row of the outer query.
func Exists(src AnySource) Expr {
	e := exprOf(src)
	if e.n == nil || e.n.Kind != query.Sub {
		return e
	}
	return Expr{&query.Expr{Kind: query.Exists, Sub: e.n.Sub}}
}

// Holds makes a condition of an expression that is true or false, as Exists is.
func Holds[M any](e Operand) Cond[M] { return Cond[M]{query.Holds(exprOf(e).n)} }

// ArraySub returns a subquery of one column as an array, in the subquery's
// order: Django's ArraySubquery. Without rows the array is empty.
func ArraySub[T any](src Source[T], col Name[T]) Expr { return arrayOf(Sub(src, col)) }

// ArrayOf is ArraySub for a QuerySet that has chosen its one column itself
// (Columns, GroupBy).
func ArrayOf(src AnySource) Expr { return arrayOf(exprOf(src)) }

// arrayOf returns a subquery as an array.
func arrayOf(e Expr) Expr {
	if e.n == nil || e.n.Err != nil || e.n.Kind != query.Sub {
		return e
	}
	return Expr{&query.Expr{Kind: query.ArraySub, Sub: e.n.Sub}}
}
