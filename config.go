package gormango

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

// Config says which database [Open] opens, and how. Only URL is needed.
type Config struct {
	// URL is the database: postgres://user:password@host:5432/name, or libpq's key=value form. Several
	// hosts and target_session_attrs work as in libpq, pool_max_conns and its like as in pgxpool. What
	// it leaves out comes from libpq's PG* variables.
	URL string

	// Models are the models of this database, as pointers to structs. Relations in reverse and
	// migrations know these.
	Models []any

	// Pool sizes the connection pool.
	Pool Pool

	// ApplicationName is what pg_stat_activity shows. Default: that of URL, else the program's name.
	ApplicationName string

	// TimeZone is the location of every time.Time that is read, and the session's TimeZone parameter.
	// It needs a name that PostgreSQL knows, so time.Local is refused. Default: that of URL, else UTC.
	TimeZone *time.Location

	// Lazy has Open not connect, for a start-up before the database is up. Default: Open connects and
	// pings, so that a wrong setting is an error of Open.
	Lazy bool

	// Logger gets GORM's messages; statements come at Debug. Default: slog.Default() at the time of
	// each message.
	Logger *slog.Logger

	// GORM has the last word on GORM's options.
	GORM func(*gorm.Config)

	// Pgx has the last word on the pool's options before it opens. An AfterConnect set here runs after
	// gormango's own.
	Pgx func(*pgxpool.Config) error
}

// Pool are the settings of the connection pool. A zero leaves that of the URL, else pgxpool's default,
// which is said with each field.
type Pool struct {
	Max               int32         // connections at most; pool_max_conns, default 4 or the number of CPUs if that is more
	Min               int32         // connections at least; pool_min_conns, default 0
	MaxLifetime       time.Duration // age after which a connection is closed; pool_max_conn_lifetime, default 1 h
	MaxLifetimeJitter time.Duration // random addition to MaxLifetime; pool_max_conn_lifetime_jitter, default 0
	MaxIdle           time.Duration // idle time after which a connection is closed; pool_max_conn_idle_time, default 30 min
	HealthCheck       time.Duration // between checks of idle connections; pool_health_check_period, default 1 min
}

func (p Pool) apply(c *pgxpool.Config) error {
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"Max", int64(p.Max)}, {"Min", int64(p.Min)}, {"MaxLifetime", int64(p.MaxLifetime)},
		{"MaxLifetimeJitter", int64(p.MaxLifetimeJitter)}, {"MaxIdle", int64(p.MaxIdle)}, {"HealthCheck", int64(p.HealthCheck)},
	} {
		if n.value < 0 {
			return fmt.Errorf("gormango: Config.Pool.%s is negative (leave it zero for the default)", n.name)
		}
	}
	c.MaxConns = or(p.Max, c.MaxConns)
	c.MinConns = or(p.Min, c.MinConns)
	c.MaxConnLifetime = or(p.MaxLifetime, c.MaxConnLifetime)
	c.MaxConnLifetimeJitter = or(p.MaxLifetimeJitter, c.MaxConnLifetimeJitter)
	c.MaxConnIdleTime = or(p.MaxIdle, c.MaxConnIdleTime)
	c.HealthCheckPeriod = or(p.HealthCheck, c.HealthCheckPeriod)
	if c.MinConns > c.MaxConns {
		return fmt.Errorf("gormango: a pool of %d connections at least and %d at most (raise Config.Pool.Max)", c.MinConns, c.MaxConns)
	}
	return nil
}

func or[T int32 | time.Duration](v, otherwise T) T {
	if v != 0 {
		return v
	}
	return otherwise
}

// cancelGrace is how long a cancelled statement may take to answer before its connection is given up.
const cancelGrace = 2 * time.Second

// pgxConfig is the pool's configuration. No error of it holds a password.
func (c Config) pgxConfig() (*pgxpool.Config, error) {
	if c.URL == "" {
		return nil, fmt.Errorf("gormango: Config.URL is empty (set it, or take the Config of FromEnv)")
	}
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, urlError(err)
	}
	params := pc.ConnConfig.RuntimeParams
	switch {
	case c.ApplicationName != "":
		params["application_name"] = c.ApplicationName
	case params["application_name"] == "":
		params["application_name"] = filepath.Base(os.Args[0])
	}
	zone, err := c.zone(params)
	if err != nil {
		return nil, err
	}
	if err := c.Pool.apply(pc); err != nil {
		return nil, err
	}
	// pgx's default closes the connection of a cancelled statement; asking the server to stop keeps it.
	pc.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelGrace}
	}
	if c.Pgx != nil {
		if err := c.Pgx(pc); err != nil {
			return nil, fmt.Errorf("gormango: Config.Pgx: %w", err)
		}
	}
	pc.AfterConnect = afterConnect(zone, pc.AfterConnect)
	return pc, nil
}

// urlError is err without the URL, which pgx masks only as far as it understands it, and without the
// causes that quote parts of it.
func urlError(err error) error {
	text := err.Error()
	reason := ""
	if i := strings.LastIndex(text, "`: "); i >= 0 {
		reason = text[i+len("`: "):]
	}
	for _, known := range []string{
		"failed to parse as URL", "failed to parse as keyword/value", "failed to read service", "invalid port",
		"failed to configure TLS", "invalid sslcertmode", "invalid connect_timeout", "unknown target_session_attrs value",
		"cannot parse pool_", "pool_max_conns too small", "could not match", "unknown channel_binding value",
	} {
		if strings.HasPrefix(reason, known) {
			if known == "cannot parse pool_" {
				known, _, _ = strings.Cut(reason, " (")
			}
			return fmt.Errorf("gormango: Config.URL: %s (its form is postgres://user:password@host:5432/name, with special characters of the password as %%XX)", known)
		}
	}
	return fmt.Errorf("gormango: Config.URL is not valid (its form is postgres://user:password@host:5432/name, with special characters of the password as %%XX)")
}
