package pgpool

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// stale reports that the server refused a prepared statement because the tables
// have changed since it was prepared, before it ran. pgx forgets the statement
// with the error, so that the next attempt on the same connection prepares
// anew. Messages are translated; the names of the server's functions are not.
func stale(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pgErr.Code == "0A000" && pgErr.Routine == "RevalidateCachedQuery" || // cached plan must not change result type
		pgErr.Code == "08P01" && pgErr.Routine == "PortalSetResultFormat") // bind message has 2 result formats but query has 3 columns
}

// Once is [Source.Do] for an fn that sends one statement and changes nothing of
// its own before the answer. Outside a transaction fn runs a second time when
// the server refused the statement as stale, which happens once for each
// connection after a table has changed. Inside one the refusal has aborted the
// transaction already.
func (s Source) Once(ctx context.Context, fn func(ctx context.Context, conn *pgx.Conn) error) error {
	return s.once(ctx, false, fn)
}

// once is [Source.Once]; reads says that fn leaves nothing behind.
func (s Source) once(ctx context.Context, reads bool, fn func(ctx context.Context, conn *pgx.Conn) error) error {
	if s.Tx(ctx) != nil {
		return s.do(ctx, reads, fn)
	}
	return s.pool.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		err := fn(ctx, conn)
		if stale(err) && conn.PgConn().TxStatus() == 'I' {
			return fn(ctx, conn)
		}
		return err
	})
}
