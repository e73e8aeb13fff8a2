package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
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
	next.On.Update, next.err = s.NamedColumns(names, func(f *modelinfo.Field) bool { return updatable(f) && f != s.Model.Version })
	for _, f := range next.On.Update {
		if !f.Creatable { // the row of the insert would hold NULL
			next.err = s.CallError(f.Column, fmt.Errorf("%s.%s cannot be updated by an upsert: the permissions of its tag forbid an insert to write it (use BulkUpdate or UpdateOrCreate)", s.Model.Name, f.Column))
		}
	}
	if next.err == nil && len(names) == 0 && s.Query.Fence != nil {
		next.On.Update, next.err = s.withoutTenant(next.On.Update)
	}
	next.Action = true
	if next.err != nil {
		return &next
	}
	return next.checked()
}

// Set returns an upsert that makes assignments to an existing row.
func (u *Upsert) Set(assigns []Assignment) *Upsert {
	s := u.s
	if u.err != nil || s == nil {
		return u
	}
	next := *u
	next.On.Sets, next.Action = slices.Clone(u.On.Sets), true
	for _, a := range assigns {
		set, err := s.Set(a.Name, a.Value)
		if err == nil && (!updatable(set.Field) || set.Field == s.Model.Version) {
			err = fmt.Errorf("%s.%s cannot be written (it is the key, computed, or read-only)", s.Model.Name, set.Field.Column)
		}
		if err == nil {
			err = s.checkExcluded(set.Expr)
		}
		if err != nil {
			next.err = s.CallError(a.Name, err)
			return &next
		}
		next.On.Sets = append(next.On.Sets, set)
	}
	return next.checked()
}

// checkExcluded refuses a column of the insert's row that the insert does not
// write: it would be NULL, or the column's default.
func (s *State) checkExcluded(e *query.Expr) (err error) {
	if e == nil {
		return nil
	}
	e.Walk(func(x *query.Expr) {
		if x.Kind == query.Excluded && x.Field != nil && !x.Field.Creatable {
			err = fmt.Errorf("Excluded(%q): the permissions of the tag of %s.%s forbid an insert to write it (use F, or UpdateOrCreate)", x.Field.Column, s.Model.Name, x.Field.Column)
		}
	})
	return err
}

// Where returns an upsert over the unique index with a condition.
func (u *Upsert) Where(conds []*query.Cond) *Upsert {
	s, call := u.s, query.Call(conds...)
	if u.err != nil || s == nil || call == nil {
		return u
	}
	next := *u
	c, err := s.Query.Resolve(call)
	if err != nil {
		next.err = s.CallError(textOf(call), err)
		return &next
	}
	next.On.Where = c
	return next.checked()
}

// checked returns the upsert with the first mistake in its parts.
func (u *Upsert) checked() *Upsert {
	named := slices.Clone(u.On.Update)
	for _, set := range u.On.Sets {
		named = append(named, set.Field)
	}
	for i, f := range named {
		if slices.Contains(named[:i], f) {
			u.err = u.s.CallError(f.Column, fmt.Errorf("%s.%s is assigned twice", u.s.Model.Name, f.Column))
			return u
		}
	}
	switch {
	case len(u.On.Columns) == 0 && (u.On.Writes() || u.On.Where != nil):
		u.err = u.s.CallError("", errors.New("OnConflict without names takes only Ignore (name the columns of the unique constraint)"))
	default:
		if err := u.On.Check(u.s.Model); err != nil {
			u.err = u.s.CallError("", err)
		}
	}
	return u
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
	on := u.On
	if s.Query.Fence != nil && on.Writes() {
		if w, err := s.way(s.Model); err != nil {
			return nil, err
		} else if w != nil {
			on.Fence = s.Query.Fence
		}
	}
	return &bulk{s: s, BulkOptions: o, conflict: &on, restores: true}, nil
}
