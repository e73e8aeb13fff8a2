package migrate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/pgpool"
)

// limits are the longest waits of a run.
type limits struct {
	table time.Duration // for a table in use, each statement; then the run starts over
	all   time.Duration // for tables in use and other processes, in sum
	rows  int64         // of a table that is changed in steps of its own, if it has more
}

var defaultLimits = limits{table: 2 * time.Second, all: 10 * time.Minute, rows: 10_000}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }

var errLocked = errors.New("another process is migrating")

// guarded runs fn in a transaction that holds the lock of every schema in
// state, or returns errLocked at once. The lock and the settings end with the
// transaction, so that a pooler in transaction mode keeps them together and
// nothing stays behind a killed process. If db is in a transaction, guarded
// uses a savepoint in it.
func guarded(db *gorm.DB, state *State, l limits, fn func(tx *gorm.DB) error) error {
	return db.Transaction(func(tx *gorm.DB) error {
		var idle, lock string // scanned by place: the names of a struct's columns depend on the NamingStrategy
		// The guard may idle while other processes wait. No statement may queue behind
		// a long reader, since all that come after it would queue as well.
		if err := quietly(tx).Raw(`WITH was AS MATERIALIZED (
				SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock)
			SELECT idle, lock FROM was WHERE set_config('idle_in_transaction_session_timeout', '0', true) IS NOT NULL
				AND set_config('lock_timeout', ?::text, true) IS NOT NULL`, milliseconds(l.table)).Row().Scan(&idle, &lock); err != nil {
			return fmt.Errorf("migrate: start the transaction: %w", err)
		}
		var locked bool
		if err := tx.Raw(lockQuery, lockSchemas(state)).Scan(&locked).Error; err != nil {
			return fmt.Errorf("migrate: take the lock: %w", err)
		}
		if !locked {
			return errLocked
		}
		if err := fn(tx); err != nil {
			return err
		}
		// The transaction of a caller continues with its old settings.
		return tx.Exec(`SELECT set_config('idle_in_transaction_session_timeout', ?::text, true), set_config('lock_timeout', ?::text, true)`,
			idle, lock).Error
	}, options(db)...)
}

// options requires read committed, since a snapshot older than the lock would
// not contain the tables of its last holder. A transaction that has begun
// cannot change its level.
func options(db *gorm.DB) []*sql.TxOptions {
	if pgpool.TxOf(db.Statement.Context, db) != nil {
		return nil
	}
	return []*sql.TxOptions{{Isolation: sql.LevelReadCommitted}}
}

// PostgreSQL's advisory locks belong to the database. The key contains the
// schema, so that two services with a schema each do not wait for each other.
const lockQuery = `SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended('gormango migrate ' || s, 0)))
	FROM (SELECT DISTINCT coalesce(nullif(x, ''), current_schema()::text) AS s
		FROM json_array_elements_text(?::text::json) AS x ORDER BY s) AS schemas`

func lockSchemas(state *State) string {
	names := map[string]bool{}
	for name := range state.Tables {
		names[catalog.Split(name).Schema] = true
	}
	text, _ := json.Marshal(slices.Sorted(maps.Keys(names))) // strings only: it cannot fail
	return string(text)
}

// wait counts the time that a run has waited, and limits it.
type wait struct {
	limits limits
	pause  time.Duration
	spent  time.Duration
}

// retryable reports whether waiting may help: the lock is taken, a table is in
// use, or a deadlock was broken.
func retryable(err error) bool {
	return errors.Is(err, errLocked) || slices.Contains([]string{"55P03", "40P01"}, code(err))
}

// again waits before the next attempt, longer each time. The last attempt took
// the duration tried and failed with cause.
func (w *wait) again(ctx context.Context, tried time.Duration, cause error) error {
	if !errors.Is(cause, errLocked) {
		w.spent += tried
	}
	if w.spent >= w.limits.all {
		return fmt.Errorf("%w: waited %v, no longer (end what holds it, and start again): %w", ErrBusy, w.spent.Round(time.Millisecond), cause)
	}
	w.pause = min(max(30*time.Millisecond, w.pause*3/2), 2*time.Second)
	// Processes that started together must not retry together.
	pause := w.pause/2 + rand.N(w.pause)
	defer func(start time.Time) { w.spent += time.Since(start) }(time.Now())
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("migrate: %w while waiting: %w", ctx.Err(), cause)
	}
}
