package repo

import (
	"sync"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

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

// At is the place of a model's fields, seen from the model that a path begins
// at, which is "" itself. Generated code makes it.
type At string

// To returns the place that one more relation leads to.
func (a At) To(relation string) At { return At(join(string(a), relation)) }

// Once returns a function that calls make when it is first called; generated
// code makes the targets of relations with it. The result is kept for as long
// as the program runs.
func Once[T any](make func() T) func() T { return sync.OnceValue(make) }

// Path is a relation from the model that P points to, to the one that C points
// to. Generated relation types embed it, so that F.Book.Author() has its
// functions beside the fields of Author. A function that has to know both ends
// takes a Path[*M, *C]: pass F.Book.Author().Path, which names both.
type Path[P, C any] struct {
	// Rel returns the relation's name, for SelectRelated and similar methods:
	// "author", "author__publisher".
	Rel func() RelOf[P]
	// Is holds where the related row is obj, which must have been saved. A nil obj
	// means IsNull.
	Is func(obj C) CondOf[P]
	// IsNull holds where there is no related row.
	IsNull func() CondOf[P]
	// Some holds where at least one related row fulfils all of conds; without conds
	// where there is a related row at all.
	Some func(conds ...CondOf[C]) CondOf[P]
	// None holds where no related row fulfils all of conds; without conds where
	// there is no related row.
	None func(conds ...CondOf[C]) CondOf[P]
	// Every holds where all related rows fulfil all of conds, and where there is no
	// related row.
	Every func(conds ...CondOf[C]) CondOf[P]
}

// NewPath returns the relation that a path ends with. Generated code calls it;
// P and C are pointers to models.
func NewPath[P any, C comparable](at At) Path[P, C] {
	isNull := func() CondOf[P] {
		return CondOf[P]{query.Lookup(join(string(at), lookup.IsNull.String()), true)}
	}
	return Path[P, C]{
		Rel: func() RelOf[P] { return RelOf[P](at) },
		Is: func(obj C) CondOf[P] {
			var none C
			if obj == none {
				return isNull()
			}
			return CondOf[P]{query.Lookup(string(at), plainValue(obj))}
		},
		IsNull: isNull,
		Some:   func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), query.Some, conds) },
		None:   func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), query.NoRow, conds) },
		Every:  func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), query.Every, conds) },
	}
}

// join appends the next part of a lookup to a path, which may be empty.
func join(at, part string) string {
	if at == "" {
		return part
	}
	return at + lookup.Sep + part
}
