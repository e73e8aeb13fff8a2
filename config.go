package gormango

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
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

	// Replicas are the URLs of read-only servers with the same database, each with a pool of its own that
	// Pool sizes. Reads outside of transactions go there as Router says, everything else to URL. What URL
	// says of application name and session settings holds for those that say nothing else, its time zone
	// for all; Pooler, Tracer and Pgx apply to each. A replica has 5 s to connect if its URL has no
	// connect_timeout. Default: none.
	Replicas []string

	// Router chooses the server of each read that may go to a replica. Default: any replica, and the
	// primary after a write in a scope of [WithReadYourWrites].
	Router Router

	// Pooler says whether a pooler like PgBouncer stands before the server and gives each transaction
	// another connection. Default: [Detect].
	Pooler PoolerMode

	// DirectURL is the server without the pooler, for [Listen], and for [Dedicated]: advisory locks of a
	// session. Behind a pooler these refuse without it. Default: none; without a pooler, URL serves.
	DirectURL string

	// StatementTimeout, LockTimeout and IdleInTransactionTimeout are defaults of every session:
	// PostgreSQL's statement_timeout, lock_timeout and idle_in_transaction_session_timeout. Behind a
	// pooler they hold inside transactions only, and a warning says so once. Default: that of URL,
	// else the server's own.
	StatementTimeout, LockTimeout, IdleInTransactionTimeout time.Duration

	// PlanCacheMode is PostgreSQL's plan_cache_mode: auto, force_custom_plan or force_generic_plan.
	// Behind a pooler it holds inside transactions only. Default: that of URL, else the server's own,
	// which is auto.
	PlanCacheMode string

	// ApplicationName is what pg_stat_activity shows. Default: that of URL, else the program's name.
	ApplicationName string

	// TimeZone is the location of every time.Time that is read, and the session's TimeZone parameter.
	// It needs a name that PostgreSQL knows, so time.Local is refused. Default: that of URL, else UTC.
	TimeZone *time.Location

	// Lazy has Open not connect, for a start-up before the database is up. Default: Open connects and
	// pings, so that a wrong setting is an error of Open.
	Lazy bool

	// Logger gets GORM's messages. Statements of GORM and of repositories come at Debug with their
	// values, slow ones at Warn without. Default: slog.Default() at the time of each message.
	Logger *slog.Logger

	// SlowQuery is how long a statement takes that is logged at Warn. Below zero none is. Default:
	// 200 ms.
	SlowQuery time.Duration

	// Tracer sees every statement of the pool, those of [Native] too; pgx's further interfaces
	// (BatchTracer, ConnectTracer, pgxpool.AcquireTracer, …) work if it has them. Default: none.
	Tracer pgx.QueryTracer

	// GORM has the last word on GORM's options. Three of them differ from GORM's own, and setting them
	// to false gives GORM's behaviour back: QueryFields (columns by name in place of *), TranslateError
	// (without it [IntegrityError] and its like do not come, in repositories neither), and
	// SkipDefaultTransaction, of which true means here: skipped for a write that is one statement
	// anyway, without hooks, relations to save and plugins that watch writes. A session sets it to
	// true for GORM's meaning.
	GORM func(*gorm.Config)

	// Pgx has the last word on the pool's options before it opens, once for each server. An AfterConnect set here runs after
	// gormango's own, a BeforeConnect before, so that it can supply a password.
	Pgx func(*pgxpool.Config) error
}

// cancelGrace is how long a cancelled statement may take to answer before its connection is given up.
const cancelGrace = 2 * time.Second

// pgxConfig is the pool's configuration, and what its connections are to be. No error of it holds a
// password.
func (c Config) pgxConfig() (*pgxpool.Config, *link, error) {
	if c.URL == "" {
		return nil, nil, fmt.Errorf("gormango: Config.URL is empty (set it, or take the Config of FromEnv)")
	}
	return c.poolConfig("URL", func(*pgxpool.Config) {})
}

// poolConfig is pgxConfig of c.URL, which is the field of Config; fill adds what that leaves out.
func (c Config) poolConfig(field string, fill func(*pgxpool.Config)) (*pgxpool.Config, *link, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, nil, urlError(field, err)
	}
	fill(pc)
	params := pc.ConnConfig.RuntimeParams
	switch {
	case c.ApplicationName != "":
		params["application_name"] = c.ApplicationName
	case params["application_name"] == "":
		params["application_name"] = filepath.Base(os.Args[0])
	}
	zone, err := c.zone(params)
	if err != nil {
		return nil, nil, err
	}
	if err := c.Pool.apply(pc); err != nil {
		return nil, nil, err
	}
	l := &link{mode: c.Pooler, log: c.log}
	if err := l.take(c, params); err != nil {
		return nil, nil, err
	}
	pc.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler { return pgpool.Canceler(conn, cancelGrace) }
	if c.Tracer != nil {
		pc.ConnConfig.Tracer = c.Tracer
	}
	if c.Pgx != nil {
		if err := c.Pgx(pc); err != nil {
			return nil, nil, fmt.Errorf("gormango: Config.Pgx: %w", err)
		}
	}
	l.before = pc.BeforeConnect
	pc.BeforeConnect = l.beforeConnect
	pc.AfterConnect = afterConnect(zone, pc.AfterConnect)
	if c.DirectURL != "" {
		if l.direct, err = pgx.ParseConfig(c.DirectURL); err != nil {
			return nil, nil, urlError("DirectURL", err)
		}
		l.direct.RuntimeParams["application_name"] = params["application_name"]
		l.direct.RuntimeParams["timezone"] = params["timezone"]
		l.direct.BuildContextWatcherHandler = pc.ConnConfig.BuildContextWatcherHandler
		l.direct.Tracer = pc.ConnConfig.Tracer
	}
	return pc, l, nil
}

func (c Config) log() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}

// urlError is err without the URL, which pgx masks only as far as it understands it, and without the
// causes that quote parts of it.
func urlError(field string, err error) error {
	const form = "its form is postgres://user:password@host:5432/name, with special characters of the password as %XX"
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
			var file *fs.PathError
			if errors.As(err, &file) { // of a certificate or the like
				known += fmt.Sprintf(": %q: %v", file.Path, file.Err)
			}
			return fmt.Errorf("gormango: Config.%s: %s (%s)", field, known, form)
		}
	}
	return fmt.Errorf("gormango: Config.%s is not valid (%s)", field, form)
}
