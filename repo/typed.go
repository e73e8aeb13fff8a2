package repo

import (
	"iter"
	"slices"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// What follows is where type parameters end: P is a pointer to a model, and a
// pointer is a pointer whatever it points to. The engine works without them, so
// that a program pays for it once and not for each model.
//
// Of each method of a type such as QuerySetOf the compiler makes a wrapper for
// each model. The methods are go:noinline, so that a wrapper is one call;
// inlined bodies cost a program of 50 models a quarter of its time to compile.

// rowsOf returns a state as a QuerySet, which is nothing but its state.
func rowsOf[P any](s *store.State) *QuerySetOf[P] { return (*QuerySetOf[P])(unsafe.Pointer(s)) }

// st returns the state of qs, nil for a nil QuerySet.
//
//go:noinline
func (qs *QuerySetOf[P]) st() *store.State { return (*store.State)(unsafe.Pointer(qs)) }

// objectOf returns a pointer to an object of the model with its type.
func objectOf[P any](at unsafe.Pointer, err error) (P, error) {
	return *(*P)(unsafe.Pointer(&at)), err
}

// objectsOf returns pointers to objects of the model with their type.
func objectsOf[P any](list []unsafe.Pointer, err error) ([]P, error) {
	return *(*[]P)(unsafe.Pointer(&list)), err
}

// sequenceOf returns a sequence of objects of the model with their type.
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

// with returns the objects of a call that takes at least one.
func with[P any](obj P, more []P) []any { return append([]any{obj}, anys(more)...) }

// texts returns names, relations or orderings as texts. The list is the
// caller's: what keeps it has to copy it.
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
	if !given(src) {
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
