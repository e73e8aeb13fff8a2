package store

import (
	"context"
	"errors"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// Check runs the model's Clean and the database's validator on an object before
// it is written.
func (s *State) Check(ctx context.Context, obj any) error {
	if IsNil(obj) {
		return NilObject(s.Model.Name)
	}
	validator := s.Registry.Validator
	if !s.Model.Cleans && validator == nil {
		return nil
	}
	var cleaned, validated error
	if s.Model.Cleans {
		cleaned = obj.(models.Cleaner).Clean(ctx)
	}
	if validator != nil {
		validated = validator.ValidateStruct(ctx, obj)
	}
	if validated != nil {
		cleaned = models.Join(cleaned, validated)
	}
	if cleaned == nil {
		return nil
	}
	if found, ok := errors.AsType[*models.ValidationError](cleaned); ok && models.TranslatorOf(ctx) != nil {
		return s.Translated(ctx, found)
	}
	return cleaned
}

// Translated returns a ValidationError in the language of the context.
func (s *State) Translated(ctx context.Context, err *models.ValidationError) error {
	return err.Translated(models.TranslatorOf(ctx))
}

// TakeKeys sets the foreign keys that a write of the object would take from
// loaded objects.
func (s *State) TakeKeys(ctx context.Context, rv reflect.Value) error {
	if s.HasKey(ctx, rv) {
		return fillSavedKeys(ctx, s.Model, rv, s.Model.Fields)
	}
	return fillKeys(ctx, s.Model, rv)
}

// LeftToDatabase reports whether the repository's Defaults leave a column to
// the database.
func (s *State) LeftToDatabase(f *modelinfo.Field) bool { return s.leftToDatabase(f) }
