package txutil

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// SetLocal sets a parameter of the server until the transaction ends or the
// block of ctx rolls back, as in SetLocal(ctx, db, "lock_timeout", "2s"). Names
// with a dot are free for the application, for example for row level security.
// Outside a transaction the error is [ErrNoTransaction], since pooled
// connections must not keep settings. It runs one query.
func SetLocal(ctx context.Context, db *gorm.DB, name, value string) error {
	return run(ctx, db, "SELECT set_config($1, $2, true)", name, value)
}

// AdvisoryLock acquires the database's advisory lock of a key. It waits until
// other transactions have released it, ctx ends or the server's lock_timeout
// expires. The end of the transaction releases the lock, and so does the
// rollback of the block that acquired it. The same transaction can acquire it
// again. Outside a transaction the error is [ErrNoTransaction]. It runs one
// query.
func AdvisoryLock(ctx context.Context, db *gorm.DB, key int64) error {
	return run(ctx, db, "SELECT pg_advisory_xact_lock($1)", key)
}

func run(ctx context.Context, db *gorm.DB, query string, args ...any) error {
	source, _, err := inside(ctx, db)
	if err != nil {
		return err
	}
	return source.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, query, args...)
		return err
	})
}
