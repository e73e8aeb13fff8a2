package repo

// Lookup, Name, Rel and Ordering are strings tied to a model: an untyped
// constant converts to them by itself, a variable needs the conversion
// (repo.Ordering[Book](s)) and is checked against the model all the same.
type (
	// Lookup is a path, transforms and an operator: "title", "pages__gte", "author__name__icontains".
	Lookup[M any] string
	// Name is a column or relation: "title", "author".
	Name[M any] string
	// Rel is a relation: "author", "tags".
	Rel[M any] string
	// Ordering is a name, "-" in front for descending and "nulls first" or
	// "nulls last" behind: "title", "-published", "-published nulls last".
	Ordering[M any] string
	// Ref is a name inside an expression: F("stock").
	Ref string
)

// NullsFirst places NULLs first.
func (o Ordering[M]) NullsFirst() Ordering[M] { return o + " nulls first" }

// NullsLast places NULLs last.
func (o Ordering[M]) NullsLast() Ordering[M] { return o + " nulls last" }
