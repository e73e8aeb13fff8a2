package connect

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Dedicated makes a connection outside of the pool, to DirectURL if that is
// set. edit, if not nil, has the last word on its options. The error is
// [ErrPooled] where a pooler in transaction mode is at the other end.
func (s *Server) Dedicated(ctx context.Context, edit func(*pgx.ConnConfig)) (*pgx.Conn, error) {
	c, field := s.direct, "DirectURL"
	if c == nil {
		c, field = s.config.ConnConfig, "URL"
		if s.link.pooled() {
			return nil, errPooledURL(field)
		}
	}
	c = c.Copy()
	if s.before != nil {
		if err := s.before(ctx, c); err != nil {
			return nil, err
		}
	}
	if edit != nil {
		edit(c)
	}
	if s.direct == nil && s.link.mode == Detect {
		// A lazy database may not know yet, and a pooler refuses the settings of the
		// session.
		if err := s.link.detect(ctx, c); err != nil {
			return nil, s.from.Translate(err)
		}
		if s.link.pooled() {
			return nil, errPooledURL(field)
		}
	}
	s.link.start(c)
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, Explain(&c.Config, err, s.from.ServerError)
	}
	behind := false
	if s.direct != nil {
		behind, err = behindPooler(ctx, conn.PgConn())
	}
	switch {
	case err == nil && behind:
		err = errPooledURL(field)
	case err == nil:
		err = s.config.AfterConnect(ctx, conn)
	}
	if err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func errPooledURL(field string) error {
	return fmt.Errorf("%w: Config.%s leads to a pooler that gives each transaction another connection (set Config.DirectURL to the server itself)", ErrPooled, field)
}
