package repo

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Using moves the QuerySet, with all its refinements, to another database with
// the same tables, Django's using(). db may be a transaction. It runs no
// statement; a db that cannot serve is the error of the chain.
//
//go:noinline
func (qs *QuerySetOf[P]) Using(db *gorm.DB) *QuerySetOf[P] {
	return rowsOf[P](qs.st().using(db))
}

// using moves the rows to another database with the same tables.
func (s *state) using(db *gorm.DB) *state {
	manager := s != nil && s.manager
	return s.refined(func(s *state) error {
		if db == nil {
			return errUnbound
		}
		own := db.Clauses()
		if err := usable(own); err != nil {
			return err
		}
		if to := modelinfo.Of(db); to != s.reg {
			q, err := s.q.Rebound(to.Model)
			if err != nil {
				return err
			}
			s.q, s.model, s.reg = q, q.Model, to
		}
		s.manager = manager
		s.db, s.skipHooks = db.Session(&gorm.Session{NewDB: true}), own.Statement.SkipHooks
		s.conn = exec.On(s.db, gormango.Translate)
		return nil
	})
}
