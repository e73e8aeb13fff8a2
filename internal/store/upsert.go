package store

import (
	"context"
	"errors"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Upsert inserts objects, and updates or skips those whose row already exists.
type Upsert struct {
	s      *State
	On     compile.Conflict
	Action bool
	err    error
}

// OnConflict names the columns of the constraint that may be violated.
func (s *State) OnConflict(unique []string) *Upsert {
	u := &Upsert{s: s, err: s.creating("OnConflict")}
	if u.err != nil {
		return u
	}
	for _, name := range unique {
		if name == "pk" && len(s.Model.Key) > 0 {
			u.On.Columns = append(u.On.Columns, s.Model.Key...)
			continue
		}
		f, err := s.column(name)
		if err != nil {
			u.err = s.Mistaken(name, err)
			return u
		}
		u.On.Columns = append(u.On.Columns, f)
	}
	return u
}

func (old *Upsert) Update(names []string) *Upsert {
	s := old.s
	if old.err != nil || s == nil {
		return old
	}
	u := *old
	if len(u.On.Columns) == 0 {
		u.err = s.Mistaken("", errors.New("OnConflict without names takes only Ignore (name the columns of the unique constraint)"))
		return &u
	}
	u.On.Update, u.err = s.Named(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.Model.Version })
	u.Action = true
	return &u
}

func (u *Upsert) Create(ctx context.Context, objs []any, o BulkOptions) error {
	b, err := u.bulk(o)
	if err != nil {
		return err
	}
	return b.create(ctx, objs)
}

func (u *Upsert) bulk(o BulkOptions) (*bulk, error) {
	if u.err != nil {
		return nil, u.err
	}
	s := u.s
	if s == nil {
		return nil, ErrUnbound
	}
	o, err := o.checked(listBatch)
	switch {
	case err != nil:
		return nil, err
	case !u.Action:
		return nil, s.Mistaken("", errors.New("OnConflict does not say what becomes of a row that is there (follow it by Update or Ignore)"))
	case o.Copy:
		return nil, s.Mistaken("", errors.New("COPY knows no conflicts (leave UseCopy out)"))
	}
	return &bulk{s: s, BulkOptions: o, on: &u.On, remembers: true}, nil
}
