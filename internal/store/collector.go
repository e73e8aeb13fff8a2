package store

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
)

// Structs reads a statement's rows, each into a pointer to a new struct.
func (s *State) Structs(ctx context.Context, st *compile.Stmt) ([]reflect.Value, error) {
	rows, err := exec.Objects(ctx, s.Conn, st, nil, false)
	out := make([]reflect.Value, len(rows))
	for i, r := range rows {
		out[i] = r.Object
	}
	return out, err
}
