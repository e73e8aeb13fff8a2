package modelinfo

import (
	"context"
	"database/sql/driver"
	"reflect"

	"github.com/google/uuid"
)

// VersionOf returns the version in rv, a struct of a model with one. It is 0 if
// the object has none yet.
func (m *Model) VersionOf(ctx context.Context, rv reflect.Value) int64 {
	v, _ := m.Version.ValueOf(ctx, rv)
	if x, ok := v.(driver.Valuer); ok {
		v, _ = x.Value()
	}
	n, _ := v.(int64)
	return n
}

// RaiseVersion adds one to the version in rv.
func (m *Model) RaiseVersion(ctx context.Context, rv reflect.Value) error {
	return m.Version.Set(ctx, rv, m.VersionOf(ctx, rv)+1)
}

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
