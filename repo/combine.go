package repo

import (
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Union returns the rows of qs and of the others, equal ones once. Only order,
// slices, Columns and terminals may follow a set operation; any other call is
// ErrCombined. Sources that cannot have rows are left out.
//
//go:noinline
func (qs *QuerySetOf[P]) Union(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Combined("Union", query.Union, false, statesOf(others)))
}

// UnionAll is Union that keeps equal rows.
//
//go:noinline
func (qs *QuerySetOf[P]) UnionAll(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Combined("UnionAll", query.Union, true, statesOf(others)))
}

// Intersection returns the rows that qs and all the others have.
//
//go:noinline
func (qs *QuerySetOf[P]) Intersection(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Combined("Intersection", query.Intersect, false, statesOf(others)))
}

// Difference returns the rows of qs that none of the others has.
//
//go:noinline
func (qs *QuerySetOf[P]) Difference(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Combined("Difference", query.Except, false, statesOf(others)))
}

// RowsOf makes the rows of a QuerySet of another model, whose columns were
// chosen, a source of a set operation of T:
//
//	books.Columns("title").Union(repo.RowsOf[Book](authors.Columns("name")))
func RowsOf[T any](other AnySource) Source[T] {
	src, ok := other.(interface{ st() *store.State })
	if !ok || !notNil(other) {
		return rowsOf[*T](&store.State{Err: store.Misuse(store.ErrMismatch, "RowsOf takes a QuerySet whose columns were chosen by Columns")})
	}
	s := src.st()
	if err := s.Mistake(); err != nil {
		return rowsOf[*T](&store.State{Err: err})
	}
	if s.Query.Columns == nil {
		return rowsOf[*T](&store.State{Err: store.Misuse(store.ErrMismatch, "RowsOf takes a QuerySet whose columns were chosen by Columns")})
	}
	return rowsOf[*T](s.WithQuery(s.Query))
}

// CombineAnd returns the rows that satisfy the conditions of both, Django's qs
// & other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineAnd(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Joined("CombineAnd", query.AND, stateIn(other)))
}

// CombineOr returns the rows that satisfy the conditions of at least one,
// Django's qs | other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineOr(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Joined("CombineOr", query.OR, stateIn(other)))
}

// CombineXor returns the rows that satisfy the conditions of exactly one,
// Django's qs ^ other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineXor(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Joined("CombineXor", query.XOR, stateIn(other)))
}
