package pgpool

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Read is [Source.Once] for work that only reads table, and may run on a
// replica; an empty table keeps it on the primary. It runs again on another
// server where a replica does not answer, so it begins anew each time.
func (s Source) Read(ctx context.Context, table string, w Work) error {
	if table == "" || !s.routes(ctx) {
		return s.once(ctx, table != "", w)
	}
	return s.pool.route(ctx, table, func(p *Pool) (bool, error) {
		return false, Source{pool: p}.Once(ctx, w)
	})
}

// routes reports whether a read with ctx may leave the primary.
func (s Source) routes(ctx context.Context) bool {
	return s.pool.replicas != nil && s.tx == nil && s.pool.TxFrom(ctx) == nil
}

// Cursor runs fn with a transaction for reading table by a cursor, and commits
// it; fn gets the server's source and a context that carries the transaction.
// On a replica the transaction is read-only, and fn runs again on another
// server where the replica does not answer and fn has not done anything with
// rows, as its first result reports. It is for use outside of a transaction.
func (s Source) Cursor(ctx context.Context, table string, fn func(ctx context.Context, s Source) (done bool, err error)) error {
	run := func(p *Pool) (done bool, err error) {
		s := Source{pool: p}
		var opts pgx.TxOptions
		if p.readOnly {
			opts.AccessMode = pgx.ReadOnly
		}
		tx, err := s.Begin(ctx, opts)
		if err != nil {
			return false, err
		}
		tx.session.cursor = true             // hooks that write in it say so themselves
		defer func() { _ = tx.Rollback() }() // it has read only; after Commit this does nothing
		if done, err = fn(WithTx(ctx, tx), s); err != nil {
			return done, err
		}
		err = tx.Commit()
		if p.readOnly && (errors.Is(err, ErrConnectionLost) || errors.Is(err, ErrCommitUnknown)) {
			err = nil // every row has come, and there was nothing to keep
		}
		return true, err
	}
	if table == "" || !s.routes(ctx) {
		_, err := run(s.pool)
		return err
	}
	return s.pool.route(ctx, table, run)
}

// Sent notes in the scope of ctx that query was sent by [Source.Once] or
// [Source.Do]; see [Scoped].
func (s Source) Sent(ctx context.Context, query string) { s.pool.sent(ctx, query) }

// SameServer is [Scoped] where reads of s may leave the primary, so that reads
// which belong together are of one server.
func (s Source) SameServer(ctx context.Context) context.Context {
	if !s.routes(ctx) {
		return ctx
	}
	return Scoped(ctx)
}
