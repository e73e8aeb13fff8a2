package store

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/gormango/gormango/internal/modelinfo"
)

// InBulk reads the objects whose unique field is one of n keys, or all objects.
// It returns the field too.
func (s *State) InBulk(ctx context.Context, field string, keys any, n int, all bool) ([]unsafe.Pointer, *modelinfo.Field, error) {
	if err := s.Mistake(); err != nil {
		return nil, nil, err
	}
	if err := s.Whole(); err != nil {
		return nil, nil, err
	}
	if err := s.Unsliced("read in bulk"); err != nil {
		return nil, nil, err
	}
	f, err := s.column(field)
	if err != nil {
		return nil, nil, s.Mistaken(field, err)
	}
	name, err := s.Query.Name(field)
	if err != nil {
		return nil, nil, s.Mistaken(field, err)
	}
	only := len(s.Query.On) == 1 && sameColumn(s.Query.On[0], name)
	switch {
	case !only && !s.Model.Unique(f):
		return nil, nil, s.Mistaken(field, fmt.Errorf("%s.%s is not unique, so it cannot be the key of a map", s.Model.Name, f.Column))
	case !s.Query.Loads(nil, f):
		return nil, nil, s.Mistaken(field, errors.New("the key of the map is deferred (name it in Only)"))
	}
	switch {
	case all:
	case n == 0:
		return nil, f, nil
	default:
		s = s.Filtered(f.Column+"__in", keys, false)
	}
	objs, err := s.All(ctx)
	return objs, f, err
}
