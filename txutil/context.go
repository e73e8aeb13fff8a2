package txutil

import (
	"context"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// InTransaction reports whether ctx carries a transaction of db, or db is one.
// It runs no query.
func InTransaction(ctx context.Context, db *gorm.DB) bool {
	return on(db).current(ctx) != nil
}

// Without returns a context without transactions. Its statements run on other
// connections and stay when the transaction rolls back. They do not see what
// the transaction has written, and wait for its locks. It runs no query.
func Without(ctx context.Context) context.Context { return pgpool.Without(ctx) }

// DB returns db with ctx, bound to the transaction that ctx carries: even calls
// with another context run in it. Without a transaction it is
// db.WithContext(ctx). It runs no query.
func DB(ctx context.Context, db *gorm.DB) *gorm.DB {
	if tx := on(db).current(ctx); tx != nil {
		return tx.bind(ctx, db)
	}
	return db.WithContext(ctx)
}
