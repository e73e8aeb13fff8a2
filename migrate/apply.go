package migrate

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// MigrationError reports a migration that failed. What it had done is rolled
// back, except the finished batches of a GoMigration. It wraps the error of the
// server or of the code.
type MigrationError struct {
	ID   ID
	Back bool
	// Stmt is the statement that failed, empty where none did.
	Stmt Stmt
	Err  error

	why string
}

// Error names the migration, the line and the reason.
func (e *MigrationError) Error() string {
	where := string(e.ID)
	if e.Back {
		where += " (back)"
	}
	if e.Stmt.Line > 0 {
		where += fmt.Sprintf(", line %d", e.Stmt.Line)
	}
	why := ""
	if e.why != "" {
		why = e.why + ": "
	}
	text := fmt.Sprintf("migrate: %s: %s%s", where, why, strings.TrimPrefix(e.Err.Error(), "migrate: "))
	if e.Stmt.SQL != "" {
		text += fmt.Sprintf(" (statement: %s)", short(e.Stmt.SQL))
	}
	return text
}

// Unwrap returns the cause.
func (e *MigrationError) Unwrap() error { return e.Err }

// short returns the beginning of a statement in one line.
func short(sql string) string {
	words := strings.Join(strings.Fields(sql), " ")
	if r := []rune(words); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return words
}

// failed returns the error of a task.
func (t task) failed(s Stmt, err error) error {
	if _, done := errors.AsType[*MigrationError](err); done {
		return err
	}
	e := &MigrationError{ID: t.ID, Back: t.back, Stmt: s, Err: err}
	switch code(err) {
	case "25001":
		e.why = `it cannot be in a transaction (give it a file of its own with the line "-- +goose NO TRANSACTION")`
	case "42501":
		e.why = "the role lacks the right"
	case "57014":
		e.why = "it was canceled, or statement_timeout is shorter than it takes"
	case "53100":
		e.why = "the server's disk is full"
	case "23514", "23503":
		if wordsOf(s.SQL).has("VALIDATE CONSTRAINT") {
			e.why = "rows that are there violate it (mend them, and start again)"
		}
	}
	return e
}

// do applies or undoes a migration, again while a table is in use.
func (r *Runner) do(ctx context.Context, h history, t task, w *wait, report *Report) error {
	begun := time.Now()
	r.event(Event{Kind: "start", ID: t.ID, Back: t.back})
	for n := 1; ; n++ {
		start := time.Now()
		a := &attempt{begun: begun}
		done, err := r.once(ctx, h, t, a)
		report.Healed = append(report.Healed, a.healed...)
		if err == nil {
			w.pause = 0
			if done {
				report.Applied = append(report.Applied, t.ID)
				report.Statements = append(report.Statements, a.ran...)
			}
			r.event(Event{Kind: "done", ID: t.ID, Back: t.back, Took: time.Since(begun), Attempt: n})
			return nil
		}
		if !retryable(err) && code(err) != "40001" {
			if ctx.Err() == nil && !dropped(err) {
				r.recordFailure(ctx, h, t, err, time.Since(begun))
			}
			r.event(Event{Kind: "failed", ID: t.ID, Back: t.back, Took: time.Since(begun), Err: err})
			return err
		}
		r.event(Event{Kind: "retry", ID: t.ID, Back: t.back, Attempt: n, Err: err})
		if err := w.again(ctx, time.Since(start), err); err != nil {
			return err
		}
	}
}

// attempt is what one attempt at a task has done.
type attempt struct {
	begun       time.Time // of the first attempt
	ran, healed []string
}

// once makes one attempt. It reports false if another process had done it.
func (r *Runner) once(ctx context.Context, h history, t task, a *attempt) (bool, error) {
	switch {
	case t.record:
		return r.record(ctx, h, t, stateDone, "has all that it replaces")
	case t.Code != nil:
		return r.runCode(ctx, h, t, a)
	case t.Tx || r.dry:
		return r.runInTx(ctx, h, t, a)
	}
	return r.runAlone(ctx, h, t, a)
}

// recordFailure adds a line to the log. It holds no text of the server, which
// may quote values of rows.
func (r *Runner) recordFailure(ctx context.Context, h history, t task, err error, took time.Duration) {
	text := "no error of the server"
	if c := code(err); c != "" {
		text = "SQLSTATE " + c
	}
	if e, ok := errors.AsType[*MigrationError](err); ok && e.Stmt.Line > 0 {
		text += fmt.Sprintf(", line %d", e.Stmt.Line)
	}
	if t.back {
		text += ", on the way back"
	}
	_ = h.note(session(ctx, r.db), t.ID, "failed", t.Sum, text, took) // the error itself is returned
}

// inTx runs fn in a transaction whose statements wait for a table no longer
// than the limit, and else as long as they need.
func (r *Runner) inTx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return session(ctx, r.db).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(`SELECT set_config('lock_timeout', ?::text, true), set_config('statement_timeout', '0', true),
	set_config('idle_in_transaction_session_timeout', '0', true)`, fmt.Sprintf("%dms", r.limits.table.Milliseconds())).Error; err != nil {
			return err
		}
		return fn(tx)
	})
}

// runInTx runs the statements of a task in one transaction, after the row of
// the history: a second process that runs the same task waits for the row, and
// finds it done.
func (r *Runner) runInTx(ctx context.Context, h history, t task, a *attempt) (done bool, err error) {
	list := t.Forward
	if t.back {
		list = t.Back
	}
	err = r.inTx(ctx, func(tx *gorm.DB) error {
		claim := func() (bool, error) {
			if t.back {
				if err := r.forget(tx, h, t.Migration); err != nil {
					return false, err
				}
				return h.remove(tx, t.ID, stateDone, stateFaked)
			}
			return h.begin(tx, t.Migration, stateDone, t.breaks, t.note)
		}
		if !r.late {
			if ok, err := claim(); err != nil || !ok {
				return err
			}
		}
		for _, s := range list {
			sql := s.SQL
			if !t.Tx {
				var ok bool
				if sql, ok = inTransaction(sql); !ok {
					r.event(Event{Kind: "skip", ID: t.ID, Back: t.back, Stmt: s.SQL})
					continue
				}
			}
			r.event(Event{Kind: "statement", ID: t.ID, Back: t.back, Stmt: s.SQL})
			if err := verbatim(ctx, tx, sql); err != nil {
				return t.failed(s, err)
			}
			a.ran = append(a.ran, s.SQL)
		}
		if r.late {
			if ok, err := claim(); err != nil || !ok {
				return err
			}
		}
		done = true
		return r.recorded(tx, h, t, time.Since(a.begun))
	})
	if err != nil {
		return false, t.failed(Stmt{}, err)
	}
	return done, nil
}

// recorded completes the row of a task and adds a line to the log.
func (r *Runner) recorded(tx *gorm.DB, h history, t task, took time.Duration) error {
	if t.back {
		return h.note(tx, t.ID, "undone", t.Sum, "", took)
	}
	if _, err := h.finish(tx, t.ID, stateDone, took); err != nil {
		return err
	}
	return h.note(tx, t.ID, "applied", t.Sum, "", took)
}

// record records a migration without running it.
func (r *Runner) record(ctx context.Context, h history, t task, state, why string) (done bool, err error) {
	err = r.inTx(ctx, func(tx *gorm.DB) error {
		if done, err = h.begin(tx, t.Migration, state, t.breaks, why); err != nil || !done {
			return err
		}
		event := "applied"
		if state == stateFaked {
			event = "faked"
		}
		return h.note(tx, t.ID, event, t.Sum, why, 0)
	})
	return done, err
}

// verbatim runs SQL as it is written.
func verbatim(ctx context.Context, tx *gorm.DB, sql string) error {
	_, err := tx.Statement.ConnPool.ExecContext(ctx, sql)
	return err
}

// dropped reports whether the connection to the server was lost, or the server
// was not there or takes no more.
func dropped(err error) bool {
	if c := code(err); c != "" {
		return slices.Contains([]string{"57P01", "57P02", "57P03", "53300", "08P01", "25P03"}, c) || strings.HasPrefix(c, "08")
	}
	_, network := errors.AsType[net.Error](err)
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	return network || connect || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}
