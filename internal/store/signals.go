package store

import (
	"context"

	"github.com/gormango/gormango/internal/signal"
)

// Saving is a save of an object whose model is known at run time only.
type Saving struct {
	Obj     any
	Created bool
	Fields  []string
}

// listens reports whether a signal of the model has receivers.
func (s *State) listens(kind signal.Kind) bool { return s.Registry.Signals.Any(kind, s.Model.Type) }

// sendSave calls the receivers of the model before or after an object is
// written.
func (s *State) sendSave(ctx context.Context, kind signal.Kind, obj any, created bool, fields []string) error {
	if !s.listens(kind) {
		return nil
	}
	return s.Registry.Signals.Send(ctx, kind, s.Model.Type, Saving{obj, created, fields})
}
