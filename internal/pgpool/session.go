package pgpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// cleanupTimeout bounds a rollback, which must run although the caller's
// context is over.
const cleanupTimeout = 5 * time.Second

// session is one transaction of the server with the connection it owns. The
// frames that callers hold (the transaction and its savepoints) are Tx values.
type session struct {
	pool *Pool
	ctx  context.Context // of Begin: its end rolls back
	conn *pgxpool.Conn
	tx   ending      // nil before BEGIN
	stop func() bool // takes back the watch of ctx
	opts pgx.TxOptions
	held holder

	standIn bool // see [Tx.StandIn]

	readOnly bool // begun so: the server's refusal to write says nothing about the server

	// turn is held for one exchange on the wire. A channel, because waiting for it
	// obeys a context.
	turn chan struct{}
	// native is set while user code holds the connection: a call from inside it
	// would wait for itself.
	native atomic.Pointer[trace]

	hooks hooks

	// Guarded by turn.
	open    *rows  // the result that is being read
	left    *trace // native code that left a result open
	aborted error  // the first error since the server refuses statements
	over    bool   // the server has ended the transaction
	soiled  bool   // a setting of the session has changed: the connection must not serve again
	cursor  bool   // begun to read by a cursor: its commit is no write
	seq     int    // names savepoints

	mu     sync.Mutex
	frames []*Tx // open ones, the transaction first
	named  []namedSavepoint
	lazy   *sql.Tx // for prepared statements and single rows, made when one is asked for
}

// namedSavepoint is one that GORM made by its own name. Nothing says when the
// work that it stands for has ended well.
type namedSavepoint struct {
	name  string
	mark  mark
	depth int
	by    goroutine // who made it
	mixed bool      // other goroutines have written since
}

// beginAttempts bounds how often BEGIN is sent when connections of the pool
// turn out to be dead: after a restart of the server all of them are.
const beginAttempts = 3

func (p *Pool) begin(ctx context.Context, opts pgx.TxOptions) (*Tx, error) {
	conn, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	var tx ending
	if !p.mayWait(conn.Conn()) {
		if conn, tx, err = p.begun(ctx, conn, opts); err != nil {
			return nil, err
		}
	}
	return p.newSession(ctx, conn, tx, opts), nil
}

// begun sends BEGIN on conn, or on another connection where conn turns out to
// be dead. After an error no connection is left.
func (p *Pool) begun(ctx context.Context, conn *pgxpool.Conn, opts pgx.TxOptions) (*pgxpool.Conn, ending, error) {
	for attempt := 1; ; attempt++ {
		var tx pgx.Tx
		err := p.freshen(ctx, conn.Conn())
		if err == nil {
			tx, err = conn.Conn().BeginTx(ctx, p.beginOptions(opts))
		}
		if err == nil {
			return conn, tx, nil
		}
		dead := conn.Conn().IsClosed()
		p.noticeShutdown(err)
		conn.Release()
		switch {
		case dead && ctx.Err() == nil && attempt < beginAttempts:
			if conn, err = p.acquire(ctx); err != nil {
				return nil, nil, err
			}
			continue
		case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
			err = fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		// No statement of the caller ran, so this is no ErrConnectionLost.
		return nil, nil, p.translated(&notBegun{err: err, lost: dead})
	}
}

func (p *Pool) newSession(ctx context.Context, conn *pgxpool.Conn, tx ending, opts pgx.TxOptions) *Tx {
	s := &session{pool: p, ctx: ctx, conn: conn, tx: tx, opts: opts, readOnly: opts.AccessMode == pgx.ReadOnly, turn: make(chan struct{}, 1)}
	t := &Tx{session: s, ctx: ctx, inner: newTurns()}
	s.frames = append(s.frames, t)
	s.held = holder{what: "a transaction begun"}
	s.held.where.take(3)
	p.holders.add(&s.held)
	if ctx.Done() == nil {
		s.stop = func() bool { return true }
		return t
	}
	s.turn <- struct{}{} // the end of ctx may come before stop is set
	s.stop = context.AfterFunc(ctx, func() { s.abandon(errContextEnded(ctx.Err())) })
	s.give()
	return t
}

// take waits for the turn of t on the wire; a result that is being read is not
// in its way.
func (s *session) take(ctx context.Context, t *Tx) error {
	if err := t.err(); err != nil {
		return err
	}
	if where := s.native.Load(); where != nil {
		return busyNative(where.String())
	}
	select {
	case s.turn <- struct{}{}:
	default:
		select {
		case s.turn <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := t.err(); err != nil {
		s.give()
		return err
	}
	return nil
}

// takeIdle is take for a statement: the connection must be free, and the
// transaction begun.
func (s *session) takeIdle(ctx context.Context, t *Tx) error {
	if err := s.takeFree(ctx, t); err != nil {
		return err
	}
	err := s.ready(ctx)
	if err != nil {
		s.give()
	}
	return err
}

// takeFree is takeIdle where BEGIN may not have been sent yet.
func (s *session) takeFree(ctx context.Context, t *Tx) error {
	if err := s.take(ctx, t); err != nil {
		return err
	}
	err := t.refuses()
	switch {
	case err != nil:
	case s.tx != nil && s.pgConn().TxStatus() == 'I' && !s.conn.Conn().IsClosed():
		err = errEndedAsSQL
	case s.open != nil:
		err = busyResult(s.open.where.String())
	case s.left != nil && s.pgConn().IsBusy():
		err = busyLeft(s.left.String())
	}
	if err != nil {
		s.give()
	}
	return err
}

func (s *session) give() { <-s.turn }

func (s *session) pgConn() *pgconn.PgConn { return s.conn.Conn().PgConn() }

// fail is Pool.fail, and keeps the error that made the server refuse the rest.
// The turn is held.
func (s *session) fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if !s.readOnly {
		s.pool.noticeStandby(err)
	}
	if Outdated(err) {
		s.pool.changed(s.conn.Conn())
	}
	err = s.pool.meaning(ctx, s.conn.Conn(), err)
	switch {
	case errors.Is(err, ErrConnectionLost) && s.conn.Conn().IsClosed():
		if _, known := errors.AsType[*lostInside](err); !known {
			err = &lostInside{err}
		}
	case s.pgConn().TxStatus() != 'E':
	case s.aborted == nil:
		s.aborted = err
	case sqlState(err) == codeTxAborted:
		err = fmt.Errorf("gormango: the transaction is aborted by an earlier error (return that error, so that its block rolls back): %w: %w",
			s.aborted, err)
	}
	return err
}

// admit looks at a statement of the application that t is about to run. The
// turn is held.
func (s *session) admit(t *Tx, query string) error {
	e := effectsOf(query)
	if e.ends {
		return errEndsAmong
	}
	s.soiled = s.soiled || e.session
	s.note(t, query)
	return nil
}

// exec runs one statement. The turn is held.
func (s *session) exec(ctx context.Context, query string, args []any) (pgconn.CommandTag, error) {
	tag, err := execute(ctx, s.conn.Conn(), query, args)
	if len(args) > 0 { // else it is not prepared
		err = inside(err)
	}
	return tag, s.fail(ctx, err)
}

// query starts a result, which stays open when it has rows.
func (s *session) query(ctx context.Context, t *Tx, query string, args []any) (*rows, error) {
	if err := s.takeIdle(ctx, t); err != nil {
		return nil, err
	}
	defer s.give()
	if err := s.admit(t, query); err != nil {
		return nil, err
	}
	r, err := start(ctx, s.conn.Conn(), query, args)
	if err != nil {
		return nil, s.fail(ctx, inside(err))
	}
	r.session = s
	if r.more {
		r.where = &trace{}
		r.where.take(2)
		r.unread.Store(true)
		s.open = r
	}
	return r, nil
}

// closeOpen ends the result that is being read, so that the connection is
// free; its reader gets why. The turn is held.
func (s *session) closeOpen(why error) {
	if r := s.open; r != nil {
		s.open = nil
		r.pgx.Close()
		r.over = why
		r.unread.Store(false)
		r.orphan()
		_ = s.fail(s.ctx, r.pgx.Err())
	}
}

// finish ends the transaction of the server by end, and everything that hangs
// on it. The turn is held and given back here: ending the sql.Tx waits for its
// results, which take the turn to close.
func (s *session) finish(why error, end func() error) error {
	s.over = true
	s.stop()
	cut := s.open != nil
	s.closeOpen(why)
	err := end()
	s.mu.Lock()
	s.cut(0, why)
	s.named = nil
	lazy := s.lazy
	s.lazy = nil
	s.mu.Unlock()
	if s.soiled {
		discard(s.conn.Conn())
	}
	s.conn.Release()
	s.pool.holders.remove(&s.held)
	s.give()
	switch {
	case lazy == nil:
	case cut:
		// It closes the result on the client's side, and waits while a reader still
		// looks at the sql.RawBytes of its row.
		go func() { _ = lazy.Rollback() }()
	default:
		_ = lazy.Rollback() // only the client's side
	}
	return err
}

// rollback ends the transaction of the server. The turn is held.
func (s *session) rollback() error {
	if s.tx == nil || s.conn.Conn().IsClosed() {
		return nil // the server has rolled back by itself
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), cleanupTimeout)
	defer cancel()
	if err := s.tx.Rollback(ctx); err != nil {
		if s.conn.Conn().IsClosed() {
			return nil
		}
		return s.pool.translated(fmt.Errorf("gormango: rollback: %w", err))
	}
	return nil
}

// abandon rolls back without the caller, for why. Callbacks wait for the
// caller's Commit or Rollback, since they change memory that the caller may be
// using now.
func (s *session) abandon(why error) {
	s.turn <- struct{}{}
	if s.over {
		s.give()
		return
	}
	_ = s.finish(why, s.rollback)
}
