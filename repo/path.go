package repo

import "github.com/gormango/gormango/internal/lookup"

// Relation is a relation of M that leads to C, at any depth: what a function takes
// that has to know both ends. The relation types that gormango gen writes are ones.
type Relation[M, C any] interface {
	// Rel is the relation's name: "author", "author__publisher".
	Rel() Rel[M]
	relation() (M, C)
}

// Path is a relation from M to C. Generated relation types embed it, so that
// F.Book.Author() has its methods beside the fields of Author.
type Path[M, C any] struct{ at string }

// Root is where the paths of a model begin: Root[Book]{}.Path().
type Root[M any] struct{}

// Path is the model itself. Generated code gives it to the fields of F.
func (Root[M]) Path() Path[M, M] { return Path[M, M]{} }

// NewPath goes on from a path by one relation. Generated code calls it.
func NewPath[M, C, P any](from Path[M, P], name string) Path[M, C] {
	return Path[M, C]{join(from.at, name)}
}

func (p Path[M, C]) relation() (m M, c C) { return m, c }

// Rel is the relation's name, for SelectRelated and its kin: "author", "author__publisher".
func (p Path[M, C]) Rel() Rel[M] { return Rel[M](p.at) }

// Is holds where the related row is obj, which must have been saved. A nil obj means IsNull.
func (p Path[M, C]) Is(obj *C) Cond[M] {
	if obj == nil {
		return p.IsNull()
	}
	return lookupCond[M](p.at, obj)
}

// IsNull holds where there is no related row.
func (p Path[M, C]) IsNull() Cond[M] { return lookupCond[M](join(p.at, lookup.IsNull.String()), true) }

// Some holds where at least one related row fulfils all of conds; without conds
// where there is a related row at all.
func (p Path[M, C]) Some(conds ...Cond[C]) Cond[M] { return quantified[M](p.at, quantSome, conds) }

// None holds where no related row fulfils all of conds; without conds where there is no related row.
func (p Path[M, C]) None(conds ...Cond[C]) Cond[M] { return quantified[M](p.at, quantNone, conds) }

// Every holds where all related rows fulfil all of conds, which they do where there is none.
func (p Path[M, C]) Every(conds ...Cond[C]) Cond[M] { return quantified[M](p.at, quantEvery, conds) }

// join puts the next part of a lookup behind a path, which may be empty.
func join(at, part string) string {
	if at == "" {
		return part
	}
	return at + lookup.Sep + part
}
