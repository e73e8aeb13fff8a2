// Package validation tests objects before they are written, as Django's
// full_clean does: the rules of their columns, the model's Clean, and by one
// statement the foreign keys, unique constraints, checks and exclusions.
package validation

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// object is an object under test.
type object struct {
	s     *store.State
	model *modelinfo.Model
	obj   any
	rv    reflect.Value
	// only are the columns that are tested, all if it is nil.
	only []*modelinfo.Field
	// stored reports whether the object has a row, which is no obstacle to its
	// values.
	stored bool
	found  *models.ValidationError
}

// Full tests an object, all of it or the named columns. created reports whether
// the object is to be created even if its key is set. The error is a
// *models.ValidationError if the object is at fault.
func Full(ctx context.Context, s *store.State, obj any, names []string, created bool) error {
	if err := s.CheckBound("FullClean"); err != nil {
		return err
	}
	o := &object{s: s, model: s.Model, obj: obj, found: &models.ValidationError{}}
	if len(names) > 0 {
		var err error
		if o.only, err = s.NamedColumns(names, func(*modelinfo.Field) bool { return true }); err != nil {
			return err
		}
	}
	if store.IsNil(obj) {
		return store.NilObject(s.Model.Name)
	}
	o.rv = reflect.ValueOf(obj).Elem()
	o.stored = !created && s.HasKey(ctx, o.rv)
	if err := s.TakeKeys(ctx, o.rv); err != nil {
		return err
	}
	for _, f := range o.model.Fields {
		if o.tests(f) {
			o.field(ctx, f)
		}
	}
	if err := o.add(s.Check(ctx, obj)); err != nil {
		return err
	}
	if err := o.database(ctx); err != nil {
		return err
	}
	if len(o.found.Fields) == 0 {
		return nil
	}
	return s.Translated(ctx, o.found)
}

// tests reports whether a column is one of those that are tested.
func (o *object) tests(f *modelinfo.Field) bool { return o.only == nil || slices.Contains(o.only, f) }

// add adds the problems of an error by the model's own methods. It returns an
// error of another kind.
func (o *object) add(err error) error {
	if err == nil {
		return nil
	}
	ve, ok := errors.AsType[*models.ValidationError](err)
	if !ok {
		return err
	}
	for name, problems := range ve.Fields {
		if f := o.model.Field(name); f != nil && !o.tests(f) {
			continue
		}
		for _, p := range problems {
			o.found.Add(name, p)
		}
	}
	return nil
}

// failed reports whether a column has a problem.
func (o *object) failed(f *modelinfo.Field) bool { return len(o.found.Fields[f.Column]) > 0 }

// database runs the tests that need the database, in one statement. The tests
// of a later group are about columns that passed those of the groups before.
func (o *object) database(ctx context.Context) error {
	if err := o.limits(ctx); err != nil {
		return err
	}
	tests, err := o.questions(ctx)
	if err != nil || len(tests) == 0 {
		return err
	}
	answers, err := exec.Read(ctx, o.s.Conn, o.statement(ctx, tests), exec.RawReader[string](o.s.DB))
	if err != nil {
		return err
	}
	for group := foreign; group <= constraint; group++ {
		found := &models.ValidationError{}
		for i, t := range tests {
			if t.group == group && answers[0][i] == '1' && !slices.ContainsFunc(t.refers, o.failed) {
				found.Add(t.field, t.problem)
			}
		}
		if err := o.add(found); err != nil {
			return err
		}
	}
	return nil
}
