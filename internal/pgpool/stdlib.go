package pgpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// realConnector opens connections of pgx's database/sql driver out of the pool.
type realConnector struct {
	driver.Connector
	pool *Pool
}

func openReal(p *Pool) *sql.DB {
	db := sql.OpenDB(realConnector{stdlib.GetPoolConnector(p.pgx), p})
	db.SetMaxIdleConns(0) // idle connections belong to the pgx pool
	return db
}

// Connect implements driver.Connector.
func (c realConnector) Connect(ctx context.Context) (driver.Conn, error) {
	var conn driver.Conn
	err := c.pool.wait(ctx, func(ctx context.Context) (err error) {
		conn, err = c.Connector.Connect(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	std, ok := conn.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("gormango: pgx's driver gave a %T", conn), conn.Close())
	}
	held := &holder{what: "a connection of GORM's Connection or DB"}
	held.where.take(1)
	c.pool.holders.add(held)
	return &realConn{Conn: std, pool: c.pool, held: held}, nil
}

// Close closes the pool with the *sql.DB.
func (c realConnector) Close() error {
	return c.pool.shut()
}

// realConn keeps database/sql from sending a statement twice. pgx's driver
// answers a connection that broke after the statement was sent with
// driver.ErrBadConn in some cases, which means "try again".
type realConn struct {
	*stdlib.Conn
	pool   *Pool
	held   *holder
	soiled bool // a setting of the session has changed
}

// Close implements driver.Conn. database/sql calls it at the end of each use,
// since it keeps no connection.
func (c *realConn) Close() error {
	c.pool.holders.remove(c.held)
	if c.soiled {
		discard(c.Conn.Conn())
	}
	return c.Conn.Close()
}

func (c *realConn) outcome(ctx context.Context, open bool, err error) error {
	if over := ctx.Err(); over != nil && errors.Is(err, driver.ErrBadConn) && !c.Conn.Conn().IsClosed() {
		return over // pgx has sent nothing
	}
	if open && errors.Is(err, driver.ErrBadConn) {
		if over := ctx.Err(); over != nil {
			return c.pool.translated(fmt.Errorf("%w (database/sql): %w", ErrConnectionLost, over))
		}
		return c.pool.translated(fmt.Errorf("%w (database/sql)", ErrConnectionLost))
	}
	if err == nil || errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return c.pool.fail(ctx, c.Conn.Conn(), err)
}

// ExecContext implements driver.ExecerContext.
func (c *realConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.pool.Wrote(ctx)
	c.soiled = c.soiled || effectsOf(query).session
	open := !c.Conn.Conn().IsClosed()
	res, err := c.Conn.ExecContext(ctx, query, args)
	return res, c.outcome(ctx, open, err)
}

// QueryContext implements driver.QueryerContext.
func (c *realConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.pool.sent(ctx, query)
	c.soiled = c.soiled || effectsOf(query).session
	open := !c.Conn.Conn().IsClosed()
	rows, err := c.Conn.QueryContext(ctx, query, args)
	if err != nil {
		return nil, c.outcome(ctx, open, err)
	}
	return rows, nil
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *realConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	open := !c.Conn.Conn().IsClosed()
	st, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.outcome(ctx, open, err)
	}
	std, ok := st.(*stdlib.Stmt)
	if !ok {
		return st, nil
	}
	return &realStmt{std, c, query}, nil
}

type realStmt struct {
	*stdlib.Stmt
	conn  *realConn
	query string
}

// ExecContext implements driver.StmtExecContext.
func (s *realStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, args)
}

// QueryContext implements driver.StmtQueryContext.
func (s *realStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, args)
}
