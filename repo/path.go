package repo

import (
	"sync"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// At is where the fields of a model are, seen from the model that a path begins
// at, which is "" itself. Generated code makes it.
type At string

// To goes on by one relation.
func (a At) To(relation string) At { return At(join(string(a), relation)) }

// Once makes what a relation leads to when it is first asked for; generated code
// calls it. What was made is kept for as long as the program runs.
func Once[T any](make func() T) func() T { return sync.OnceValue(make) }

// Path is a relation from the model that P points to, to the one that C points to.
// Generated relation types embed it, so that F.Book.Author() has its functions beside
// the fields of Author. A function that has to know both ends takes a Path[*M, *C]:
// give it F.Book.Author().Path, which names both.
type Path[P, C any] struct {
	// Rel is the relation's name, for SelectRelated and its kin: "author", "author__publisher".
	Rel func() RelOf[P]
	// Is holds where the related row is obj, which must have been saved. A nil obj means IsNull.
	Is func(obj C) CondOf[P]
	// IsNull holds where there is no related row.
	IsNull func() CondOf[P]
	// Some holds where at least one related row fulfils all of conds; without conds
	// where there is a related row at all.
	Some func(conds ...CondOf[C]) CondOf[P]
	// None holds where no related row fulfils all of conds; without conds where there is no related row.
	None func(conds ...CondOf[C]) CondOf[P]
	// Every holds where all related rows fulfil all of conds, which they do where there is none.
	Every func(conds ...CondOf[C]) CondOf[P]
}

// NewPath is the relation that a path ends with. Generated code calls it, P and C being pointers to models.
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
		Some:   func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), quantSome, conds) },
		None:   func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), quantNone, conds) },
		Every:  func(conds ...CondOf[C]) CondOf[P] { return quantified[P](string(at), quantEvery, conds) },
	}
}

// join puts the next part of a lookup behind a path, which may be empty.
func join(at, part string) string {
	if at == "" {
		return part
	}
	return at + lookup.Sep + part
}
