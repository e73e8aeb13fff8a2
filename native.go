package gormango

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// ErrNotOpened says that a *gorm.DB does not stand on a pool of [Open]: it was
// opened by gorm.Open, or a plugin stands between.
var ErrNotOpened = pgpool.ErrNotOpened

// Native runs fn with a pgx connection: that of the transaction that db is or
// ctx carries, else one of the pool. Everything of pgx works on it, COPY and
// batches too, and in a transaction is part of that. fn closes what it opens,
// does not keep the connection and does not end the transaction.
//
// While fn runs in a transaction, other statements of that transaction by GORM
// or a repository return [ErrConnBusy]. Native returns it where a result of the
// transaction is still open, and where fn leaves one open. Other errors are
// those of fn, a violated constraint as [IntegrityError]. Native returns
// [ErrNotOpened] for a db that was not opened by Open.
func Native(ctx context.Context, db *gorm.DB, fn func(conn *pgx.Conn) error) error {
	source, ok := pgpool.Of(db)
	if !ok {
		return ErrNotOpened
	}
	return source.Native(ctx, 1, fn)
}
