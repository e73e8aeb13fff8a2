package repo

import (
	"context"
)

// PrefetchOption is an option of Prefetch.
type PrefetchOption struct{ field string }

// ToField loads into another field of the object than the relation's own,
// Django's to_attr: a field of the relation's type that no column or relation
// belongs to (`gorm:"-"`). A field of the type []Row[C] or []*Row[C], or Row[C]
// or *Row[C] for a relation to one, takes the annotations of the QuerySet too.
// Later paths name the field: PrefetchRelated("VisibleTags__posts").
func ToField(name string) PrefetchOption {
	return PrefetchOption{field: name}
}

// Prefetch is PrefetchRelated with a QuerySet that sets which related rows are
// loaded, in which order, and what is loaded with them:
//
//	books.Prefetch("tags", tags.Filter("hidden", false).OrderBy("name"), repo.ToField("VisibleTags"))
//
// A slice of the QuerySet applies to each object by itself; a set operation is
// ErrCombined. Annotations are read where ToField names a field of Row. A
// relation that an earlier call prefetches is a *FieldError, since its rows are
// loaded once: load others into a field of their own. Where SelectRelated joins
// the relation its object stays.
//
//go:noinline
func (qs *QuerySetOf[P]) Prefetch(rel RelOf[P], with AnySource, opts ...PrefetchOption) *QuerySetOf[P] {
	var field string
	for _, o := range opts {
		if o.field != "" {
			field = o.field
		}
	}
	return rowsOf[P](qs.st().PrefetchWith(string(rel), exprOf(with).n, field))
}

// Load loads relations of objects in memory, as PrefetchRelated does when rows
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
