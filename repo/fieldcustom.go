package repo

import "github.com/gormango/gormango/internal/query"

// Through returns a typed field with a transform applied, a registered or a
// built-in one, as a field whose values are read as V:
//
//	books.Where(repo.Through[int](F.Book.Title, "length").Gt(10))
//
// A name that the field does not have is an error of the chain.
func Through[V, P any](f SelectableOf[P], transform string) *OrderedField[P, V] {
	return NewOrderedField[P, V]("", join(string(f.Name()), transform))
}

// Compare returns the condition that a typed field fulfils a lookup, a
// registered or a built-in one:
//
//	books.Where(repo.Compare(F.Book.Title, "not_equal", "Go"))
func Compare[P any](f SelectableOf[P], lookup string, v any) CondOf[P] {
	return CondOf[P]{query.Lookup(join(string(f.Name()), lookup), plainValue(v))}
}
