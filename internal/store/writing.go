package store

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/signal"
)

// settings is a repository's settings for its writes.
type settings struct {
	// defaults are the columns that the database fills when rows are made.
	defaults []string
	// keepTimes leaves UpdatedAt as it is.
	KeepTimes bool
}

// Defaults leaves the named columns to the database when it creates objects.
func (s *State) Defaults(names []string) *State {
	return s.configured(func(s *State) error {
		s.Settings.defaults = nil
		if len(names) == 0 {
			return nil
		}
		columns, err := s.Named(names, func(f *modelinfo.Field) bool { return !f.Generated && f.Readable })
		if err != nil {
			return err
		}
		s.Settings.defaults = ColumnNames(columns)
		return nil
	})
}

// KeepTimes makes saves not move UpdatedAt.
func (s *State) KeepTimes() *State {
	return s.configured(func(s *State) error { s.Settings.KeepTimes = true; return nil })
}

// configured returns s with its writing settings changed by fn; the rows stay
// the same.
func (s *State) configured(fn func(s *State) error) *State {
	manager := s != nil && s.Manager
	return s.Refined(func(s *State) error {
		s.Manager = manager
		return fn(s)
	})
}

// byDefault reports whether the database fills a column when a row is made.
func (s *State) byDefault(f *modelinfo.Field) bool {
	return slices.Contains(s.Settings.defaults, f.Column)
}

// touches reports whether a save moves the column.
func (s *State) touches(f *modelinfo.Field) bool {
	return f.AutoUpdateTime > 0 && !s.Settings.KeepTimes
}

// loadedColumns returns the columns that a save without names writes: all, or
// those that the repository's Only or Defer loads. partial reports whether some
// are missing.
func (s *State) loadedColumns() (columns []*modelinfo.Field, partial bool, err error) {
	all, err := s.Named(nil, updatable)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		if !f.Readable || s.Query.Mask.Loads(nil, f) {
			columns = append(columns, f)
		}
	}
	if len(columns) == 0 && len(all) > 0 {
		return nil, false, s.Mistaken("", errors.New("nothing to save: Only or Defer loads no column but the key"))
	}
	return columns, len(columns) < len(all), nil
}

// savesHeard reports whether saves of the model have receivers.
func (s *State) savesHeard() bool { return s.listens(signal.PreSave) || s.listens(signal.PostSave) }
