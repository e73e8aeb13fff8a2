package gormango

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/connect"
)

// ErrPooled says that something needs a session of its own, which a pooler in
// transaction mode has not. [Dedicated] and [Listen] have one where
// Config.DirectURL is set.
var ErrPooled = connect.ErrPooled

// Dedicated runs fn with a connection of its own, which is no part of the pool
// and closed at the end. It is for what belongs to a session, as advisory locks
// and SET; for LISTEN there is [Listen].
//
// The connection goes to Config.DirectURL if that is set, else to Config.URL.
// Its times, time zone, settings and hooks of Config.Pgx are those of the pool.
// The transaction of ctx does not reach it. ctx bounds connecting; what fn does
// obeys the context that it is called with.
//
// The error is [ErrPooled] where a pooler in transaction mode stands at the
// other end, and [ErrNotOpened] for a db that was not opened by Open. An error
// of connecting is that of [Open].
func Dedicated(ctx context.Context, db *gorm.DB, fn func(conn *pgx.Conn) error) error {
	d := databaseOf(db)
	if d == nil {
		return ErrNotOpened
	}
	d.Pool.Wrote(ctx) // fn may
	conn, err := d.Server.Dedicated(ctx, nil)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	return d.errs.translate(fn(conn))
}

// hangUp closes conn, also where the caller's context is over: the server
// should hear that the session is.
func hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
