package repo

import (
	"iter"
	"slices"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// The functions of this file convert between types with and without type
// parameters. P is a pointer to a model, and all pointers have the same
// representation. The engine works without type parameters, so that a program
// contains it once and not for each model.
//
// The compiler makes a wrapper of each method of QuerySetOf for each model. The
// methods are go:noinline, so that a wrapper is one call; inlined bodies cost a
// program of 50 models a quarter of its time to compile.

// rowsOf returns a state as a QuerySet of its rows.
func rowsOf[P any](s *store.State) *QuerySetOf[P] { return (*QuerySetOf[P])(unsafe.Pointer(s)) }

// st returns the state of qs, nil for a nil QuerySet.
//
//go:noinline
func (qs *QuerySetOf[P]) st() *store.State { return (*store.State)(unsafe.Pointer(qs)) }

// objectOf returns a pointer to an object as P.
func objectOf[P any](at unsafe.Pointer, err error) (P, error) {
	return *(*P)(unsafe.Pointer(&at)), err
}

// objectsOf returns pointers to objects as P.
func objectsOf[P any](list []unsafe.Pointer, err error) ([]P, error) {
	return *(*[]P)(unsafe.Pointer(&list)), err
}

// sequenceOf returns a sequence of pointers to objects as P.
func sequenceOf[P any](seq iter.Seq2[unsafe.Pointer, error]) iter.Seq2[P, error] {
	return *(*iter.Seq2[P, error])(unsafe.Pointer(&seq))
}

// anys returns pointers to objects as interfaces.
func anys[P any](objs []P) []any {
	out := make([]any, len(objs))
	for i, o := range objs {
		out[i] = o
	}
	return out
}

// objectsWith returns the objects of a call that takes at least one.
func objectsWith[P any](obj P, more []P) []any { return append([]any{obj}, anys(more)...) }

// texts returns names, relations or orderings as strings. The result shares
// memory with names, so a function that keeps it must copy it.
func texts[S ~string](names []S) []string { return *(*[]string)(unsafe.Pointer(&names)) }

// trees returns conditions without their type.
func trees[P any](conds []CondOf[P]) []*query.Cond {
	return slices.Clone(*(*[]*query.Cond)(unsafe.Pointer(&conds)))
}

// statesOf returns the states of sources, nil for a nil source.
func statesOf[P any](sources []SourceOf[P]) []*store.State {
	out := make([]*store.State, len(sources))
	for i, src := range sources {
		out[i] = stateIn(src)
	}
	return out
}

// stateIn returns the state of a source, nil for a nil source.
func stateIn[P any](src SourceOf[P]) *store.State {
	if !notNil(src) {
		return nil
	}
	return src.querySet().st()
}

// orders returns the terms of an order without their type.
func orders(terms []Term) []query.Order {
	out := make([]query.Order, len(terms))
	for i, t := range terms {
		out[i] = t.o
	}
	return out
}
