package store

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Load loads relations of objects at hand.
func (s *State) Load(ctx context.Context, objs []any, rels []string) error {
	s = s.Prefetched(rels)
	if err := s.Mistake(); err != nil {
		return err
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if Absent(o) {
			return ErrNil(s.Model.Name)
		}
		owners[i] = reflect.ValueOf(o).Elem()
	}
	ctx = s.Conn.SameServer(ctx)
	for _, p := range s.Query.Prefetched {
		if err := loadPath(ctx, s, p, owners); err != nil {
			return err
		}
	}
	return nil
}

// loadPath loads the missing relations along a path.
func loadPath(ctx context.Context, s *State, p query.Prefetch, owners []reflect.Value) error {
	for i, link := range p.Path {
		with := query.New(link.Rel.To)
		if i == len(p.Path)-1 && p.With != nil {
			with = p.With
		}
		var missing []reflect.Value
		for _, o := range owners {
			if there, _ := isLoaded(ctx, link, o); !there {
				missing = append(missing, o)
			}
		}
		if len(missing) > 0 {
			if _, err := prefetchOne(ctx, s, link, with, missing); err != nil {
				return fmt.Errorf("repo: loading %s.%s: %w", link.Rel.From.Name, link.Rel.Name, err)
			}
		}
		owners = held(ctx, link, owners)
	}
	return nil
}

// isLoaded reports whether an object's field of a relation was loaded, and
// whether that is known: a nil reverse one-to-one was either not loaded or has
// no row.
func isLoaded(ctx context.Context, link query.Link, owner reflect.Value) (loaded, known bool) {
	rel := link.Rel
	field, ok := fieldOf(link, owner)
	switch {
	case !ok:
		return true, true // it lies in a struct that is not there
	case field.Kind() == reflect.Slice, field.Kind() == reflect.Pointer && !field.IsNil():
		return !field.IsNil(), true
	}
	if field.Kind() == reflect.Struct && link.Field == "" {
		if _, there := rel.Loaded(ctx, owner); there {
			return true, true
		}
	}
	if rel.Kind != modelinfo.BelongsTo {
		return false, false
	}
	fields := NearOf(rel)
	return param.ObjectKey(ctx, owner, fields) == nil, true // no key, no object
}

// IsLoaded reports whether a relation of an object was loaded, along a path.
func (s *State) IsLoaded(obj any, rel string) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	path, err := s.Path(rel)
	if err != nil {
		return false, err
	}
	if Absent(obj) {
		return false, ErrNil(s.Model.Name)
	}
	ctx := context.Background()
	owners, doubt := []reflect.Value{reflect.ValueOf(obj).Elem()}, error(nil)
	for _, r := range path {
		if r.Rel == nil {
			return false, s.Mistaken(rel, fmt.Errorf("%s has no Go field for %s", r.From.Name, r.Name))
		}
		for _, o := range owners {
			switch loaded, known := isLoaded(ctx, query.Link{Rel: r}, o); {
			case !known:
				doubt = fmt.Errorf("%w: %s.%s is nil, so it was not loaded or there is none", ErrCannotTell, r.From.Name, r.Name)
			case !loaded:
				return false, nil
			}
		}
		owners = held(ctx, query.Link{Rel: r}, owners)
	}
	return doubt == nil, doubt
}
