package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// Remember returns a function that restores the present values of fields, once.
// The function also runs when the transaction rolls back, so that the object
// does not keep a key without a row.
func (s *State) Remember(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) (undo func()) {
	if len(fields) == 0 {
		return func() {}
	}
	m := &memory{s: s, ctx: ctx, rv: rv, fields: fields}
	m.before = s.appendValues(ctx, rv, fields, m.few[:0])
	undo = m.restore
	s.Conn.OnRollback(ctx, undo)
	return undo
}

// memory is values of an object's fields.
type memory struct {
	s      *State
	ctx    context.Context
	rv     reflect.Value
	fields []*modelinfo.Field
	before []any // nil once they are restored
	few    [2]any
}

// restore sets the fields to the values, the first time.
func (m *memory) restore() {
	if before := m.before; before != nil {
		m.before = nil
		m.s.restore(m.ctx, m.rv, m.fields, before)
	}
}

// appendValues appends the values of fields to kept, nil for a zero value.
func (s *State) appendValues(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) []any {
	for _, f := range fields {
		var was any
		if !param.Zero(ctx, rv, f) {
			was, _ = f.ValueOf(ctx, rv)
		}
		kept = append(kept, was)
	}
	return kept
}

// restore sets fields to the values of appendValues.
func (s *State) restore(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, kept []any) {
	ctx = context.WithoutCancel(ctx)
	for i, f := range fields {
		if kept[i] == nil {
			f.ReflectValueOf(ctx, rv).SetZero()
			continue
		}
		// The value came out of the field, so it fits.
		_ = f.Set(ctx, rv, kept[i])
	}
}
