package gormango

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// Dedicated runs fn with a connection of its own, which is no part of the pool and closed at the end: for
// what belongs to a session, as its advisory locks and SET; for LISTEN there is [Listen]. It goes to
// Config.DirectURL if that is set, else to Config.URL, and gives [ErrPooled] where a pooler in transaction
// mode stands there; on a db that was not opened by Open it gives [ErrNotOpened]. Times, time zone, settings and
// the hooks of Config.Pgx are those of the pool. The transaction of ctx does not reach it. ctx bounds
// connecting; what fn does obeys the context that it is called with. An error of connecting is that of
// [Open].
func Dedicated(ctx context.Context, db *gorm.DB, fn func(conn *pgx.Conn) error) error {
	d := databaseOf(db)
	if d == nil {
		return ErrNotOpened
	}
	d.pool.Wrote(ctx) // fn may
	conn, err := d.dedicated(ctx, nil)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	return d.errs.translate(fn(conn))
}

// hangUp closes conn. The caller's context may be over, and the server should hear that the session is.
func hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

// dedicated makes a connection; edit, if not nil, has the last word on how.
func (d *database) dedicated(ctx context.Context, edit func(*pgx.ConnConfig)) (*pgx.Conn, error) {
	c, field := d.link.direct, "DirectURL"
	if c == nil {
		c, field = d.config.ConnConfig, "URL"
		if d.link.pooled() {
			return nil, errPooledURL(field)
		}
	}
	c = c.Copy()
	if d.link.before != nil {
		if err := d.link.before(ctx, c); err != nil {
			return nil, err
		}
	}
	if edit != nil {
		edit(c)
	}
	if d.link.direct == nil && d.link.mode == Detect {
		// A lazy database may not know yet, and a pooler refuses the settings of the session.
		if err := d.link.look(ctx, c); err != nil {
			return nil, d.errs.translate(err)
		}
		if d.link.pooled() {
			return nil, errPooledURL(field)
		}
	}
	d.link.start(c)
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, openError(c, err)
	}
	if d.link.direct != nil {
		behind, err := behindPooler(ctx, conn.PgConn())
		if err == nil && behind {
			err = errPooledURL(field)
		}
		if err != nil {
			_ = conn.Close(ctx)
			return nil, err
		}
	}
	if err := d.config.AfterConnect(ctx, conn); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func errPooledURL(field string) error {
	return fmt.Errorf("%w: Config.%s leads to a pooler that gives each transaction another connection (set Config.DirectURL to the server itself)", ErrPooled, field)
}
