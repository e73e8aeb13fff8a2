package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/models"
)

// Options returns what the model says about a column.
func (s *State) Options(name string) (models.FieldOptions, error) {
	if err := s.Mistake(); err != nil {
		return models.FieldOptions{}, err
	}
	f, err := s.column(name)
	if err != nil {
		return models.FieldOptions{}, s.CallError(name, err)
	}
	return f.Options(), nil
}

// LabelOf returns the label of an object's value.
func (s *State) LabelOf(obj any, name string) (string, error) {
	o, err := s.Options(name)
	switch {
	case err != nil:
		return "", err
	case IsNil(obj):
		return "", NilObject(s.Model.Name)
	}
	f, _ := s.column(name)
	v, _ := f.ValueOf(context.Background(), reflect.ValueOf(obj).Elem())
	return models.LabelOf(o.Choices, v), nil
}
