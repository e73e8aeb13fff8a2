package pgpool

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// connector makes shells for the virtual *sql.DB.
type connector struct{ pool *Pool }

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return &shell{pool: c.pool}, nil }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c }

// Open implements driver.Driver.
func (connector) Open(string) (driver.Conn, error) {
	return nil, errors.New("gormango: the driver cannot be opened by name (use gormango.Open)")
}

type bindKey struct{}

// shell is a connection of the virtual *sql.DB that has no connection. It runs
// in the transaction it is bound to, else in that of the statement's context,
// else on a connection of the pool. It never returns driver.ErrBadConn:
// database/sql would send a statement again that may have run.
type shell struct {
	pool  *Pool
	bound *Tx
}

var (
	_ driver.QueryerContext     = (*shell)(nil)
	_ driver.ExecerContext      = (*shell)(nil)
	_ driver.ConnPrepareContext = (*shell)(nil)
	_ driver.ConnBeginTx        = (*shell)(nil)
	_ driver.NamedValueChecker  = (*shell)(nil)
)

func (c *shell) tx(ctx context.Context) *Tx {
	t := c.pool.TxFrom(ctx)
	if c.bound != nil && (t == nil || t.session != c.bound.session) {
		return c.bound
	}
	return t // also of the bound one: a savepoint in it that has ended must refuse
}

// QueryContext implements driver.QueryerContext.
func (c *shell) QueryContext(ctx context.Context, query string, named []driver.NamedValue) (driver.Rows, error) {
	from, ok := ctx.(*call)
	if !ok {
		from = &call{Context: ctx, tx: c.tx(ctx), args: values(named)}
	}
	var err error
	if t := from.tx; t != nil {
		c.pool.sent(from.Context, query)
		from.rows, err = t.session.query(from.Context, t, query, from.args)
	} else {
		from.rows, err = c.pool.read(from.Context, query, from.args)
	}
	if err != nil {
		return nil, err // no typed nil
	}
	return from.rows, nil
}

// read starts a result outside of a transaction, on a replica where the context
// allows it.
func (p *Pool) read(ctx context.Context, query string, args []any) (*rows, error) {
	if p.replicas == nil {
		return p.result(ctx, query, args)
	}
	table, reads := readOf(ctx)
	if !reads || strings.Contains(query, "_advisory_") { // a lock on a replica keeps no other session out
		p.sent(ctx, query)
		return p.result(ctx, query, args)
	}
	return p.routed(ctx, table, query, args)
}

func (p *Pool) routed(ctx context.Context, table, query string, args []any) (r *rows, err error) {
	err = p.route(ctx, table, func(p *Pool) (bool, error) {
		if t := p.TxFrom(ctx); t != nil {
			r, err = t.session.query(ctx, t, query, args)
		} else {
			r, err = p.result(ctx, query, args)
		}
		return false, err
	})
	return r, err
}

// smallPool is up to which size a pool notes the line of every result. Larger
// ones note it while a call waits, since it costs 5 % of a small query.
const smallPool = 2

// result starts a query on a connection of the pool, which the result owns
// until it is closed.
func (p *Pool) result(ctx context.Context, query string, args []any) (r *rows, err error) {
	conn, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if r == nil { // an error, or the panic of an argument
			conn.Release()
		}
	}()
	r, err = start(ctx, conn.Conn(), query, args)
	for n := 0; p.again(conn.Conn(), err, n); n++ {
		r, err = start(ctx, conn.Conn(), query, args)
	}
	if err != nil {
		return nil, p.fail(ctx, conn.Conn(), err)
	}
	r.pool, r.owned, r.soils = p, conn, effectsOf(query).session
	if r.more && (p.max <= smallPool || p.gate.waiting.Load() > 0) {
		r.held = &holder{what: "a result"}
		r.held.where.take(2)
		p.holders.add(r.held)
	}
	return r, nil
}

// ExecContext implements driver.ExecerContext.
func (c *shell) ExecContext(ctx context.Context, query string, named []driver.NamedValue) (driver.Result, error) {
	args := values(named)
	if t := c.tx(ctx); t != nil {
		return t.ExecContext(ctx, query, args...)
	}
	return c.pool.exec(ctx, query, args)
}

// PrepareContext implements driver.ConnPrepareContext. Nothing is sent: pgx
// prepares by itself, on whatever connection the statement runs later.
func (c *shell) PrepareContext(_ context.Context, query string) (driver.Stmt, error) {
	return &statement{c, query}, nil
}

// Prepare implements driver.Conn.
func (c *shell) Prepare(query string) (driver.Stmt, error) { return &statement{c, query}, nil }

// BeginTx binds the shell to the transaction that ctx names. The sql.Tx around
// it neither begins nor ends anything on the server.
func (c *shell) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	t, ok := ctx.Value(bindKey{}).(*Tx)
	if !ok {
		return nil, errors.New("gormango: the virtual database begins no transaction (begin it at the pool)")
	}
	c.bound = t
	return unbind{c}, nil
}

// Begin implements driver.Conn.
func (c *shell) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// Close implements driver.Conn.
func (c *shell) Close() error { return nil }

// CheckNamedValue leaves every value to pgx, which knows more types than
// database/sql.
func (c *shell) CheckNamedValue(*driver.NamedValue) error { return nil }

type unbind struct{ shell *shell }

// Commit implements driver.Tx.
func (u unbind) Commit() error { u.shell.bound = nil; return nil }

// Rollback implements driver.Tx.
func (u unbind) Rollback() error { u.shell.bound = nil; return nil }

// statement is a text that a shell runs.
type statement struct {
	shell *shell
	query string
}

var (
	_ driver.StmtQueryContext = (*statement)(nil)
	_ driver.StmtExecContext  = (*statement)(nil)
)

// QueryContext implements driver.StmtQueryContext.
func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.shell.QueryContext(ctx, s.query, args)
}

// ExecContext implements driver.StmtExecContext.
func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.shell.ExecContext(ctx, s.query, args)
}

// NumInput leaves the count of arguments to the server.
func (s *statement) NumInput() int { return -1 }

// Close implements driver.Stmt.
func (s *statement) Close() error { return nil }

var errNoContext = errors.New("gormango: a prepared statement needs a context (use ExecContext or QueryContext)")

// Exec implements driver.Stmt.
func (s *statement) Exec([]driver.Value) (driver.Result, error) { return nil, errNoContext }

// Query implements driver.Stmt.
func (s *statement) Query([]driver.Value) (driver.Rows, error) { return nil, errNoContext }

func values(named []driver.NamedValue) []any {
	args := make([]any, len(named))
	for i := range named {
		args[i] = named[i].Value
	}
	return args
}
