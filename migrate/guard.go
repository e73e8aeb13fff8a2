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
	var schema sql.NullString
	var locked sql.NullBool
	var settings int
	err := tx.Raw(`WITH place AS MATERIALIZED (SELECT coalesce(nullif(?::text, ''), current_schema()::text) AS schema)
SELECT schema, pg_try_advisory_xact_lock(hashtextextended('gormango migrate ' || schema || ?::text, 0)),
	(SELECT count(set_config(name, '0', true)) FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout'))
FROM place`, r.history.schema, r.suffix()).Row().Scan(&schema, &locked, &settings)
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

// heldBy adds to errLocked which process holds the lock, as far as the role may
// see it.
func (r *Runner) heldBy(ctx context.Context, locked error) error {
	var who []string
	err := session(ctx, r.db).Raw(`SELECT format('process %s of %s (%s), for %s', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'no application name'),
	date_trunc('second', now() - a.xact_start))
FROM pg_locks l JOIN pg_stat_activity a USING (pid), hashtextextended('gormango migrate ' || coalesce(nullif(?::text, ''), current_schema()::text) || ?::text, 0) AS k
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND l.classid::bigint = k >> 32 & 4294967295 AND l.objid::bigint = k & 4294967295`, r.history.schema, r.suffix()).Scan(&who).Error
	if err != nil || len(who) == 0 {
		return locked // it has ended meanwhile
	}
	return fmt.Errorf("%w: %s", locked, who[0])
}

// suffix returns what the lock of a history table has more than that of the
// default one in the same schema.
func (r *Runner) suffix() string {
	if r.history.table != historyTable {
		return "." + r.history.table
	}
	return ""
}
