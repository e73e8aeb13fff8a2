package txutil

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// ErrNoTransaction says that a function which only makes sense inside a
// transaction was called outside.
var ErrNoTransaction = errors.New("txutil: no transaction (call it inside Atomic, with the block's context)")

// inside returns the source of db and the transaction of ctx.
func inside(ctx context.Context, db *gorm.DB) (pgpool.Source, *pgpool.Tx, error) {
	source, ok := pgpool.Of(db)
	if !ok {
		return source, nil, gormango.ErrNotOpened
	}
	tx := source.Tx(ctx)
	if tx == nil {
		return source, nil, ErrNoTransaction
	}
	return source, tx, nil
}

// SetRollback has the innermost block of ctx roll back at its end although it
// returns no error: [Atomic] then gives nil. Statements go on until then. It is
// for trial runs. A block of [WithoutSavepoint] has no end of its own, so there
// it means the block around. Outside a transaction it gives [ErrNoTransaction].
// It runs no query.
func SetRollback(ctx context.Context, db *gorm.DB) error {
	_, tx, err := inside(ctx, db)
	if err != nil {
		return err
	}
	return tx.SetRollback()
}

// AfterRollback has fn run when the innermost block of ctx, or one around it,
// has rolled back, the latest registered first: to remove a file that was
// written beside a row, say. It does not run when the block commits, nor when
// nobody knows (gormango.ErrCommitUnknown). fn gets a context outside of the
// transaction that does not end with the block's, and runs in the goroutine
// that ran the block. With [Retry] it runs for each attempt that failed.
// Outside a transaction there is nothing to roll back: fn never runs, and the
// error is nil. AfterRollback itself runs no query.
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
