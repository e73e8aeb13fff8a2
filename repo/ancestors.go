package repo

import (
	"context"
	"unsafe"
)

// Node is a row above or below an object, and how many steps it is away.
type Node[T any] struct {
	Object *T
	Depth  int
}

// Ancestors returns the rows above an object by a foreign key of T to itself,
// the parent first: repo.Ancestors(ctx, categories, shoes, "parent"). Rows that
// src does not hold are left out, and walked through, but for those that a soft
// delete hides. depth is the most steps, 0 for all. A cycle ends where a row
// comes again. It runs two statements, a recursive one for the keys and src's
// for the rows. A relation that is no such key is a *FieldError, an object
// without a key ErrNoKey.
func Ancestors[T any](ctx context.Context, src Source[T], obj *T, rel Rel[T], depth int) ([]Node[T], error) {
	return walk(ctx, src, obj, rel, true, depth)
}

// Descendants is Ancestors for the rows below an object, its children first.
// Rows of one depth are in src's order.
func Descendants[T any](ctx context.Context, src Source[T], obj *T, rel Rel[T], depth int) ([]Node[T], error) {
	return walk(ctx, src, obj, rel, false, depth)
}

func walk[T any](ctx context.Context, src Source[T], obj *T, rel Rel[T], up bool, depth int) ([]Node[T], error) {
	objs, depths, err := stateIn[*T](src).Tree(ctx, obj, string(rel), up, depth)
	nodes := make([]Node[T], len(objs))
	for i, o := range objs {
		nodes[i] = Node[T]{(*T)(unsafe.Pointer(o)), depths[i]}
	}
	return nodes, err
}
