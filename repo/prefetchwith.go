package repo

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
