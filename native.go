package gormango

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// ErrNotOpened says that a *gorm.DB does not stand on a pool of [Open]: it was opened by gorm.Open, or a
// plugin stands between.
var ErrNotOpened = pgpool.ErrNotOpened

// Native runs fn with a pgx connection: that of the transaction which db is or ctx carries, else one of
// the pool, which it gives back at the end. Everything of pgx works there, COPY and batches too, and in a
// transaction it is part of it. fn closes what it opens and does not keep the connection. It must not end
// the transaction.
//
// While fn runs in a transaction, another statement of that transaction by GORM or a repository gives
// [ErrConnBusy]; so does Native where a result of the transaction is still open, and a result that fn
// leaves open. Errors are those of fn, a violated constraint as [IntegrityError]. On a db that was not
// opened by Open it gives [ErrNotOpened].
func Native(ctx context.Context, db *gorm.DB, fn func(conn *pgx.Conn) error) error {
	source, ok := pgpool.Of(db)
	if !ok {
		return ErrNotOpened
	}
	return source.Native(ctx, 1, fn)
}
