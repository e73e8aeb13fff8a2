package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Upsert inserts objects, and updates or skips those whose row already exists.
// Action reports whether it is set which of the two.
type Upsert struct {
	s      *State
	On     compile.Conflict
	Action bool
	err    error
}

// OnConflict returns an upsert over the constraint on the named columns.
func (s *State) OnConflict(unique []string) *Upsert {
	u := &Upsert{s: s, err: s.checkCreating("OnConflict")}
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
			u.err = s.CallError(name, err)
			return u
		}
		u.On.Columns = append(u.On.Columns, f)
	}
	return u
}

// Update returns an upsert that updates the named columns of an existing row.
func (u *Upsert) Update(names []string) *Upsert {
	s := u.s
	if u.err != nil || s == nil {
		return u
	}
	next := *u
	if len(u.On.Columns) == 0 {
		next.err = s.CallError("", errors.New("OnConflict without names takes only Ignore (name the columns of the unique constraint)"))
		return &next
	}
	next.On.Update, next.err = s.NamedColumns(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.Model.Version })
	for _, f := range next.On.Update {
		if !f.Creatable { // the row of the insert would hold NULL
			next.err = s.CallError(f.Column, fmt.Errorf("%s.%s cannot be updated by an upsert: the permissions of its tag forbid an insert to write it (use BulkUpdate or UpdateOrCreate)", s.Model.Name, f.Column))
		}
	}
	next.Action = true
	return &next
}

// Create checks and inserts objects, or updates or skips their rows.
func (u *Upsert) Create(ctx context.Context, objs []any, o BulkOptions) error {
	b, err := u.bulk(o)
	if err != nil {
		return err
	}
	return b.create(ctx, objs)
}

// bulk returns the writer of the objects.
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
		return nil, s.CallError("", errors.New("OnConflict without Update or Ignore does not set what happens to an existing row (call one of them)"))
	case o.Copy:
		return nil, s.CallError("", errors.New("COPY cannot handle conflicts (leave out UseCopy)"))
	}
	return &bulk{s: s, BulkOptions: o, conflict: &u.On, restores: true}, nil
}
