package txutil

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// AfterCommitError is the error of a callback of [OnCommit]. The transaction
// was committed before.
type AfterCommitError struct{ Err error }

// Error implements error.
func (e *AfterCommitError) Error() string {
	return "txutil: the transaction was committed, a callback after it failed: " + e.Err.Error()
}

// Unwrap returns the callback's error.
func (e *AfterCommitError) Unwrap() error { return e.Err }

// OnCommit has fn run once the outermost transaction of ctx has committed,
// after those registered before it; never if its block or one around it rolls
// back. fn gets a context outside of the transaction, that of the outermost
// block. When fn fails, the function that committed returns [AfterCommitError]
// and later callbacks do not run. Outside a transaction fn runs at once and its
// error is returned as it is. OnCommit itself runs no query.
func OnCommit(ctx context.Context, db *gorm.DB, fn func(ctx context.Context) error) error {
	source, ok := pgpool.Of(db)
	if !ok {
		return foreignOnCommit(ctx, db, fn)
	}
	tx := source.Tx(ctx)
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
