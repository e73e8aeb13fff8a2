package pgpool

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// AcquireTimeoutError says that the pool had no free connection within its
// timeout. Nothing was sent to the server. It is what
// gormango.PoolTimeoutError, with the same fields, is made of.
type AcquireTimeoutError struct {
	Waited   time.Duration // the timeout
	Max      int32         // the pool's size
	Acquired int32         // connections in use when the wait ended
	Opening  int32         // connections being opened then
	HeldBy   string        // the lines that have held connections longest; empty when none is known
	NoTx     bool          // the context carried no transaction
}

// Error implements error.
func (e *AcquireTimeoutError) Error() string {
	if e.Acquired < e.Max {
		return fmt.Sprintf("gormango: no connection within %v: %d of the pool's %d are in use and %d being opened (the server may be slow or out of reach)",
			e.Waited, e.Acquired, e.Max, e.Opening)
	}
	held, without := "", ""
	if e.HeldBy != "" {
		held = ", held longest by " + e.HeldBy
	}
	if e.NoTx {
		without = "; the context carries no transaction"
	}
	return fmt.Sprintf("gormango: no connection within %v: %d of the pool's %d are in use%s%s (inside a transaction use its context, close results, or raise Config.Pool.Max)",
		e.Waited, e.Acquired, e.Max, held, without)
}

// Is holds for [ErrPoolExhausted].
func (e *AcquireTimeoutError) Is(target error) bool {
	return target == ErrPoolExhausted && e.Acquired >= e.Max
}

// gate is the way to the pgx pool: it bounds the wait for a connection, and
// counts.
type gate struct {
	timeout  time.Duration // zero waits as long as the context
	waiting  atomic.Int64
	timeouts atomic.Int64
}

// Waits returns how many calls wait for a connection now, and how many gave up
// at the timeout so far.
func (p *Pool) Waits() (now, timeouts int64) { return p.gate.waiting.Load(), p.gate.timeouts.Load() }

// wait runs acquire, which takes a connection of the pgx pool, within the
// timeout.
func (p *Pool) wait(ctx context.Context, acquire func(ctx context.Context) error) error {
	p.gate.waiting.Add(1)
	defer p.gate.waiting.Add(-1)
	bounded, within := p.bounded(ctx)
	defer bounded.stop()
	return p.waited(ctx, bounded, acquire(within))
}

// bounded returns a context with the pool's timeout, and the patience that it
// is, nil without a timeout.
func (p *Pool) bounded(ctx context.Context) (*patience, context.Context) {
	if p.gate.timeout <= 0 {
		return nil, ctx
	}
	bounded := &patience{Context: ctx, timeout: p.gate.timeout}
	return bounded, bounded
}

// waited returns the error of a wait for a connection that has ended with err.
func (p *Pool) waited(ctx context.Context, bounded *patience, err error) error {
	switch {
	case err == nil:
		return nil
	case p.life.Err() != nil:
		return ErrClosed
	case ctx.Err() == nil && bounded.over():
		p.gate.timeouts.Add(1)
		s := p.pgx.Stat()
		return p.translated(&AcquireTimeoutError{Waited: p.gate.timeout, Max: s.MaxConns(), Acquired: s.AcquiredConns(), Opening: s.ConstructingConns(),
			HeldBy: p.holders.String(), NoTx: p.TxFrom(ctx) == nil})
	}
	return p.translated(err)
}

func (p *Pool) acquire(ctx context.Context) (conn *pgxpool.Conn, err error) {
	p.strays.check(ctx)
	// As wait, without a function: it runs for each statement.
	p.gate.waiting.Add(1)
	defer p.gate.waiting.Add(-1)
	bounded, within := p.bounded(ctx)
	defer bounded.stop()
	conn, err = p.pgx.Acquire(within)
	err = p.waited(ctx, bounded, err)
	if err != nil && p.readOnly {
		err = &noConnection{err}
	}
	return conn, err
}

// Ping asks the server for an answer on a connection of the pool, outside of
// every transaction.
func (p *Pool) Ping(ctx context.Context) error {
	return p.do(ctx, Func(func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) }), false)
}

// beginOptions has BEGIN carry the pool's settings of a transaction, in the
// same exchange.
func (p *Pool) beginOptions(o pgx.TxOptions) pgx.TxOptions {
	if p.txSettings == nil {
		return o
	}
	settings := p.txSettings()
	if settings == "" {
		return o
	}
	if o.BeginQuery == "" {
		o.BeginQuery = beginText(o)
	}
	o.BeginQuery += "; " + settings
	return o
}

// beginText returns the BEGIN of a transaction.
func beginText(o pgx.TxOptions) string {
	text := "begin"
	if o.IsoLevel != "" {
		text += " isolation level " + string(o.IsoLevel)
	}
	if o.AccessMode != "" {
		text += " " + string(o.AccessMode)
	}
	if o.DeferrableMode != "" {
		text += " " + string(o.DeferrableMode)
	}
	return text
}
