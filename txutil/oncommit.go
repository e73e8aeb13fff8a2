package txutil

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// AfterCommitError is the error of a callback of [OnCommit]. The transaction
// was committed before it.
type AfterCommitError struct{ Err error }

// Error implements error.
func (e *AfterCommitError) Error() string {
	return "txutil: the transaction was committed, a callback after it failed: " + e.Err.Error()
}

// Unwrap returns the callback's error.
func (e *AfterCommitError) Unwrap() error { return e.Err }

// Is reports whether target says that the transaction is committed, so that
// gormango.IsRetryable is false whatever the callback's error is.
func (e *AfterCommitError) Is(target error) bool { return target == pgpool.ErrCommitted }

// OnCommit registers fn to run after the outermost transaction of ctx has
// committed. Functions run in order of registration, none of them if its block
// or one around it rolls back. The context of fn is that of the outermost
// block, outside of the transaction. If fn fails, the function that committed
// returns [AfterCommitError] and later functions do not run. Outside a
// transaction fn runs at once and its error is returned unchanged. OnCommit
// itself runs no query.
func OnCommit(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error) error {
	tx := on(db).current(ctx)
	if tx == nil {
		return fn(ctx)
	}
	return tx.OnCommit(func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return &AfterCommitError{Err: err}
		}
		return nil
	})
}
