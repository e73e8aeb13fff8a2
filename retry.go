package gormango

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/pgpool"
)

// retryable are the codes after which nothing of the transaction is saved and
// the next attempt may succeed.
var retryable = map[string]bool{
	"40001": true, // serialization failure
	"40P01": true, // deadlock
	"53300": true, // too many connections: comes instead of a connection
	"57P03": true, // the server starts up, shuts down or recovers: likewise
}

// severed are the codes with which a server ends the connection. Only inside a
// transaction they mean that nothing is saved.
var severed = map[string]bool{
	"57P01": true, // ended by an administrator
	"57P02": true, // crash of another backend
	"57P05": true, // idle_session_timeout
	"25P03": true, // idle_in_transaction_session_timeout
	"25P04": true, // transaction_timeout
	"08000": true, "08001": true, "08003": true, "08004": true, "08006": true,
}

// rolledBack is implemented by those errors of package pgpool that broke a
// transaction before its COMMIT was sent.
type rolledBack interface {
	error
	RolledBack() bool
}

// IsRetryable reports whether the whole transaction that failed with err may
// run again: nothing of it was saved, and the cause may pass. That holds for a
// serialization failure (SQLSTATE 40001), a deadlock (40P01), a server that
// accepted no connection (53300, 57P03, a *pgconn.ConnectError, unless it
// refused the user or there is no such database), a prepared statement whose
// table or type has changed since (0A000), and a connection that broke inside
// the transaction before COMMIT was sent.
//
// It is false after a commit (txutil.AfterCommitError), where the outcome is
// unknown ([ErrCommitUnknown]; [ErrConnectionLost] of a statement outside a
// transaction), for the end of a context, for a [PoolTimeoutError], whose next
// wait would be as long, and for everything that would fail again. It runs no
// query.
func IsRetryable(err error) bool {
	if err == nil || errors.Is(err, ErrCommitUnknown) || errors.Is(err, pgpool.ErrCommitted) {
		return false
	}
	pgErr, fromServer := errors.AsType[*pgconn.PgError](err)
	if is[*pgconn.ConnectError](err) { // first: a dial that timed out looks like the end of a context
		return !fromServer || retryable[pgErr.Code] || severed[pgErr.Code]
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	back, inside := errors.AsType[rolledBack](err)
	inside = inside && back.RolledBack()
	if fromServer {
		return retryable[pgErr.Code] || inside && severed[pgErr.Code] || pgpool.Outdated(err)
	}
	return inside && errors.Is(err, ErrConnectionLost)
}
