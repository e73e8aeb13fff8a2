package modelinfo

import (
	"context"
	"reflect"

	"github.com/google/uuid"
)

// Fill sets what the mixins of package models want set before a row is made: a
// zero key of models.UUIDKey, a zero version of models.Versioned. rv is the
// struct.
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
