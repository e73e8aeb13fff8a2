package pgpool

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// Source is where the statements of a *gorm.DB run: one transaction, or a pool
// with the transaction that a context carries. It is a small value; see [Of].
type Source struct {
	pool *Pool
	tx   *Tx // of a *gorm.DB that is a transaction
}

// Of returns the source behind db. It reports false when db does not stand on a
// [Pool] directly: it was opened elsewhere, or a plugin or a *sql.Conn stands
// between. Callers then go through GORM. It runs no query.
func Of(db *gorm.DB) (Source, bool) {
	if db == nil || db.Statement == nil {
		return Source{}, false
	}
	conn := db.Statement.ConnPool
	for range 4 { // a session of prepared statements wraps at most a few times
		switch c := conn.(type) {
		case *Tx:
			if c == nil {
				return Source{}, false
			}
			return Source{pool: c.session.pool, tx: c}, true
		case *Pool:
			return Source{pool: c}, c != nil
		case *gorm.PreparedStmtTX:
			conn = c.Tx
		case *gorm.PreparedStmtDB:
			conn = c.ConnPool
		default:
			return Source{}, false
		}
	}
	return Source{}, false
}

// Pool returns the pool of the source.
func (s Source) Pool() *Pool { return s.pool }

// Tx returns the transaction that [Source.Do] uses with ctx, nil if there is
// none. It may have ended.
func (s Source) Tx(ctx context.Context) *Tx {
	if s.tx == nil {
		return s.pool.TxFrom(ctx)
	}
	if s.tx.session.standIn {
		// The subject of a test takes the test's transaction for a pool.
		if inner := s.pool.TxFrom(ctx); inner != nil && inner.session == s.tx.session {
			return inner
		}
	}
	return s.tx
}

// TxOf returns the transaction that db, of whatever sort, is or ctx carries for
// it where db stands on a [Pool], else nil.
func TxOf(ctx context.Context, db *gorm.DB) *Tx {
	if s, ok := Of(db); ok {
		return s.Tx(ctx)
	}
	return nil
}

// Begin begins a transaction, or makes a savepoint in that of the source or of
// ctx. The end of ctx rolls a transaction back. A savepoint takes no options:
// [ErrOutermost]. The caller puts the result into a context by [WithTx]. A
// BEGIN that the connection did not survive is sent on another one, since
// nothing has run.
func (s Source) Begin(ctx context.Context, opts pgx.TxOptions) (*Tx, error) {
	if t := s.Tx(ctx); t != nil {
		if opts != (pgx.TxOptions{}) {
			return nil, ErrOutermost
		}
		return t.savepoint(ctx)
	}
	return s.pool.begin(ctx, opts)
}

// Do runs fn with the connection of the transaction that the source or ctx has,
// else with one of the pool. No other statement of the transaction runs
// meanwhile, so fn must read its results to their end and must not call
// anything that uses the transaction; [Source.Native] is for code that may. It
// returns [ErrConnBusy] when a result of the transaction is still open. A panic
// of fn frees the connection and goes on.
func (s Source) Do(ctx context.Context, fn func(ctx context.Context, conn *pgx.Conn) error) error {
	t := s.Tx(ctx)
	if t == nil {
		return s.pool.do(ctx, Func(fn), false)
	}
	return t.do(ctx, false, Func(fn))
}

// Work is what runs on a connection.
type Work interface {
	On(ctx context.Context, conn *pgx.Conn) error
}

// Func is a function as [Work].
type Func func(ctx context.Context, conn *pgx.Conn) error

// On implements [Work].
func (fn Func) On(ctx context.Context, conn *pgx.Conn) error { return fn(ctx, conn) }

// do runs w on the transaction's connection; reads says that it leaves nothing
// behind.
func (t *Tx) do(ctx context.Context, reads bool, w Work) error {
	session := t.session
	if err := session.takeFree(ctx, t); err != nil {
		return err
	}
	defer session.give()
	if !reads {
		session.note(t, "")
	}
	if ran, err := session.carry(ctx, w); ran {
		return session.fail(ctx, inside(err))
	}
	if err := session.ready(ctx); err != nil {
		return err
	}
	return session.fail(ctx, inside(w.On(ctx, session.conn.Conn())))
}

// do runs w on a connection of the pool; once says that it is one statement,
// which runs again if the server refuses it as old.
func (p *Pool) do(ctx context.Context, w Work, once bool) error {
	conn, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = w.On(ctx, conn.Conn())
	for n := 0; once && p.again(conn.Conn(), err, n); n++ {
		err = w.On(ctx, conn.Conn())
	}
	return p.fail(ctx, conn.Conn(), err)
}

// Native is [Source.Do] for code of the application. Where fn uses the
// transaction by another way than its connection, that call returns
// [ErrConnBusy] with the line that called Native; Native returns it for a
// result that fn leaves open. skip is the count of callers between the
// application and here.
func (s Source) Native(ctx context.Context, skip int, fn func(conn *pgx.Conn) error) error {
	s.pool.Wrote(ctx) // it may
	where := &trace{}
	where.take(skip + 1)
	t := s.Tx(ctx)
	if t == nil {
		return s.pool.do(ctx, Func(func(_ context.Context, conn *pgx.Conn) error {
			h := &holder{what: "a native function", where: *where}
			s.pool.holders.add(h)
			defer s.pool.holders.remove(h)
			return whole(fn(conn), conn, where)
		}), false)
	}
	session := t.session
	if err := session.takeIdle(ctx, t); err != nil {
		return err
	}
	session.note(t, "")
	session.native.Store(where)
	defer func() {
		session.native.Store(nil)
		session.left = nil
		if session.pgConn().IsBusy() {
			session.left = where
		}
		session.give()
	}()
	conn := session.conn.Conn()
	return session.fail(ctx, whole(fn(conn), conn, where))
}

// whole has an error for native code that leaves a result open.
func whole(err error, conn *pgx.Conn, where *trace) error {
	if err == nil && conn.PgConn().IsBusy() {
		return busyLeft(where.String())
	}
	return err
}
