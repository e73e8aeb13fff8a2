package repo

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/signal"
)

// writing is a repository's settings for its writes.
type writing struct {
	// defaults are the columns that the database fills when rows are made.
	defaults []string
	// keepTimes leaves UpdatedAt as it is.
	keepTimes bool
}

// Defaults returns a repository that leaves the named columns to the database
// when it creates objects: they are not written, whatever the object holds, and
// the values of the columns' defaults are read back into the object. It
// replaces an earlier Defaults and does not affect saves of objects that exist.
// It runs no statement; a name that is no column is a *FieldError of Err and of
// every terminal.
//
//	err := accounts.Defaults("active").Create(ctx, account)
//
//go:noinline
func (qs *QuerySetOf[P]) Defaults(names ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().defaults(texts(names)))
}

// KeepTimes returns a repository whose saves do not move UpdatedAt (GORM's
// autoUpdateTime): Save writes it as the object has it, like any other column,
// and a Save of named fields only where it is named. It runs no statement.
//
//go:noinline
func (qs *QuerySetOf[P]) KeepTimes() *QuerySetOf[P] {
	return rowsOf[P](qs.st().keepTimes())
}

// defaults leaves the named columns to the database when it creates objects.
func (s *state) defaults(names []string) *state {
	return s.configured(func(s *state) error {
		s.writing.defaults = nil
		if len(names) == 0 {
			return nil
		}
		columns, err := s.named(names, func(f *modelinfo.Field) bool { return !f.Generated && f.Readable })
		if err != nil {
			return err
		}
		s.writing.defaults = columnNames(columns)
		return nil
	})
}

// keepTimes makes saves not move UpdatedAt.
func (s *state) keepTimes() *state {
	return s.configured(func(s *state) error { s.writing.keepTimes = true; return nil })
}

// configured returns s with its writing settings changed by fn; the rows stay
// the same.
func (s *state) configured(fn func(s *state) error) *state {
	manager := s != nil && s.manager
	return s.refined(func(s *state) error {
		s.manager = manager
		return fn(s)
	})
}

// byDefault reports whether the database fills a column when a row is made.
func (s *state) byDefault(f *modelinfo.Field) bool {
	return slices.Contains(s.writing.defaults, f.Column)
}

// touches reports whether a save moves the column.
func (s *state) touches(f *modelinfo.Field) bool { return f.AutoUpdateTime > 0 && !s.writing.keepTimes }

// loadedColumns returns the columns that a save without names writes: all, or
// those that the repository's Only or Defer loads. partial reports whether some
// are missing.
func (s *state) loadedColumns() (columns []*modelinfo.Field, partial bool, err error) {
	all, err := s.named(nil, updatable)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		if !f.Readable || s.q.Mask.Loads(nil, f) {
			columns = append(columns, f)
		}
	}
	if len(columns) == 0 && len(all) > 0 {
		return nil, false, s.mistaken("", errors.New("nothing to save: Only or Defer loads no column but the key"))
	}
	return columns, len(columns) < len(all), nil
}

// savesHeard reports whether saves of the model have receivers.
func (s *state) savesHeard() bool { return s.listens(signal.PreSave) || s.listens(signal.PostSave) }
