package main

import "context"

// readCases are the cases that change nothing.
func readCases(size Size) []Case {
	list := []Case{read("one by key", 1, func(ctx context.Context, p Peer) (any, error) { return p.One(ctx, 77) })}
	for _, n := range []int{10, 100, 1000, 10_000, 100_000} {
		list = append(list, read(count(n)+" rows", n, func(ctx context.Context, p Peer) (any, error) { return p.List(ctx, n) }))
	}
	list = append(list,
		read("60 columns, 100 rows", 100, func(ctx context.Context, p Peer) (any, error) { return p.Wide(ctx, 100) }),
		read("filter with a join, 100 rows", 100, func(ctx context.Context, p Peer) (any, error) { return p.Join(ctx, "city 7") }),
		read("select-related, 100 rows", 100, func(ctx context.Context, p Peer) (any, error) { return p.Related(ctx, 100) }),
	)
	for _, n := range []int{100, 1000} {
		if n <= size.Owners {
			list = append(list, read("prefetch "+count(n)+"×10", 11*n, func(ctx context.Context, p Peer) (any, error) { return p.Prefetch(ctx, n) }))
		}
	}
	return append(list,
		read("count", 1, func(ctx context.Context, p Peer) (any, error) { return p.Count(ctx, "city 7") }),
		read("exists", 1, func(ctx context.Context, p Peer) (any, error) { return p.Exists(ctx, "city 7") }),
		read("aggregate by group, 90 groups", 90, func(ctx context.Context, p Peer) (any, error) { return p.Groups(ctx, 900) }),
	)
}
