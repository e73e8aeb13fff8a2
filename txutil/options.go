package txutil

import (
	"errors"

	"github.com/jackc/pgx/v5"
)

// ErrDurable reports a block of [Durable] inside a transaction.
var ErrDurable = errors.New("txutil: a durable block inside a transaction (open it outside, or drop Durable)")

// ErrOutermost reports a block inside a transaction with an option of the
// outermost block: [Isolation], [ReadOnly], [Deferrable] or [Retry].
var ErrOutermost = errors.New("txutil: isolation, access mode, deferrable and retry belong to the outermost block (set them there)")

// Option is a setting of [Atomic].
type Option func(*options)

type options struct {
	durable     bool
	noSavepoint bool
	attempts    int // 0: no Retry
	tx          pgx.TxOptions
}

func (o options) outermost() bool { return o.attempts != 0 || o.tx != (pgx.TxOptions{}) }

// Durable makes [Atomic] return [ErrDurable] inside a transaction, so that the
// work of a block that returns nil is saved. The transaction of repotest.Tx
// does not count. Default: a block inside a transaction is a savepoint.
func Durable() Option { return func(o *options) { o.durable = true } }

// WithoutSavepoint makes a block inside a transaction a part of the block
// around it, which saves two round trips. If it fails, its work cannot be
// undone alone: the block around it refuses further statements and rolls back.
// Outside a transaction it has no effect. Default: a savepoint.
func WithoutSavepoint() Option { return func(o *options) { o.noSavepoint = true } }

// A Level is the isolation of a transaction from concurrent ones.
type Level string

// The levels of PostgreSQL. In RepeatableRead and Serializable a correct block
// may fail with SQLSTATE 40001: use [Retry].
const (
	ReadCommitted  Level = "read committed"  // each statement sees what was committed before it; the server's default
	RepeatableRead Level = "repeatable read" // all statements see what was committed before the first one
	Serializable   Level = "serializable"    // as if transactions ran one after the other
)

// Isolation sets the isolation level of a transaction. Inside a transaction
// [Atomic] returns [ErrOutermost]. Default: the server's
// default_transaction_isolation, read committed unless it was changed.
func Isolation(level Level) Option {
	return func(o *options) { o.tx.IsoLevel = pgx.TxIsoLevel(level) }
}

// ReadOnly makes the server refuse writes in the transaction with SQLSTATE
// 25006. Inside a transaction [Atomic] returns [ErrOutermost]. Default: reads
// and writes.
func ReadOnly() Option { return func(o *options) { o.tx.AccessMode = pgx.ReadOnly } }

// Deferrable makes a transaction that is both [Serializable] and [ReadOnly]
// wait until it can neither fail with 40001 nor make others fail, for long
// reports. Without those two it has no effect. Inside a transaction [Atomic]
// returns [ErrOutermost]. Default: the transaction starts at once.
func Deferrable() Option { return func(o *options) { o.tx.DeferrableMode = pgx.Deferrable } }

var levels = map[pgx.TxIsoLevel]bool{"": true, pgx.ReadCommitted: true, pgx.RepeatableRead: true, pgx.Serializable: true}

func (o options) check(inside, test bool) error {
	switch {
	case !levels[o.tx.IsoLevel]:
		return errors.New("txutil: isolation level \"" + string(o.tx.IsoLevel) + "\" is unknown (use ReadCommitted, RepeatableRead or Serializable)")
	case o.attempts < 0:
		return errRetryCount
	case inside && !test && o.durable:
		return ErrDurable
	case inside && o.outermost():
		return ErrOutermost
	}
	return nil
}
