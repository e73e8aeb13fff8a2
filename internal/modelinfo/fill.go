package modelinfo

import (
	"context"
	"reflect"

	"github.com/google/uuid"
)

// Fill sets the fields that the mixins of package models need before an insert:
// the zero key of a models.UUIDKey, the zero version of a models.Versioned. rv
// is the struct.
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
