package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Op is one operation of a case. It returns what the peer has read, or written
// with its keys.
type Op func(ctx context.Context) (any, error)

// Case is a kind of work that every peer does.
type Case struct {
	Name string
	Rows int // that an operation reads or writes
	// Reset prepares the tables for the operations of a round, nil for nothing.
	Reset func(ctx context.Context, db *pgxpool.Pool, ops int) error
	// Ops returns the operations first to first+n-1 of a round, with inputs of
	// their own.
	Ops func(p Peer, first, n int) []Op
	// Left selects what a write has left in the tables, "" for a read.
	Left string
}

// read returns a case whose operations are all the same and change nothing.
func read(name string, rows int, op func(ctx context.Context, p Peer) (any, error)) Case {
	return Case{Name: name, Rows: rows, Ops: func(p Peer, _, n int) []Op {
		ops := make([]Op, n)
		for i := range ops {
			ops[i] = func(ctx context.Context) (any, error) { return op(ctx, p) }
		}
		return ops
	}}
}

// cases returns all cases for data of a size, in the order of the report.
// Those of more rows than there are are left out.
func cases(size Size) []Case {
	var list []Case
	for _, c := range append(readCases(size), writeCases(size)...) {
		if c.Rows <= size.Items {
			list = append(list, c)
		}
	}
	return list
}

// count returns a number with commas.
func count(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", count(n/1000), n%1000)
}
