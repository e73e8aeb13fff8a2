package store

import (
	"errors"

	"github.com/gormango/gormango/internal/query"
)

// Locked locks the rows that are read until the transaction ends.
func (s *State) Locked(l query.Lock) *State {
	return s.Refined(func(s *State) error {
		if err := s.Single("SelectForUpdate"); err != nil {
			return err
		}
		if l.NoWait && l.SkipLocked {
			return s.Mistaken("", errors.New("SelectForUpdate takes NoWait or SkipLocked, not both"))
		}
		s.Query = s.Query.Locked(l)
		return nil
	})
}
