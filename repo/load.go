package repo

import (
	"context"
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
	return stateIn[*T](src).Load(ctx, anys(objs), texts(rels))
}

// Loaded reports whether a relation of an object was loaded; for a path,
// whether every relation along it was, of all objects there. It runs no
// statement. A slice was loaded when it is not nil, a pointer when it is not
// nil or the foreign key beside it is NULL. For a nil reverse one-to-one Loaded
// returns ErrCannotTell.
func Loaded[T any](src Source[T], obj *T, rel Rel[T]) (bool, error) {
	return stateIn[*T](src).IsLoaded(obj, string(rel))
}
