package pgpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

// ErrClosed says that the database was closed.
var ErrClosed = errors.New("gormango: the database is closed")

// ErrInUse says that connections were in use until the end of the time that
// [Pool.Close] waits.
var ErrInUse = errors.New("gormango: connections are still in use")

// Options are the settings of a [Pool].
type Options struct {
	// Translate returns the final form of every error of a statement, a COMMIT and
	// of connecting; it gets no nil. It must leave an error that it has made itself
	// as it is. Default: errors stay.
	Translate func(error) error

	// AcquireTimeout bounds the wait for a connection; after it the error is an
	// [AcquireTimeoutError]. Default: as long as the context.
	AcquireTimeout time.Duration

	// CloseTimeout bounds the wait of Close for connections in use; after it the
	// error is [ErrInUse]. Default: until all are given back.
	CloseTimeout time.Duration

	// TxSettings returns SQL that goes with each BEGIN in the same exchange, "" for
	// none; it is asked once a connection is there. Default: none.
	TxSettings func() string

	// Failover says that new connections find another server where one refuses to
	// write: after SQLSTATE 25006, outside of transactions that were begun read
	// only, the idle connections are closed. Default: they stay.
	Failover bool

	// Stray is called with the places of a statement that runs outside of the
	// transaction in whose block its goroutine is, and of the begin of the block.
	// Default: nothing looks for them.
	Stray func(statement, block string)
}

// Pool is GORM's connection pool over a pgx pool. Each of its methods runs in
// the transaction of the context, if ctx carries one of this pool. It is safe
// for concurrent use.
type Pool struct {
	pgx        *pgxpool.Pool
	translate  func(error) error
	txSettings func() string
	failover   bool
	gate       gate
	max        int32
	holders    holders
	reset      atomic.Int64 // when the pool last closed its idle connections, in nanoseconds
	changes    atomic.Int64 // how often a prepared statement was refused as old
	virtual    *sql.DB      // of shells
	real       *sql.DB      // of pgx's stdlib, for callers who ask GORM for a *sql.DB
	life       context.Context
	end        context.CancelFunc // of life
	replicas   *replicas          // nil without
	readOnly   bool               // of a replica
	closing    sync.Once
	grace      time.Duration // Options.CloseTimeout
	strays     *strays       // nil without Options.Stray; a replica has those of its primary
}

var (
	_ gorm.ConnPool         = (*Pool)(nil)
	_ gorm.ConnPoolBeginner = (*Pool)(nil)
	_ gorm.GetDBConnector   = (*Pool)(nil)
)

// New wraps pool, which [Pool.Close] closes. It runs no query.
func New(pool *pgxpool.Pool, opts Options) *Pool {
	p := &Pool{pgx: pool, translate: opts.Translate, txSettings: opts.TxSettings, failover: opts.Failover, max: pool.Config().MaxConns}
	p.life, p.end = context.WithCancel(context.Background())
	p.gate.timeout, p.grace = opts.AcquireTimeout, opts.CloseTimeout
	p.strays = newStrays(p, opts.Stray)
	p.virtual = sql.OpenDB(connector{p})
	p.virtual.SetMaxIdleConns(64) // shells are a few bytes; no need to make them anew
	p.real = openReal(p)
	return p
}

// Pgx returns the pgx pool. Work on it knows nothing of a context's
// transaction.
func (p *Pool) Pgx() *pgxpool.Pool { return p.pgx }

// Replicated reports whether reads may run on other servers.
func (p *Pool) Replicated() bool { return p.replicas != nil }

// Life returns a context that ends when the pool is closed, before its
// connections are waited for.
func (p *Pool) Life() context.Context { return p.life }

// Close closes the pool and those of its replicas once their connections in use
// are given back. Those in use after [Options].CloseTimeout are closed when
// they are given back, and the error is [ErrInUse]. Later calls do nothing.
func (p *Pool) Close() error { return p.real.Close() }

// shut is what closing comes to, by Close or by the *sql.DB that GORM hands
// out.
func (p *Pool) shut() (err error) {
	p.closing.Do(func() {
		p.end()
		others := make(chan error, 1)
		go func() { others <- p.replicas.close() }()
		err = p.drained()
		_ = p.virtual.Close()
		err = errors.Join(err, <-others)
	})
	return err
}

// drained closes the pgx pool, which waits for its connections.
func (p *Pool) drained() error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.pgx.Close()
	}()
	var over <-chan time.Time
	if p.grace > 0 {
		timer := time.NewTimer(p.grace)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-done:
		return nil
	case <-over:
	}
	held := p.holders.String()
	if held == "" {
		held = "results whose lines are not noted in a pool of this size"
	}
	return fmt.Errorf("%w %v after Close: %d, held by %s (end iterations and transactions, close Rows, before Close)", ErrInUse, p.grace, p.pgx.Stat().AcquiredConns(), held)
}

// GetDBConn returns a *sql.DB over the same pgx pool, for GORM's DB and
// Connection. Its connections are real ones and do not join a context's
// transaction; its limits do not limit the pgx pool. Closing it closes the
// pool.
func (p *Pool) GetDBConn() (*sql.DB, error) { return p.real, nil }

func (p *Pool) exec(ctx context.Context, query string, args []any) (driver.Result, error) {
	p.Wrote(ctx)
	conn, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if effectsOf(query).session {
		defer discard(conn.Conn())
	}
	tag, err := execute(ctx, conn.Conn(), query, args)
	for n := 0; len(args) > 0 && p.again(conn.Conn(), err, n); n++ { // else it is not prepared
		tag, err = execute(ctx, conn.Conn(), query, args)
	}
	if err != nil {
		return nil, p.fail(ctx, conn.Conn(), err)
	}
	return driver.RowsAffected(tag.RowsAffected()), nil
}

// ExecContext runs a statement.
func (p *Pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if t := p.TxFrom(ctx); t != nil {
		return t.ExecContext(ctx, query, args...)
	}
	return p.exec(ctx, query, args)
}

// QueryContext runs a query. Outside a transaction its result holds a
// connection until it is closed.
func (p *Pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.query(ctx, p.TxFrom(ctx), query, args)
}

// QueryRowContext runs a query for one row.
func (p *Pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if t := p.TxFrom(ctx); t != nil {
		return t.QueryRowContext(ctx, query, args...)
	}
	return p.virtual.QueryRowContext(ctx, query, args...)
}

// PrepareContext returns a statement that runs wherever the context of its
// execution says. It sends nothing to the server: pgx prepares by itself.
func (p *Pool) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.virtual.PrepareContext(ctx, query)
}

// BeginTx begins a transaction, or makes a savepoint in the transaction of ctx.
// The result is a *[Tx]. The end of ctx rolls a transaction back.
func (p *Pool) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	o, err := txOptions(opts)
	if err != nil {
		return nil, err
	}
	t, err := Source{pool: p}.Begin(ctx, o)
	if err != nil {
		return nil, err // no typed nil
	}
	return t, nil
}

var isoLevels = map[sql.IsolationLevel]pgx.TxIsoLevel{
	sql.LevelDefault: "", sql.LevelReadUncommitted: pgx.ReadUncommitted, sql.LevelReadCommitted: pgx.ReadCommitted,
	sql.LevelRepeatableRead: pgx.RepeatableRead, sql.LevelSnapshot: pgx.RepeatableRead, sql.LevelSerializable: pgx.Serializable,
}

func txOptions(opts *sql.TxOptions) (o pgx.TxOptions, err error) {
	if opts == nil {
		return o, nil
	}
	known := false
	if o.IsoLevel, known = isoLevels[opts.Isolation]; !known {
		return o, fmt.Errorf("gormango: isolation level %q is not PostgreSQL's (use read committed, repeatable read or serializable)", opts.Isolation)
	}
	if opts.ReadOnly {
		o.AccessMode = pgx.ReadOnly
	}
	return o, nil
}
