// Package txutil carries a transaction in the context.
//
// [Atomic] opens a block. All calls with the block's context run in it:
// repositories, plain GORM calls by db.WithContext(ctx), and gormango.Native. A
// block inside a block is a savepoint. Each function takes the database in
// addition to the context, since a context may carry transactions of several
// databases.
//
// The database must be one of gormango.Open. For one of gorm.Open, Atomic,
// OnCommit, InTransaction and DB work with repositories and with GORM calls by
// DB(ctx, db), while calls by db.WithContext(ctx) stay outside. The other
// functions return gormango.ErrNotOpened, and so does OnCommit in a transaction
// that GORM began, whose commit is not known.
package txutil

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Atomic runs fn in a transaction, or in a savepoint if ctx or db is in one
// already, and commits if fn returns nil. An error, a panic and runtime.Goexit
// of fn roll back. The error is returned, the panic continues. Only work with
// the context of fn belongs to the block.
//
// The end of ctx rolls a transaction back. A block with a failed statement
// commits nothing, even if fn hides the error: Atomic then returns
// pgx.ErrTxCommitRollback with that error. After an inner block has failed and
// rolled back, the outer one can continue. gormango.ErrCommitUnknown reports
// that the commit got no answer, [AfterCommitError] that a callback of
// [OnCommit] failed after it. Atomic sends BEGIN and COMMIT, or SAVEPOINT and
// RELEASE. BEGIN goes with the first statement of the block, as in Django, so
// that a block without statements sends nothing.
//
// Inner blocks of goroutines take turns, and a block does not commit while one
// inside it is open: both may return gormango.ErrConnBusy. If the rollback of
// an inner block has undone what another block wrote meanwhile, that block
// fails too.
func Atomic(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error, opts ...Option) error {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	source := on(db)
	outer := source.current(ctx)
	if err := o.check(outer != nil, outer != nil && outer.IsStandIn()); err != nil {
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

// block runs one attempt. If fn or the commit leaves the block open, by an
// error, a panic or Goexit, it rolls back.
func block(ctx context.Context, source source, fn func(ctx context.Context) error, o options) (err error) {
	tx, err := source.begin(ctx, o.tx)
	if err != nil {
		return err
	}
	returned, release := false, hold(tx)
	defer func() {
		release() // callbacks after the end are outside of the block
		// A panic and Goexit, which a recover would lose, come here too.
		if returned && err == nil {
			return
		}
		failed := tx.Rollback()
		if failed != nil && err != nil && !(returned && errors.Is(failed, sql.ErrTxDone)) { // the commit has ended it
			err = fmt.Errorf("%w (and its rollback failed: %w)", err, failed)
		}
	}()
	if err = fn(tx.carried(ctx)); err != nil {
		return err
	}
	returned = true
	release()
	return tx.Commit()
}

// hold notes that the goroutine is in the block of tx, for
// gormango.Config.WarnOutside, until release is called.
func hold(tx transaction) (release func()) {
	if h, ok := tx.(interface{ Hold() func() }); ok {
		return h.Hold()
	}
	return func() {}
}

// joined runs a block without a savepoint of its own.
func joined(ctx context.Context, outer transaction, fn func(ctx context.Context) error) (err error) {
	returned := false
	defer func() {
		switch {
		case !returned:
			outer.Fail(errors.New("it ended by a panic"))
		case err != nil:
			outer.Fail(err)
		}
	}()
	err = fn(outer.carried(ctx))
	returned = true
	return err
}
