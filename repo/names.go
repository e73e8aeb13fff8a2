package repo

// Lookup, Name, Rel and Ordering are strings tied to a model: an untyped
// constant converts to them implicitly, a variable needs the conversion
// (repo.Ordering[Book](s)) and is checked against the model all the same.
type (
	// Lookup is a path, transforms and an operator: "title", "pages__gte",
	// "author__name__icontains".
	Lookup[M any] = LookupOf[*M]
	// Name is a column or relation: "title", "author".
	Name[M any] = NameOf[*M]
	// Rel is a relation: "author", "tags".
	Rel[M any] = RelOf[*M]
	// Ordering is a name, "-" in front for descending and "nulls first" or
	// "nulls last" behind: "title", "-published", "-published nulls last".
	Ordering[M any] = OrderingOf[*M]
	// Ref is a name inside an expression: F("stock").
	Ref string

	// LookupOf is the type that Lookup is an alias of; P is a pointer to the
	// model.
	LookupOf[P any] string
	// NameOf is the type that Name is an alias of; P is a pointer to the model.
	NameOf[P any] string
	// RelOf is the type that Rel is an alias of; P is a pointer to the model.
	RelOf[P any] string
	// OrderingOf is the type that Ordering is an alias of; P is a pointer to
	// the model.
	OrderingOf[P any] string
)

// NullsFirst places NULLs first.
//
//go:noinline
func (o OrderingOf[P]) NullsFirst() OrderingOf[P] { return o + " nulls first" }

// NullsLast places NULLs last.
//
//go:noinline
func (o OrderingOf[P]) NullsLast() OrderingOf[P] { return o + " nulls last" }
