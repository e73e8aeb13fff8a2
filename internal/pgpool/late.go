package pgpool

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A transaction takes its connection at once, and sends BEGIN with its first
// statement in one round trip: that costs none, and a block that sends nothing
// sends no BEGIN. Where that cannot be, BEGIN goes before. The statement is not
// sent again on another connection where the first breaks, since it may have
// run.

// ending ends a transaction of the server.
type ending interface {
	Commit(ctx context.Context) error
	Rollback(ctx context.Context) error
}

// Follower is work of prepared statements that may travel behind a BEGIN.
type Follower interface {
	Work
	// AppendPieces appends the statements to list, none if they have to run by On.
	AppendPieces(list []Piece) []Piece
	// Failed notes which of the statements has failed.
	Failed(at int)
}

// mayWait reports whether BEGIN may wait for the first statement on conn.
func (p *Pool) mayWait(conn *pgx.Conn) bool {
	return statementsOf(conn) != nil && (p.txSettings == nil || p.txSettings() == "") && followed(conn) == p.changes.Load()
}

// ready sends BEGIN if it was not sent yet. After an error the transaction is
// over. The turn is held.
func (s *session) ready(ctx context.Context) error {
	if s.tx != nil {
		return nil
	}
	conn, tx, err := s.pool.begun(ctx, s.conn, s.opts)
	if err == nil {
		s.conn, s.tx = conn, tx
		return nil
	}
	s.over = true
	s.stop()
	s.mu.Lock()
	s.cut(0, err)
	lazy := s.lazy
	s.lazy = nil
	s.mu.Unlock()
	s.pool.holders.remove(&s.held)
	if lazy != nil {
		go func() { _ = lazy.Rollback() }() // only the client's side
	}
	return err
}

// carry runs w behind the transaction's BEGIN, in one round trip. It returns
// false if BEGIN is to be sent first, or was sent before. The turn is held.
func (s *session) carry(ctx context.Context, w Work) (ran bool, err error) {
	f, ok := w.(Follower)
	conn := s.conn.Conn()
	if s.tx != nil || !ok || !s.pool.mayWait(conn) || unread(conn.PgConn().Conn()) {
		return false, nil
	}
	var few [4]Piece
	pieces := f.AppendPieces(append(few[:0], opening(beginText(s.opts))))
	if len(pieces) == 1 {
		return false, nil
	}
	at, err := Together(ctx, conn, pieces)
	if err == nil || conn.IsClosed() || conn.PgConn().TxStatus() != 'I' {
		s.tx = &opened{conn}
		f.Failed(max(at-1, 0))
		return true, err
	}
	if ctx.Err() != nil { // nothing was sent
		f.Failed(0)
		return true, err
	}
	return false, nil
}

// opening is a BEGIN.
type opening string

// Text implements [Piece].
func (b opening) Text() (sql string, args []any) { return string(b), nil }

// Take implements [Piece].
func (opening) Take(_ context.Context, rows pgx.Rows) error {
	rows.Close()
	return rows.Err()
}

// opened is a transaction whose BEGIN was a [Piece]. It ends as pgx's own.
type opened struct{ conn *pgx.Conn }

// Commit implements ending.
func (t *opened) Commit(ctx context.Context) error {
	tag, err := t.conn.Exec(ctx, "commit")
	switch {
	case err != nil && t.conn.PgConn().TxStatus() != 'I':
		_ = t.conn.Close(ctx)
	case err == nil && tag.String() == "ROLLBACK":
		return pgx.ErrTxCommitRollback
	}
	return err
}

// Rollback implements ending.
func (t *opened) Rollback(ctx context.Context) error {
	_, err := t.conn.Exec(ctx, "rollback")
	if err != nil {
		_ = t.conn.Close(ctx) // its state is not known
	}
	return err
}
