package txutil

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// InTransaction reports whether ctx carries a transaction of db, or db is one.
// It runs no query.
func InTransaction(ctx context.Context, db *gorm.DB) bool {
	source, ok := pgpool.Of(db)
	if !ok {
		tx, _ := foreignTx(ctx, db)
		return tx != nil
	}
	return source.Tx(ctx) != nil
}

// Without returns a context that has stepped out of all transactions: work with
// it is autonomous, on connections of its own, and stays when the transaction
// rolls back. It does not see what the transaction has written, and waits for
// its locks. It runs no query.
func Without(ctx context.Context) context.Context { return pgpool.Without(ctx) }

// DB returns db with ctx, bound to the transaction that ctx carries: also calls
// on it that get another context run in the transaction. Without a transaction
// it is db.WithContext(ctx). It runs no query.
func DB(ctx context.Context, db *gorm.DB) *gorm.DB {
	bound := db.WithContext(ctx)
	if source, ok := pgpool.Of(db); ok {
		if tx := source.Tx(ctx); tx != nil {
			bound.Statement.ConnPool = tx
		}
	} else if tx, _ := foreignTx(ctx, db); tx != nil {
		return tx.WithContext(ctx)
	}
	return bound
}
