// Package connect leads from the settings of a database to pools of connections
// to its servers: the primary and its replicas, with or without a pooler before
// them. connect.go has the settings and the pools, dedicated.go connections
// outside of them.
package connect

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/gormango/gormango/internal/pgpool"
)

// Config is what gormango.Config, which documents it, says about connecting.
type Config struct {
	URL, DirectURL string
	Replicas       []string
	Pooler         Mode

	StatementTimeout, LockTimeout, IdleInTransactionTimeout time.Duration

	PlanCacheMode   string
	ApplicationName string
	TimeZone        *time.Location
	AcquireTimeout  time.Duration
	CloseTimeout    time.Duration

	// Adjust has the last word on the options of each server's pool.
	Adjust func(*pgxpool.Config) error

	// Choose returns where a read goes, as pgpool.ReplicaOptions says. Nil is
	// any replica.
	Choose func(ctx context.Context, table string) int

	// Log returns where messages go.
	Log func() *slog.Logger

	// Translate returns the final form of every error of a statement.
	Translate func(error) error

	// Stray is pgpool.Options.Stray of the primary.
	Stray func(statement, block string)
	// ServerError returns err with the type that belongs to pgErr in it, an
	// answer of the server, nil if none does.
	ServerError func(pgErr *pgconn.PgError, err error) error
}

// Server is a server, and how connections to it are made.
type Server struct {
	Pool *pgpool.Pool

	from   Config
	config *pgxpool.Config
	zone   *time.Location
	before func(context.Context, *pgx.ConnConfig) error // BeforeConnect of the application
	direct *pgx.ConnConfig                              // of DirectURL, nil without
	link   link
}

// cancelGrace is how long a cancelled statement may take to answer before its
// connection is given up.
const cancelGrace = 2 * time.Second

// Open makes the pools of c's servers and returns the primary, whose pool sends
// reads to the replicas. It does not connect. An error holds no password.
func Open(ctx context.Context, c Config) (*Server, error) {
	if c.URL == "" {
		return nil, errors.New("gormango: Config.URL is empty (set it, or take the Config of FromEnv)")
	}
	s, err := c.server("URL", func(*pgxpool.Config) {})
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx, failsOver(s.config.ConnConfig)); err != nil {
		return nil, err
	}
	if err := s.follow(ctx); err != nil {
		_ = s.Pool.Close() // nothing has used it
		return nil, err
	}
	return s, nil
}

// server returns the server of c.URL, which stands in the named field of
// gormango.Config. fill adds what that leaves out.
func (c Config) server(field string, fill func(*pgxpool.Config)) (*Server, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, urlError(field, err)
	}
	fill(pc)
	params := pc.ConnConfig.RuntimeParams
	switch {
	case c.ApplicationName != "":
		params["application_name"] = c.ApplicationName
	case params["application_name"] == "":
		params["application_name"] = filepath.Base(os.Args[0])
	}
	loc, err := c.location(params)
	if err != nil {
		return nil, err
	}
	settings, err := c.settings(params)
	if err != nil {
		return nil, err
	}
	pc.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler { return pgpool.Canceler(conn, cancelGrace) }
	if err := c.Adjust(pc); err != nil {
		return nil, err
	}
	s := &Server{from: c, config: pc, zone: loc, before: pc.BeforeConnect, link: link{mode: c.Pooler, settings: settings, log: c.Log}}
	pc.BeforeConnect = s.beforeConnect
	pc.AfterConnect = afterConnect(loc, pc.AfterConnect)
	if c.DirectURL != "" {
		if s.direct, err = pgx.ParseConfig(c.DirectURL); err != nil {
			return nil, urlError("DirectURL", err)
		}
		s.direct.RuntimeParams["application_name"] = params["application_name"]
		s.direct.RuntimeParams["timezone"] = params["timezone"]
		s.direct.BuildContextWatcherHandler = pc.ConnConfig.BuildContextWatcherHandler
		s.direct.Tracer = pc.ConnConfig.Tracer
	}
	return s, nil
}

// open makes the pool of s.
func (s *Server) open(ctx context.Context, failover bool) error {
	pool, err := pgxpool.NewWithConfig(ctx, s.config)
	if err != nil {
		return s.explain(err)
	}
	s.Pool = pgpool.New(pool, pgpool.Options{
		Translate:      s.from.Translate,
		AcquireTimeout: s.from.AcquireTimeout,
		CloseTimeout:   s.from.CloseTimeout,
		TxSettings:     s.TxSettings,
		Failover:       failover,
		Stray:          s.from.Stray,
	})
	return nil
}

// Ping asks s for an answer.
func (s *Server) Ping(ctx context.Context) error {
	if err := s.Pool.Pgx().Ping(ctx); err != nil {
		return s.explain(err)
	}
	return nil
}

// beforeConnect adapts the configuration of each connection to what is at the
// other end.
func (s *Server) beforeConnect(ctx context.Context, c *pgx.ConnConfig) error {
	if s.before != nil {
		if err := s.before(ctx, c); err != nil {
			return err
		}
	}
	if err := s.link.detect(ctx, c); err != nil {
		return err
	}
	if !s.link.pooled() {
		s.link.start(c)
		return nil
	}
	if c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement { // else the application has chosen one
		c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}
