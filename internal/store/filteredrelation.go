package store

import (
	"errors"

	"github.com/gormango/gormango/internal/query"
)

// FilteredRelation names a relation of which only the rows that fulfil cond are
// joined.
func (s *State) FilteredRelation(name, rel string, cond *query.Cond) *State {
	return s.Refined(func(s *State) error {
		if err := s.Single("FilteredRelation"); err != nil {
			return err
		}
		if badName.MatchString(name) || s.Model.Field(name) != nil || s.Model.Relation(name) != nil {
			return s.badlyNamed(name, "cannot be the name of a filtered relation (no field's name, no quotes, spaces or semicolons)")
		}
		if cond == nil {
			return s.Mistaken("", errors.New("FilteredRelation needs a condition"))
		}
		f, err := s.Query.NewFiltered(name, rel, cond)
		var outside *query.OutsideError
		switch {
		case errors.As(err, &outside):
			return s.Mistaken("", err)
		case err != nil:
			return s.Mistaken(rel, err)
		}
		s.Query = s.Query.FilterRelation(f)
		return nil
	})
}
