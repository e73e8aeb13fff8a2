package repo

// Only loads the named columns of objects, and the key. It replaces an earlier
// Only. Columns that are not loaded are zero in the object, so save such an
// object with named fields. "author__name" is a column of an object that
// SelectRelated joins. Columns by which prefetched rows are found are loaded
// too.
//
//go:noinline
func (qs *QuerySetOf[P]) Only(fields ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Only(texts(fields)))
}

// Defer leaves the named columns of objects out, in addition to those of an
// earlier Defer. Without names every column is loaded again.
//
//go:noinline
func (qs *QuerySetOf[P]) Defer(fields ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Deferred(texts(fields)))
}

// Deferred returns the columns that objects come without, because of Only or
// Defer. With the name of a relation that SelectRelated joins it returns those
// of the relation's objects.
//
//go:noinline
func (qs *QuerySetOf[P]) Deferred(rel ...RelOf[P]) []NameOf[P] {
	var names []NameOf[P]
	for _, name := range qs.st().Omitted(texts(rel)) {
		names = append(names, NameOf[P](name))
	}
	return names
}

// SelectRelated loads objects of relations to one by joins in the same
// statement: tracks.SelectRelated("album", "album__artist"). Without names it
// loads every foreign key that is not nullable, five levels deep.
//
//go:noinline
func (qs *QuerySetOf[P]) SelectRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().SelectRelated(texts(rels)))
}

// NoSelectRelated removes the relations that SelectRelated set.
//
//go:noinline
func (qs *QuerySetOf[P]) NoSelectRelated() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unrelated())
}

// PrefetchRelated loads relations of every kind by one statement each,
// regardless of the number of rows: playlists.PrefetchRelated("tracks",
// "tracks__album"). Related rows are shared between the objects that refer to
// them through a pointer. A slice without rows is made empty, so that nil means
// "not loaded". Relations that SelectRelated or an earlier Prefetch loads are
// not loaded again, so that a path may continue from them. The field of ToField
// stands in a path under its own name: "VisibleTags__posts".
//
//go:noinline
func (qs *QuerySetOf[P]) PrefetchRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Prefetched(texts(rels)))
}

// NoPrefetch removes the relations that PrefetchRelated and Prefetch set.
//
//go:noinline
func (qs *QuerySetOf[P]) NoPrefetch() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unprefetched())
}
