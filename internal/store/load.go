package store

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Load loads relations of objects.
func (s *State) Load(ctx context.Context, objs []any, rels []string) error {
	s = s.Prefetched(rels)
	if err := s.Mistake(); err != nil {
		return err
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if IsNil(o) {
			return NilObject(s.Model.Name)
		}
		owners[i] = reflect.ValueOf(o).Elem()
	}
	if err := s.CheckObjectsInside(ctx, s.Model, owners); err != nil {
		return err
	}
	ctx = s.Conn.SameServer(ctx)
	l := &loader{s: s, verb: "loading", missing: true}
	return l.load(ctx, relationTree(s.Query.Prefetched, nil), owners)
}

// notLoaded returns those of owners into which a relation was not loaded yet.
func notLoaded(ctx context.Context, link query.Link, owners []reflect.Value) (missing []reflect.Value) {
	for _, o := range owners {
		if ok, _ := isLoaded(ctx, link, o); !ok {
			missing = append(missing, o)
		}
	}
	return missing
}

// isLoaded reports whether a relation of an object was loaded, and whether that
// is known: a nil reverse one-to-one was either not loaded or has no row.
func isLoaded(ctx context.Context, link query.Link, owner reflect.Value) (loaded, known bool) {
	rel := link.Rel
	field, ok := fieldOf(link, owner)
	switch {
	case !ok: // the field lies in a struct whose pointer is nil
	case field.Kind() == reflect.Slice, field.Kind() == reflect.Pointer && !field.IsNil():
		return !field.IsNil(), true
	}
	if ok && field.Kind() == reflect.Struct && link.Field == "" {
		if _, ok := rel.Loaded(ctx, owner); ok {
			return true, true
		}
	}
	if rel.Kind != modelinfo.BelongsTo {
		return false, false
	}
	fields := OwnerFields(rel)
	return param.ObjectKey(ctx, owner, fields) == nil, true // without a foreign key there is no object
}

// IsLoaded reports whether every relation along a path was loaded.
func (s *State) IsLoaded(obj any, rel string) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	path, err := s.Path(rel)
	if err != nil {
		return false, err
	}
	if IsNil(obj) {
		return false, NilObject(s.Model.Name)
	}
	ctx := context.Background()
	owners, doubt := []reflect.Value{reflect.ValueOf(obj).Elem()}, error(nil)
	for _, r := range path {
		if r.Rel == nil {
			return false, s.CallError(rel, fmt.Errorf("%s has no Go field for %s", r.From.Name, r.Name))
		}
		for _, o := range owners {
			switch loaded, known := isLoaded(ctx, query.Link{Rel: r}, o); {
			case !known:
				doubt = fmt.Errorf("%w: %s.%s is nil, so it was not loaded or there is none", ErrCannotTell, r.From.Name, r.Name)
			case !loaded:
				return false, nil
			}
		}
		owners = heldObjects(ctx, query.Link{Rel: r}, owners)
	}
	return doubt == nil, doubt
}
