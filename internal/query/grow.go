package query

import "sync/atomic"

// room is the array behind a list that queries share, each a part of it from
// the front.
type room[T any] struct {
	base *T
	used atomic.Int64 // how many of its places hold something
}

// fewShared is how long a list is copied whole when something is added.
const fewShared = 16

// grown returns a list with more at its end, and its room. The list itself
// stays as it is, for those that hold it. Of the lists that are grown from one,
// the first takes the room that is left behind it; the others copy it, so that
// a list made one by one costs no copy for each.
func grown[T any](list []T, r *room[T], more ...T) ([]T, *room[T]) {
	n := len(list)
	if n < fewShared {
		return append(list[:n:n], more...), nil
	}
	if r != nil && r.base == &list[0] && n+len(more) <= cap(list) && r.used.CompareAndSwap(int64(n), int64(n+len(more))) {
		return append(list, more...), r
	}
	out := make([]T, n, 2*(n+len(more)))
	copy(out, list)
	out = append(out, more...)
	r = &room[T]{base: &out[0]}
	r.used.Store(int64(len(out)))
	return out, r
}
