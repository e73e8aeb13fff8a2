package migrate

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// runAlone runs the one statement of a task outside of transactions. The row of
// the history says before that it has begun, and after that it is done. What a
// crash between them has left is found and repaired by the next run.
func (r *Runner) runAlone(ctx context.Context, h history, t task, a *attempt) (done bool, err error) {
	list, state, from := t.Forward, stateRunning, []string{stateRunning}
	if t.back {
		list, state, from = t.Back, stateUndoing, []string{stateUndoing, stateDone, stateFaked}
	}
	resumed := false
	err = r.inTx(ctx, func(tx *gorm.DB) error {
		if t.back {
			var was []string
			if err := tx.Raw(`SELECT state FROM `+h.name()+` WHERE id = ? AND state IN ? FOR UPDATE`, string(t.ID), from).Scan(&was).Error; err != nil {
				return err
			}
			done, resumed = len(was) == 0, len(was) > 0 && was[0] == stateUndoing
			return tx.Exec(`UPDATE `+h.name()+` SET state = ? WHERE id = ? AND state IN ?`, state, string(t.ID), from).Error
		}
		first, err := h.begin(tx, t.Migration, state, t.breaks, t.note)
		if err != nil || first {
			return err
		}
		resumed = true
		var now string
		if err := tx.Raw(`SELECT state FROM `+h.name()+` WHERE id = ?`, string(t.ID)).Scan(&now).Error; err != nil {
			return err
		}
		done = now == stateDone || now == stateFaked
		return nil
	})
	if err != nil || done { // done by another process
		return false, err
	}
	for _, s := range list {
		if err := r.alone(ctx, t, s, resumed, a); err != nil {
			r.release(ctx, h, t, err)
			return false, t.failed(s, err)
		}
		a.ran = append(a.ran, s.SQL)
	}
	return r.ended(ctx, h, t, a)
}

// release removes the mark that a task has begun, after the server has refused
// its statement. Where the connection broke the outcome is unknown, and the
// mark stays for the next run.
func (r *Runner) release(ctx context.Context, h history, t task, err error) {
	if code(err) == "" || dropped(err) || ctx.Err() != nil {
		return
	}
	if t.back {
		_ = session(ctx, r.db).Exec(`UPDATE `+h.name()+` SET state = 'done' WHERE id = ? AND state = 'undoing'`, string(t.ID)).Error
		return
	}
	_, _ = h.remove(session(ctx, r.db), t.ID, stateRunning) // the next run finds a mark and resumes, which is right too
}

// alone runs a statement outside of transactions so that it may have run
// before, in whole or in part.
func (r *Runner) alone(ctx context.Context, t task, s Stmt, resumed bool, a *attempt) error {
	if err := r.quiet(ctx, t); err != nil {
		return err
	}
	switch b := build(s.SQL); {
	case b.create:
		return r.buildIndex(ctx, t, s, b, resumed, a)
	case b.drop:
		gone, err := r.indexGone(ctx, b)
		if err != nil || gone && resumed {
			return err
		}
	case b.reindex:
		if err := r.dropLeftovers(ctx, t, b, a); err != nil {
			return err
		}
	}
	sql := s.SQL
	if resumed {
		var err error
		if sql, err = r.detached(ctx, sql); err != nil || sql == "" {
			return err
		}
	}
	r.event(Event{Kind: "statement", ID: t.ID, Back: t.back, Stmt: sql})
	return r.outsideTx(ctx, sql)
}

// outsideTx runs a statement without limits of time. If the database has a
// direct address it has a connection of its own, whose settings it may change;
// else it takes one of the pool.
func (r *Runner) outsideTx(ctx context.Context, sql string) error {
	err := gormango.Dedicated(ctx, r.db, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "SET statement_timeout = 0; SET lock_timeout = 0"); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, sql)
		return err
	})
	if errors.Is(err, gormango.ErrPooled) || errors.Is(err, gormango.ErrNotOpened) {
		err = verbatim(ctx, session(ctx, r.db), sql)
	}
	return err
}

// holders are transactions for which a statement would wait.
type holders struct {
	n    int
	text string // the oldest
}

// quiet waits until no transaction of others is open that is older than the
// limit: a statement that waits for all of them would wait for it.
func (r *Runner) quiet(ctx context.Context, t task) error {
	w := &wait{limits: limits{all: r.limits.all}}
	for {
		var old holders
		if err := session(ctx, r.db).Raw(`SELECT count(*), coalesce((array_agg(format('process %s of %s (%s), open for %s', pid, usename,
		coalesce(nullif(application_name, ''), 'no application name'), date_trunc('second', now() - xact_start)) ORDER BY xact_start))[1], '')
	FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
		AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL) AND xact_start < now() - make_interval(secs => ?)`,
			r.oldest.Seconds()).Row().Scan(&old.n, &old.text); err != nil {
			return fmt.Errorf("look for old transactions: %w", err)
		}
		if old.n == 0 {
			return nil
		}
		cause := fmt.Errorf("%d old transactions are open, the oldest is %s", old.n, old.text)
		r.event(Event{Kind: "wait", ID: t.ID, Back: t.back, Err: cause})
		if err := w.again(ctx, 0, cause); err != nil {
			return err
		}
	}
}

// indexGone reports whether the index of a statement does not exist.
func (r *Runner) indexGone(ctx context.Context, b buildOf) (gone bool, err error) {
	err = session(ctx, r.db).Raw(`SELECT to_regclass(?) IS NULL`, b.name).Row().Scan(&gone)
	return gone, err
}
