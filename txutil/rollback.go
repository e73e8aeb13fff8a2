package txutil

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// ErrNoTransaction reports a call outside of a transaction that must be inside.
var ErrNoTransaction = errors.New("txutil: no transaction (call it inside Atomic, with the block's context)")

// inside returns the source of db and the transaction of ctx.
func inside(ctx context.Context, db *gorm.DB) (src pgpool.Source, tx *pgpool.Tx, err error) {
	src, ok := pgpool.Of(db)
	if !ok {
		return src, nil, gormango.ErrNotOpened
	}
	if tx = src.Tx(ctx); tx == nil {
		err = ErrNoTransaction
	}
	return src, tx, err
}

// SetRollback marks the innermost block of ctx to roll back at its end although
// it returns no error: [Atomic] then returns nil. Until then the block can run
// statements. It serves trial runs. A block of [WithoutSavepoint] ends with the
// block around it, which is then the one that rolls back. Outside a transaction
// the error is [ErrNoTransaction]. It runs no query.
func SetRollback(ctx context.Context, db *gorm.DB) error {
	_, tx, err := inside(ctx, db)
	if err != nil {
		return err
	}
	return tx.SetRollback()
}

// AfterRollback registers fn to run after the innermost block of ctx, or one
// around it, has rolled back, for example to remove a file that was written
// with a row. Functions run in reverse order of registration. fn does not run
// if the block commits, nor after gormango.ErrCommitUnknown. The context of fn
// is outside of the transaction and does not end with the block's. fn runs in
// the goroutine of the block. With [Retry] it runs for each attempt that
// failed. Outside a transaction fn never runs, and the error is nil.
// AfterRollback itself runs no query.
func AfterRollback(ctx context.Context, db *gorm.DB, fn func(ctx context.Context)) error {
	_, tx, err := inside(ctx, db)
	switch {
	case errors.Is(err, ErrNoTransaction):
		return nil
	case err != nil:
		return err
	}
	outside := tx.Outside(context.WithoutCancel(ctx))
	return tx.OnRollback(func() { fn(outside) })
}
