package txutil

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// SetLocal sets a parameter of the server until the end of the transaction, or
// back to what it was when the block of ctx rolls back: SetLocal(ctx, db,
// "lock_timeout", "2s"). Names with a dot are free for the application, as row
// level security uses them. Outside a transaction it gives [ErrNoTransaction],
// since pooled connections must not keep settings. It runs one query.
func SetLocal(ctx context.Context, db *gorm.DB, name, value string) error {
	return run(ctx, db, "SELECT set_config($1, $2, true)", name, value)
}

// AdvisoryLock takes the lock key of the database, and waits for it as long as
// another transaction holds it, or ctx or the server's lock_timeout allows. The
// end of the transaction gives it back; so does the rollback of the block that
// took it. Taking it again is free. Outside a transaction it gives
// [ErrNoTransaction]. It runs one query.
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
