package pgpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrConnBusy says that the connection of the transaction still carries a
// result which other code reads, or is in the hands of native code. Its text
// names the line that opened the result.
var ErrConnBusy = errors.New("gormango: connection busy")

// ErrConnectionLost says that the connection broke while a statement was under
// way. Outside a transaction it is unknown whether the statement took effect;
// inside one the server rolls back.
var ErrConnectionLost = errors.New("gormango: connection lost, outcome of the statement unknown")

// ErrTooLarge says that a statement was not sent, since its values do not fit
// into a message of PostgreSQL's protocol.
var ErrTooLarge = errors.New("gormango: a statement with more than 1 GB of values, which PostgreSQL's protocol cannot hold; nothing was sent")

// tooLarge reports whether err is pgx's error of such a message. pgx closes the
// connection after it.
func tooLarge(err error) bool {
	return pgconn.SafeToRetry(err) && strings.Contains(err.Error(), "message body too large")
}

// ErrCommitUnknown says that the connection broke after COMMIT was sent and
// before its answer came: the transaction is either saved or not, and only the
// data shows which.
var ErrCommitUnknown = errors.New("gormango: connection lost during commit, outcome unknown")

// ErrCommitted is in the chain of errors that came after a commit.
var ErrCommitted = errors.New("gormango: the transaction is committed")

// ErrNotBegun says that BEGIN failed: nothing of the transaction has run.
var ErrNotBegun = errors.New("gormango: the transaction could not begin")

// notBegun is the error of a BEGIN.
type notBegun struct {
	err  error
	lost bool // the connection broke
}

func (e *notBegun) Error() string { return ErrNotBegun.Error() + ": " + e.err.Error() }

func (e *notBegun) Unwrap() error { return e.err }

func (e *notBegun) Is(target error) bool {
	return target == ErrNotBegun || e.lost && target == ErrConnectionLost
}

// RolledBack reports that nothing of the transaction is saved.
func (e *notBegun) RolledBack() bool { return true }

// lostInside is [ErrConnectionLost] of a transaction whose COMMIT was not sent.
type lostInside struct{ err error }

func (e *lostInside) Error() string { return e.err.Error() }

func (e *lostInside) Unwrap() error { return e.err }

// RolledBack reports that nothing of the transaction is saved: the server rolls
// back what has no COMMIT.
func (e *lostInside) RolledBack() bool { return true }

// ErrNotOpened says that a *gorm.DB does not stand on a [Pool]: it was opened
// elsewhere, or a plugin stands between.
var ErrNotOpened = errors.New("gormango: the database was not opened by gormango.Open (open it there)")

// ErrOutermost says that isolation level, access mode or deferrability were
// asked for inside a transaction, which has them already.
var ErrOutermost = errors.New("gormango: inside a transaction its isolation level and access mode cannot change (set them on the outermost block)")

const (
	codeQueryCanceled = "57014"
	codeTxAborted     = "25P02"
	codeReadOnly      = "25006"
	codeIdleInTx      = "25P03"
)

// sqlState returns the code of an error of the server, "" for other errors.
func sqlState(err error) string {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code
	}
	return ""
}

func busyResult(where string) error {
	return fmt.Errorf("%w: the result opened at %s is not read to its end (close it first)", ErrConnBusy, where)
}

func busyNative(where string) error {
	return fmt.Errorf("%w: the native function at %s holds the connection (use its *pgx.Conn inside)", ErrConnBusy, where)
}

func busyLeft(where string) error {
	return fmt.Errorf("%w: the native function at %s left a result open (close it inside the function)", ErrConnBusy, where)
}

func busyBlock(where *trace) error {
	return fmt.Errorf("%w: the block begun at %s is open inside this one (end it first; a block inside another needs that one's context)",
		ErrConnBusy, where.String())
}

// errEndedAsSQL is the error of a transaction that its own code has ended
// behind its back.
var errEndedAsSQL = errors.New("gormango: a statement has ended the transaction, COMMIT or ROLLBACK was sent as SQL (let the block end it)")

// errEndsAmong is the error of SQL that would end a transaction and go on.
var errEndsAmong = errors.New("gormango: COMMIT or ROLLBACK as SQL with statements after it, or AND CHAIN, inside a transaction: they would not belong to it (let the block end it); nothing was sent")

// errEnded is the error of a transaction that was committed or rolled back.
var errEnded = fmt.Errorf("gormango: the transaction has ended (use a context from outside of it): %w", sql.ErrTxDone)

func errContextEnded(cause error) error {
	return fmt.Errorf("gormango: the transaction was rolled back when its context ended: %w (%w)", cause, sql.ErrTxDone)
}

// errAborted answers for a commit that cannot save anything because a statement
// failed before.
func errAborted(cause error) error {
	err := fmt.Errorf("gormango: nothing was saved, a statement of the transaction had failed (return its error): %w", pgx.ErrTxCommitRollback)
	if cause != nil {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// fail is meaning for a statement that no transaction of ours runs.
func (p *Pool) fail(ctx context.Context, conn *pgx.Conn, err error) error {
	p.noticeStandby(err)
	return p.meaning(ctx, conn, err)
}

// meaning returns what err, an error of pgx on conn, means for callers.
func (p *Pool) meaning(ctx context.Context, conn *pgx.Conn, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case sqlState(err) == codeQueryCanceled && ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		// The server only knows that it was asked to stop; the caller knows the
		// context.
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	case conn.IsClosed() && tooLarge(err):
		err = fmt.Errorf("%w: %w", ErrTooLarge, err)
	case conn.IsClosed() && !errors.Is(err, ErrConnectionLost):
		// pgx may call such an error safe to retry although the statement was sent.
		// Where the server had the time to say why it ends the connection, its error is
		// in there.
		if over := ctx.Err(); over != nil && !errors.Is(err, over) {
			err = fmt.Errorf("%w: %w", over, err)
		}
		err = fmt.Errorf("%w: %w", ErrConnectionLost, err)
	}
	p.noticeShutdown(err)
	return p.translated(EncodeFailure(err))
}

// noticeShutdown closes the idle connections once the server has said that it
// ends ours: the others are as dead, and each would cost its next user an
// error.
func (p *Pool) noticeShutdown(err error) {
	if code := sqlState(err); code == "57P01" || code == "57P02" {
		p.closeIdle()
	}
}

// noticeStandby closes the idle connections once a server refuses to write that
// should be a primary: it is none any more, and new connections find another
// one. The connection at hand is closed when it is given back.
func (p *Pool) noticeStandby(err error) {
	if p.failover && sqlState(err) == codeReadOnly {
		p.closeIdle()
	}
}

// closeIdle closes the idle connections, at most once in a second.
func (p *Pool) closeIdle() {
	now := time.Now().UnixNano()
	if last := p.reset.Load(); now-last > int64(time.Second) && p.reset.CompareAndSwap(last, now) {
		p.pgx.Reset()
	}
}

func (p *Pool) translated(err error) error {
	if err == nil || p.translate == nil {
		return err
	}
	return p.translate(err)
}
