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
	unset := func(f *Field) bool {
		if f == nil {
			return false
		}
		_, zero := f.ValueOf(ctx, rv)
		return zero
	}
	if unset(m.UUIDKey) {
		id, err := uuid.NewV7()
		if err == nil {
			err = m.UUIDKey.Set(ctx, rv, id)
		}
		if err != nil {
			return err
		}
	}
	if unset(m.Version) {
		return m.Version.Set(ctx, rv, int64(1))
	}
	return nil
}
