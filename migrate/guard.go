package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// errGuardLost reports that the connection with the lock has gone, so that
// another process may have begun.
var errGuardLost = errors.New("the connection that holds the lock is lost")

// guard is a transaction that holds the lock of a history and does nothing
// else: it has no snapshot and no number, so that it delays neither VACUUM nor
// an index that is built concurrently. The lock ends with its connection.
type guard struct {
	tx      *gorm.DB
	history history // with its schema
}

// guarded runs fn while a guard holds the lock, or returns errLocked at once.
func (r *Runner) guarded(ctx context.Context, fn func(g *guard) error) error {
	tx := session(ctx, r.db).Begin(&sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if tx.Error != nil {
		return fmt.Errorf("migrate: begin the transaction of the lock: %w", tx.Error)
	}
	defer tx.Rollback()
	g := &guard{tx: tx, history: r.history}
	suffix := ""
	if r.history.table != historyTable {
		suffix = "." + r.history.table
	}
	var schema sql.NullString
	var locked sql.NullBool
	var settings int
	err := tx.Raw(`WITH place AS MATERIALIZED (SELECT coalesce(nullif(?::text, ''), current_schema()::text) AS schema)
SELECT schema, pg_try_advisory_xact_lock(hashtextextended('gormango migrate ' || schema || ?::text, 0)),
	(SELECT count(set_config(name, '0', true)) FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout'))
FROM place`, r.history.schema, suffix).Row().Scan(&schema, &locked, &settings)
	switch {
	case err != nil:
		return fmt.Errorf("migrate: take the lock: %w", err)
	case !schema.Valid:
		return errors.New("migrate: no schema of the search path exists (create it, or name one by History)")
	case !locked.Bool && !r.unlocked:
		return errLocked
	}
	g.history.schema = schema.String
	return fn(g)
}

// check returns errGuardLost if the guard no longer holds the lock.
func (g *guard) check() error {
	if err := g.tx.Exec("SELECT").Error; err != nil {
		return fmt.Errorf("%w: %w", errGuardLost, err)
	}
	return nil
}
