package store

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Using moves the rows to another database with the same tables.
func (s *State) Using(db *gorm.DB) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		if db == nil {
			return ErrUnbound
		}
		own := db.Clauses()
		if err := usable(own); err != nil {
			return err
		}
		if to := modelinfo.Of(db); to != s.Registry {
			q, err := s.Query.Rebound(to.Model)
			if err != nil {
				return err
			}
			s.Query, s.Model, s.Registry = q, q.Model, to
		}
		s.Manager = manager
		s.DB, s.SkipHooks = db.Session(&gorm.Session{NewDB: true}), own.Statement.SkipHooks
		s.Conn = exec.On(s.DB, gormango.Translate)
		return nil
	})
}
