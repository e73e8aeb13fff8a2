// Package txutil carries a transaction in the context.
//
// [Atomic] opens a block; whatever gets the block's context runs in it:
// repositories, plain GORM calls by db.WithContext(ctx), and gormango.Native. A
// block inside a block is a savepoint. Each function takes the database beside
// the context, since a context may carry transactions of several databases.
//
// The database is one of gormango.Open. On one that GORM opened by itself
// Atomic, OnCommit, InTransaction and DB work for repositories and for GORM
// calls by DB(ctx, db), while db.WithContext(ctx) alone stays outside; the
// other functions give gormango.ErrNotOpened.
package txutil

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// Atomic runs fn in a transaction, or in a savepoint where ctx or db already is
// in one, and commits when fn returns nil. An error, a panic and runtime.Goexit
// of fn roll back; the error is returned, the panic goes on. Only work with the
// context that fn gets belongs to the block.
//
// The end of ctx rolls a transaction back. A block whose statement failed
// commits nothing, even if fn hides the error: Atomic then gives
// pgx.ErrTxCommitRollback with that error. After an inner block has failed and
// rolled back, the outer one may go on. gormango.ErrCommitUnknown says that no
// answer to the commit came, [AfterCommitError] that a callback of [OnCommit]
// failed after it. Atomic sends BEGIN and COMMIT, or SAVEPOINT and RELEASE.
func Atomic(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error, opts ...Option) error {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	source, ok := pgpool.Of(db)
	if !ok {
		return foreignBlock(ctx, db, fn, o)
	}
	outer := source.Tx(ctx)
	if err := o.check(outer != nil); err != nil {
		return err
	}
	if outer != nil && o.noSavepoint {
		return joined(ctx, outer, fn)
	}
	if o.attempts == 0 {
		return block(ctx, source, fn, o)
	}
	return retry(ctx, o.attempts, func() error { return block(ctx, source, fn, o) })
}

// block is one attempt.
func block(ctx context.Context, source pgpool.Source, fn func(ctx context.Context) error, o options) error {
	tx, err := source.Begin(ctx, o.tx)
	if err != nil {
		return err
	}
	return within(func() error { return fn(pgpool.WithTx(ctx, tx)) }, func() (ended bool, err error) {
		err = tx.Commit()
		return !errors.Is(err, gormango.ErrConnBusy), err
	}, tx.Rollback)
}

// within runs fn in a block that has begun. commit reports whether the block
// has ended; where it has not, and after an error, a panic and Goexit of fn,
// rollback ends it.
func within(fn func() error, commit func() (ended bool, err error), rollback func() error) (err error) {
	ended := false
	defer func() {
		// Also the way of a panic and of Goexit, which a recover would lose.
		if ended {
			return
		}
		if failed := rollback(); failed != nil && err != nil {
			err = fmt.Errorf("%w (and its rollback failed: %w)", err, failed)
		}
	}()
	if err = fn(); err != nil {
		return err
	}
	ended, err = commit()
	return err
}

// joined is a block without a savepoint of its own.
func joined(ctx context.Context, outer *pgpool.Tx, fn func(ctx context.Context) error) (err error) {
	returned := false
	defer func() {
		switch {
		case !returned:
			outer.Fail(errors.New("it ended by a panic"))
		case err != nil:
			outer.Fail(err)
		}
	}()
	err = fn(pgpool.WithTx(ctx, outer))
	returned = true
	return err
}
