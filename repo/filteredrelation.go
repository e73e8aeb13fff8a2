package repo

import (
	"errors"

	"github.com/gormango/gormango/internal/query"
)

// FilteredRelation names a relation of which only the rows that fulfil cond are
// joined: later lookups and expressions begin with the name. The condition is
// written from T, and names columns of the relation or of T itself:
//
//	publishers.FilteredRelation("long", "books", publishers.Q("books__pages__gt", 500)).Annotate("n", repo.Count(repo.F("long")))
//
//go:noinline
func (qs *QuerySetOf[P]) FilteredRelation(name string, rel RelOf[P], cond CondOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().filteredRelation(name, string(rel), cond.c))
}

// filteredRelation names a relation of which only the rows that fulfil cond are
// joined.
func (s *state) filteredRelation(name, rel string, cond *query.Cond) *state {
	return s.refined(func(s *state) error {
		if err := s.single("FilteredRelation"); err != nil {
			return err
		}
		if badName.MatchString(name) || s.model.Field(name) != nil || s.model.Relation(name) != nil {
			return s.badlyNamed(name, "cannot be the name of a filtered relation (no field's name, no quotes, spaces or semicolons)")
		}
		if cond == nil {
			return s.mistaken("", errors.New("FilteredRelation needs a condition"))
		}
		f, err := s.q.NewFiltered(name, rel, cond)
		var outside *query.OutsideError
		switch {
		case errors.As(err, &outside):
			return s.mistaken("", err)
		case err != nil:
			return s.mistaken(rel, err)
		}
		s.q = s.q.FilterRelation(f)
		return nil
	})
}
