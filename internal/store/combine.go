package store

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// Combined returns a set operation of s and others.
func (s *State) Combined(method string, op query.SetOp, all bool, others []*State) *State {
	return s.Refined(func(s *State) error {
		parts, err := queriesOf(s, method, others)
		if err != nil {
			return err
		}
		fence := s.Query.Fence
		for _, p := range parts {
			if fence == nil {
				fence = p.Fence
			}
		}
		for i := range parts {
			parts[i] = parts[i].Within(fence)
		}
		s.Query = s.Query.Within(fence)
		empty := func(q *query.Query) bool { return q.None && q.Set == nil }
		if op == query.Union && empty(s.Query) {
			for len(parts) > 0 && empty(parts[0]) {
				parts = parts[1:]
			}
			if len(parts) == 0 {
				return nil
			}
			s.Query, parts = parts[0], parts[1:]
			if len(parts) == 0 {
				return nil
			}
		}
		if op != query.Union && empty(s.Query) {
			return nil
		}
		if op == query.Intersect {
			for _, p := range parts {
				if empty(p) {
					s.Query = p
					return nil
				}
			}
		}
		if len(parts) == 0 && op != query.Except {
			return nil
		}
		s.Query = s.Query.Combined(op, all, parts)
		return nil
	})
}

// queriesOf returns the queries of sources, or an error if one cannot be
// combined with s.
func queriesOf(s *State, method string, sources []*State) ([]*query.Query, error) {
	var out []*query.Query
	for _, src := range sources {
		if err := checkCombinable(s, method, src); err != nil {
			return nil, err
		}
		out = append(out, src.Query)
	}
	return out, nil
}

// checkCombinable returns an error if o is not bound to the database of s, or
// has an error itself.
func checkCombinable(s *State, method string, o *State) error {
	err := o.Mistake()
	switch {
	case err == ErrUnbound:
		return Misuse(ErrUnbound, "it was passed to %s of %s", method, s.Model.Name)
	case err != nil:
		return err
	case o.Model.DB != s.Model.DB:
		return errors.New(method + " takes QuerySets of one database")
	}
	return nil
}

// Joined returns the rows that satisfy the conditions of s and o, joined by
// conn.
func (s *State) Joined(method string, conn query.Conn, o *State) *State {
	return s.Refined(func(s *State) error {
		if err := checkCombinable(s, method, o); err != nil {
			return err
		}
		q := o.Query
		switch {
		case s.Query.Set != nil || q.Set != nil:
			return Misuse(ErrMismatch, "%s of %s cannot take a set operation", method, s.Model.Name)
		case s.Query.Sliced() && conn == query.AND:
			return Misuse(ErrSliced, "%s cannot be combined any more (combine first)", s.Model.Name)
		case s.Query.Distinct != q.Distinct || !slices.EqualFunc(s.Query.On, q.On, sameColumn):
			return Misuse(ErrMismatch, "%s of %s joins two that are both distinct, or neither, and by the same names", method, s.Model.Name)
		case (s.Query.Columns == nil) != (q.Columns == nil), !slices.Equal(selectedNames(s.Query), selectedNames(q)):
			return Misuse(ErrMismatch, "%s of %s joins two whose rows hold the same columns", method, s.Model.Name)
		}
		s.Query, q = s.Query.Within(q.Fence), q.Within(s.Query.Fence)
		switch {
		case s.Query.None && conn != query.AND, q.None && conn == query.AND:
			s.Query = q
			return nil
		case s.Query.None, q.None:
			return nil
		}
		if conn != query.AND { // a slice stands for the rows that it holds
			s.Query, q = s.Query.Whole(), q.Whole()
		}
		s.Query = s.Query.Combine(conn, q)
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

// selectedNames returns the sorted names of the columns that rows hold in place
// of objects, or nil for objects.
func selectedNames(q *query.Query) []string {
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
