package repo

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// Union returns the rows of qs and of the others, equal ones once. Only order,
// slices, Columns and terminals may follow a set operation; any other call is
// ErrCombined. Sources that cannot have rows are left out.
//
//go:noinline
func (qs *QuerySetOf[P]) Union(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().combined("Union", query.Union, false, statesOf(others)))
}

// UnionAll is Union that keeps equal rows.
//
//go:noinline
func (qs *QuerySetOf[P]) UnionAll(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().combined("UnionAll", query.Union, true, statesOf(others)))
}

// Intersection returns the rows that qs and all the others have.
//
//go:noinline
func (qs *QuerySetOf[P]) Intersection(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().combined("Intersection", query.Intersect, false, statesOf(others)))
}

// Difference returns the rows of qs that none of the others has.
//
//go:noinline
func (qs *QuerySetOf[P]) Difference(others ...SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().combined("Difference", query.Except, false, statesOf(others)))
}

// combined returns a set operation of s and others.
func (s *state) combined(method string, op query.SetOp, all bool, others []*state) *state {
	return s.refined(func(s *state) error {
		parts, err := queriesOf(s, method, others)
		if err != nil {
			return err
		}
		empty := func(q *query.Query) bool { return q.None && q.Set == nil }
		if op == query.Union && empty(s.q) {
			for len(parts) > 0 && empty(parts[0]) {
				parts = parts[1:]
			}
			if len(parts) == 0 {
				return nil
			}
			s.q, parts = parts[0], parts[1:]
			if len(parts) == 0 {
				return nil
			}
		}
		if op != query.Union && empty(s.q) {
			return nil
		}
		if op == query.Intersect {
			for _, p := range parts {
				if empty(p) {
					s.q = p
					return nil
				}
			}
		}
		if len(parts) == 0 && op != query.Except {
			return nil
		}
		s.q = s.q.Combined(op, all, parts)
		return nil
	})
}

// queriesOf returns the queries of sources.
func queriesOf(s *state, method string, sources []*state) ([]*query.Query, error) {
	var out []*query.Query
	for _, src := range sources {
		if err := beside(s, method, src); err != nil {
			return nil, err
		}
		out = append(out, src.q)
	}
	return out, nil
}

// RowsOf makes the rows of a QuerySet of another model, whose columns were
// chosen, a source of a set operation of T:
//
//	books.Columns("title").Union(repo.RowsOf[Book](authors.Columns("name")))
func RowsOf[T any](other AnySource) Source[T] {
	e := exprOf(other).n
	switch {
	case e != nil && e.Err != nil:
		return rowsOf[*T](&state{err: e.Err})
	case e == nil || e.Kind != query.Sub || e.Sub.Columns == nil:
		return rowsOf[*T](&state{err: misuse(errMismatch, "RowsOf takes a QuerySet whose columns were chosen by Columns")})
	}
	return rowsOf[*T](&state{q: e.Sub, model: e.Sub.Model})
}

// beside returns an error for a source that cannot be combined with s.
func beside(s *state, method string, o *state) error {
	err := o.mistake()
	switch {
	case err == errUnbound:
		return misuse(errUnbound, "%s of %s was given one", method, s.model.Name)
	case err != nil:
		return err
	case o.model.DB != s.model.DB:
		return s.mistaken("", errors.New(method+" takes QuerySets of one database"))
	}
	return nil
}

// CombineAnd returns the rows that satisfy the conditions of both, Django's qs
// & other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineAnd(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().joined("CombineAnd", query.AND, stateIn(other)))
}

// CombineOr returns the rows that satisfy the conditions of at least one,
// Django's qs | other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineOr(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().joined("CombineOr", query.OR, stateIn(other)))
}

// CombineXor returns the rows that satisfy the conditions of exactly one,
// Django's qs ^ other.
//
//go:noinline
func (qs *QuerySetOf[P]) CombineXor(other SourceOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().joined("CombineXor", query.XOR, stateIn(other)))
}

// joined keeps the rows that satisfy the conditions of s and o, joined by conn.
func (s *state) joined(method string, conn query.Conn, o *state) *state {
	return s.refined(func(s *state) error {
		if err := beside(s, method, o); err != nil {
			return err
		}
		q := o.q
		switch {
		case s.q.Set != nil || q.Set != nil:
			return misuse(errMismatch, "%s of %s cannot take a set operation", method, s.model.Name)
		case s.q.Sliced() && conn == query.AND:
			return misuse(errSliced, "%s cannot be combined any more (combine first)", s.model.Name)
		case s.q.Distinct != q.Distinct || !slices.EqualFunc(s.q.On, q.On, sameColumn):
			return misuse(errMismatch, "%s of %s joins two that are both distinct, or neither, and by the same names", method, s.model.Name)
		case (s.q.Columns == nil) != (q.Columns == nil), !slices.Equal(namesOf(s.q), namesOf(q)):
			return misuse(errMismatch, "%s of %s joins two whose rows hold the same columns", method, s.model.Name)
		}
		switch {
		case s.q.None && conn != query.AND, q.None && conn == query.AND:
			s.q = q
			return nil
		case s.q.None, q.None:
			return nil
		}
		if conn != query.AND { // a slice stands for the rows that it holds
			s.q, q = s.q.Whole(), q.Whole()
		}
		s.q = s.q.Combine(conn, q)
		return nil
	})
}

// sameColumn reports whether two names of Distinct are the same column.
func sameColumn(a, b *query.Expr) bool {
	if a.Kind != b.Kind || a.Kind == query.Annotated {
		return a.Kind == b.Kind && a.Ann.Name == b.Ann.Name
	}
	return a.Field == b.Field && slices.Equal(a.Path, b.Path)
}

// namesOf returns the sorted names of the columns that rows hold in place of
// objects, nil for objects.
func namesOf(q *query.Query) []string {
	if q.Columns == nil {
		return nil
	}
	out := []string{}
	for _, c := range q.Columns.Names {
		out = append(out, c.Name)
	}
	slices.Sort(out)
	return out
}
