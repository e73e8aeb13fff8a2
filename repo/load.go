package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// Load loads relations of objects at hand, as PrefetchRelated does when rows
// are read: one statement for each relation of a path, regardless of the number
// of objects. Relations that are loaded already stay unchanged and cost
// nothing, and paths continue from them. The relations that src prefetches are
// loaded first, so that Prefetch determines how:
//
//	err := repo.Load(ctx, books.Prefetch("tags", tags.OrderBy("name")), some, "author__books")
//
// The conditions of src do not matter. A nil reverse one-to-one is queried each
// time, since nil does not show whether the relation was loaded. Load returns
// the errors of the chain; a nil object is an error too.
func Load[T any](ctx context.Context, src Source[T], objs []*T, rels ...Rel[T]) error {
	return stateIn[*T](src).load(ctx, anys(objs), texts(rels))
}

// load loads relations of objects at hand.
func (s *state) load(ctx context.Context, objs []any, rels []string) error {
	s = s.prefetched(rels)
	if err := s.mistake(); err != nil {
		return err
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if absent(o) {
			return errNil(s.model.Name)
		}
		owners[i] = reflect.ValueOf(o).Elem()
	}
	ctx = s.conn.SameServer(ctx)
	for _, p := range s.q.Prefetched {
		if err := loadPath(ctx, s, p, owners); err != nil {
			return err
		}
	}
	return nil
}

// loadPath loads the missing relations along a path.
func loadPath(ctx context.Context, s *state, p query.Prefetch, owners []reflect.Value) error {
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
	fields := nearOf(rel)
	return param.ObjectKey(ctx, owner, fields) == nil, true // no key, no object
}

// Loaded reports whether a relation of an object was loaded; for a path,
// whether every relation along it was, of all objects there. It runs no
// statement. A slice was loaded when it is not nil, a pointer when it is not
// nil or the foreign key beside it is NULL. For a nil reverse one-to-one Loaded
// returns ErrCannotTell.
func Loaded[T any](src Source[T], obj *T, rel Rel[T]) (bool, error) {
	return stateIn[*T](src).isLoaded(obj, string(rel))
}

// isLoaded reports whether a relation of an object was loaded, along a path.
func (s *state) isLoaded(obj any, rel string) (bool, error) {
	if err := s.mistake(); err != nil {
		return false, err
	}
	path, err := s.path(rel)
	if err != nil {
		return false, err
	}
	if absent(obj) {
		return false, errNil(s.model.Name)
	}
	ctx := context.Background()
	owners, doubt := []reflect.Value{reflect.ValueOf(obj).Elem()}, error(nil)
	for _, r := range path {
		if r.Rel == nil {
			return false, s.mistaken(rel, fmt.Errorf("%s has no Go field for %s", r.From.Name, r.Name))
		}
		for _, o := range owners {
			switch loaded, known := isLoaded(ctx, query.Link{Rel: r}, o); {
			case !known:
				doubt = fmt.Errorf("%w: %s.%s is nil, so it was not loaded or there is none", errCannotTell, r.From.Name, r.Name)
			case !loaded:
				return false, nil
			}
		}
		owners = held(ctx, query.Link{Rel: r}, owners)
	}
	return doubt == nil, doubt
}
