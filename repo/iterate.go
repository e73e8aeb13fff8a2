package repo

import (
	"context"
	"iter"
)

// Iter reads the rows by a cursor, 2,000 at a time, so that memory stays flat:
//
//	for book, err := range books.Iter(ctx) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// The pair with an error is the last. Leaving the loop closes the cursor.
// Inside a transaction the cursor belongs to the transaction, and the loop may
// run statements of its own. Outside, the cursor holds a connection and a
// transaction of its own until the loop ends, on a replica where the database
// has some. Each prefetched relation costs a statement for each chunk.
//
// A Save in the loop keeps its object until the transaction ends when the model
// has times or a version that Save fills, since a rollback restores them.
// Update by the key keeps nothing.
//
//go:noinline
func (qs *QuerySetOf[P]) Iter(ctx context.Context) iter.Seq2[P, error] {
	return sequenceOf[P](qs.st().Rows(ctx))
}
