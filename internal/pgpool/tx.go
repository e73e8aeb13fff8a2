package pgpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// Tx is a transaction, or a savepoint inside one. It is what GORM has as its
// connection inside a transaction, and what a context carries. All Tx of one
// transaction share one pgx connection; goroutines may share a Tx.
type Tx struct {
	session *session
	ctx     context.Context
	name    string // of the savepoint; empty for the transaction
	mark    mark
	depth   int

	// What blocks inside one another need; see siblings.go.
	parent *Tx       // the block whose context began this one; nil for the transaction
	where  trace     // who began the savepoint
	by     goroutine // likewise
	inner  turns     // full while a block of this one is open; its blocks take turns
	holds  bool      // the block keeps parent.inner full

	// Guarded by session.mu.
	ended   error // nil while open
	discard bool  // Commit is to roll back
	failed  error // why the block can only roll back
	guests  []*Tx // blocks below that wrote while this one was open
}

var _ gorm.Tx = (*Tx)(nil)

func (t *Tx) err() error { return t.open(func() {}) }

// Pool returns the pool that the transaction's connection belongs to.
func (t *Tx) Pool() *Pool { return t.session.pool }

// GetDBConn implements gorm.GetDBConnector; see [Pool.GetDBConn].
func (t *Tx) GetDBConn() (*sql.DB, error) { return t.session.pool.GetDBConn() }

// ExecContext runs a statement in the transaction.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s := t.session
	s.pool.Wrote(ctx)
	if err := s.takeIdle(ctx, t); err != nil {
		return nil, err
	}
	var undo func()
	defer func() {
		s.give()
		if undo != nil {
			undo()
		}
	}()
	if err := s.admit(t, query); err != nil {
		return nil, err
	}
	tag, err := s.exec(ctx, query, args)
	if err != nil {
		return nil, err
	}
	undo = s.savepointAsSQL(t, query)
	return driver.RowsAffected(tag.RowsAffected()), nil
}

// QueryContext runs a query in the transaction. The connection is busy until
// the result is read to its end or closed: other statements of the transaction
// return [ErrConnBusy] meanwhile.
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.session.pool.query(ctx, t, query, args)
}

// QueryRowContext is [Tx.QueryContext] for one row.
func (t *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if tx, err := t.sqlTx(ctx); err == nil {
		return tx.QueryRowContext(WithTx(ctx, t), query, args...)
	}
	// Only database/sql makes a *sql.Row with an error: a shell makes one.
	return t.session.pool.virtual.QueryRowContext(WithTx(ctx, t), query, args...)
}

// PrepareContext returns a statement that runs in the transaction and ends with
// it. Nothing is sent to the server: pgx prepares by itself.
func (t *Tx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	tx, err := t.sqlTx(ctx)
	if err != nil {
		return nil, err
	}
	return tx.PrepareContext(ctx, query)
}

// StmtContext returns stmt bound to the transaction. Statements of GORM's
// prepared sessions come here.
func (t *Tx) StmtContext(ctx context.Context, stmt *sql.Stmt) *sql.Stmt {
	tx, err := t.sqlTx(ctx)
	if err != nil {
		// A *sql.Stmt carries an error only when it comes from a finished sql.Tx.
		if tx, err = t.bind(ctx); err != nil {
			return stmt
		}
		_ = tx.Rollback()
	}
	return tx.StmtContext(ctx, stmt)
}

// sqlTx returns the database/sql view of the transaction, which prepared
// statements and single rows need.
func (t *Tx) sqlTx(ctx context.Context) (*sql.Tx, error) {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ended != nil {
		return nil, t.ended
	}
	if s.lazy == nil {
		tx, err := s.frames[0].bind(ctx)
		if err != nil {
			return nil, err
		}
		s.lazy = tx
	}
	return s.lazy, nil
}

func (t *Tx) bind(ctx context.Context) (*sql.Tx, error) {
	return t.session.pool.virtual.BeginTx(context.WithValue(context.WithoutCancel(ctx), bindKey{}, t), nil)
}

// Commit commits the transaction and runs its [Tx.OnCommit] callbacks; of a
// savepoint it releases it. Open results are closed. When a statement had
// failed before, nothing is saved and the error is pgx.ErrTxCommitRollback with
// the first failure; [ErrCommitUnknown] when no answer came. After the end of
// the transaction it returns sql.ErrTxDone.
func (t *Tx) Commit() error {
	if t.discarded() {
		return t.Rollback()
	}
	if t.name != "" {
		return t.release()
	}
	s := t.session
	if !s.readOnly && !s.cursor {
		s.pool.Wrote(s.ctx) // before, since its outcome may stay unknown
	}
	if err := s.take(s.ctx, t); err != nil {
		if !errors.Is(err, ErrConnBusy) {
			if over := s.ctx.Err(); over != nil {
				s.abandon(errContextEnded(over)) // or waits until that is done
			}
			t.undo()
		}
		return err
	}
	err := s.finish(errEnded, func() error {
		if err := s.refusal(t); err != nil {
			_ = s.rollback()
			return err
		}
		err := s.commit()
		if err != nil && !s.conn.Conn().IsClosed() && s.pgConn().TxStatus() != 'I' {
			_ = s.rollback() // COMMIT was not sent
		}
		return err
	})
	if err != nil {
		if !errors.Is(err, ErrCommitUnknown) {
			s.hooks.undoAll()
		}
		return err
	}
	return s.hooks.committed(s.pool.outside(s.ctx))
}

// refusal returns why t cannot be kept. The turn is held.
func (s *session) refusal(t *Tx) error {
	inside, failed := s.standing(t)
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case failed != nil:
		return failed
	case s.conn.Conn().IsClosed():
		return s.pool.translated(&lostInside{fmt.Errorf("%w: nothing was saved", ErrConnectionLost)})
	}
	switch status := s.pgConn().TxStatus(); {
	case status == 'E':
		return errAborted(s.aborted)
	case status == 'I' && s.tx != nil:
		return errEndedAsSQL
	}
	if inside != nil {
		return busyBlock(&inside.where)
	}
	return nil
}

// commit sends COMMIT. The turn is held.
func (s *session) commit() error {
	if s.tx == nil {
		return nil // there was no statement
	}
	if err := s.farewell(); err != nil {
		return err
	}
	err := s.tx.Commit(s.ctx)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return errAborted(s.aborted)
	case s.conn.Conn().IsClosed() && sqlState(err) == codeIdleInTx:
		// The server looks for this timeout before it reads a command, never after one.
		return s.pool.translated(&lostInside{fmt.Errorf("%w: nothing was saved: %w", ErrConnectionLost, err)})
	case s.conn.Conn().IsClosed():
		// Also where the server gave a reason for ending the connection: it may have
		// come after the commit.
		s.pool.noticeShutdown(err)
		return s.pool.translated(fmt.Errorf("%w: %w", ErrCommitUnknown, err))
	}
	return s.pool.fail(s.ctx, s.conn.Conn(), err)
}

// farewell returns the error of a connection that the server has ended already:
// what came before COMMIT was sent says that nothing is saved. After it the
// outcome would be unknown. The turn is held.
func (s *session) farewell() error {
	conn := s.pgConn()
	if !unread(conn.Conn()) {
		return nil
	}
	err := conn.Ping(s.ctx) // it reads what has come before its own answer
	if err == nil || !conn.IsClosed() {
		return nil // it was a notice
	}
	s.pool.noticeShutdown(err)
	return s.pool.translated(&lostInside{fmt.Errorf("%w: nothing was saved: %w", ErrConnectionLost, err)})
}

// Rollback rolls the transaction back, or to the savepoint, which it releases
// too. It works after the end of its context. A transaction that its context
// has rolled back already returns nil; one that was committed or rolled back by
// Rollback returns sql.ErrTxDone. After a savepoint could not be rolled back,
// the transaction refuses to commit.
func (t *Tx) Rollback() error {
	s := t.session
	if t.name != "" {
		return t.rollbackTo()
	}
	if s.native.Load() != nil {
		// Native code of this goroutine may hold the connection, so waiting is no
		// choice.
		s.endAll(errEnded)
		go s.abandon(errEnded)
		s.hooks.undoAll()
		return nil
	}
	s.turn <- struct{}{}
	if s.over {
		s.give()
		err := t.err()
		if err == errEnded {
			return err
		}
		s.hooks.undoAll()
		s.mu.Lock()
		t.ended = errEnded
		s.mu.Unlock()
		return nil
	}
	err := s.finish(errEnded, s.rollback)
	s.hooks.undoAll()
	return err
}
