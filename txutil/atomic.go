// Package txutil carries a transaction in the context.
//
// [Atomic] opens a block; whatever gets the block's context runs in it: repositories, plain GORM calls
// by db.WithContext(ctx), and gormango.Native. A block inside a block is a savepoint. Each function
// takes the database beside the context, since a context may carry transactions of several databases.
//
// The database must be one of gormango.Open; elsewhere the functions give gormango.ErrNotOpened.
package txutil

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// ErrDurable says that a block of [Durable] was opened inside a transaction.
var ErrDurable = errors.New("txutil: a durable block inside a transaction (open it outside, or drop Durable)")

// Option is a setting of [Atomic].
type Option func(*options)

type options struct{ durable bool }

// Durable has [Atomic] refuse with [ErrDurable] to run inside a transaction: when the block returns nil,
// its work is saved. Default: a block inside a transaction is a savepoint.
func Durable() Option { return func(o *options) { o.durable = true } }

// Atomic runs fn in a transaction, or in a savepoint where ctx or db already is in one, and commits when
// fn returns nil. An error, a panic and runtime.Goexit of fn roll back; the error is returned, the panic
// goes on. Only work with the context that fn gets belongs to the block.
//
// The end of ctx rolls a transaction back. A block whose statement failed commits nothing, even if fn
// hides the error: Atomic then gives pgx.ErrTxCommitRollback with that error. After an inner block has
// failed and rolled back, the outer one may go on. gormango.ErrCommitUnknown says that no answer to the
// commit came, [AfterCommitError] that a callback of [OnCommit] failed after it. Atomic sends BEGIN and
// COMMIT, or SAVEPOINT and RELEASE.
func Atomic(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error, opts ...Option) (err error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	source, ok := pgpool.Of(db)
	if !ok {
		return gormango.ErrNotOpened
	}
	if o.durable && source.Tx(ctx) != nil {
		return ErrDurable
	}
	tx, err := source.Begin(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	returned := false
	defer func() {
		// Also the way of a panic and of Goexit, which a recover would lose.
		if returned {
			return
		}
		if rollbackErr := tx.Rollback(); rollbackErr != nil && err != nil {
			err = fmt.Errorf("%w (and its rollback failed: %w)", err, rollbackErr)
		}
	}()
	if err = fn(pgpool.WithTx(ctx, tx)); err != nil {
		return err
	}
	err = tx.Commit()
	if errors.Is(err, gormango.ErrConnBusy) {
		return err // still open: roll it back
	}
	returned = true
	return err
}
