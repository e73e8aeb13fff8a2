package modelinfo

import (
	"context"
	"reflect"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Fill sets what the mixins of package models want set before a row is made: a
// zero key of models.UUIDKey, a zero version of models.Versioned. rv is the struct.
func (m *Model) Fill(ctx context.Context, rv reflect.Value) error {
	if f := m.UUIDKey; f != nil {
		if _, zero := f.ValueOf(ctx, rv); zero {
			id, err := uuid.NewV7()
			if err != nil {
				return err
			}
			if err := f.Set(ctx, rv, id); err != nil {
				return err
			}
		}
	}
	if f := m.Version; f != nil {
		if _, zero := f.ValueOf(ctx, rv); zero {
			return f.Set(ctx, rv, int64(1))
		}
	}
	return nil
}

// fillCreated is Fill for what plain GORM creates: a callback, since hook
// methods of two mixins would hide each other.
func fillCreated(db *gorm.DB) {
	s := db.Statement.Schema
	if db.Error != nil || s == nil || s.ModelType == nil {
		return
	}
	m, err := Of(db).Model(s.ModelType)
	if err != nil || m.UUIDKey == nil && m.Version == nil {
		return // a model that only GORM can read
	}
	fill := func(rv reflect.Value) {
		for rv.Kind() == reflect.Pointer {
			rv = rv.Elem()
		}
		if rv.IsValid() && rv.Type() == m.Type && rv.CanAddr() {
			_ = db.AddError(m.Fill(db.Statement.Context, rv))
		}
	}
	switch rv := db.Statement.ReflectValue; rv.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range rv.Len() {
			fill(rv.Index(i))
		}
	case reflect.Struct:
		fill(rv)
	}
}
