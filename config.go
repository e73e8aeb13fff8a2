package gormango

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/connect"
	"github.com/gormango/gormango/models"
)

// Config says which database [Open] opens, and how. Only URL is needed.
type Config struct {
	// URL is the database: postgres://user:password@host:5432/name, or libpq's
	// key=value form. Several hosts and target_session_attrs work as in libpq,
	// pool_max_conns and its like as in pgxpool. What it leaves out comes from
	// libpq's PG* variables.
	URL string

	// Models are the models of this database, as pointers to structs. Relations
	// in reverse and migrations know these.
	Models []any

	// Validator tests objects before repositories write them, in addition to
	// their Clean: rules outside of this module, such as the tags of
	// go-playground/validator. Default: none.
	Validator models.StructValidator

	// Pool sizes the connection pool.
	Pool Pool

	// Replicas are the URLs of read-only servers with the same database, each
	// with a pool of its own that Pool sizes. Reads outside of transactions go
	// there as Router says, everything else to URL. The application name and
	// session settings of URL hold for those that set no other, its time zone
	// for all; Pooler, Tracer and Pgx apply to each. A replica has 5 s to
	// connect if its URL has no connect_timeout. Default: none.
	Replicas []string

	// Router chooses the server of each read that may go to a replica. Default:
	// any replica, and the primary after a write in a scope of
	// [WithReadYourWrites].
	Router Router

	// Pooler says whether a pooler like PgBouncer stands before the server and
	// assigns another connection to each transaction. Default: [Detect].
	Pooler PoolerMode

	// DirectURL is the server without the pooler, for [Listen], and for
	// [Dedicated]: advisory locks of a session. Behind a pooler these refuse
	// without it. Default: none; without a pooler, URL serves.
	DirectURL string

	// StatementTimeout, LockTimeout and IdleInTransactionTimeout are defaults
	// of every session: PostgreSQL's statement_timeout, lock_timeout and
	// idle_in_transaction_session_timeout. Behind a pooler they hold inside
	// transactions only, and a warning says so once. Default: that of URL, else
	// the server's own.
	StatementTimeout, LockTimeout, IdleInTransactionTimeout time.Duration

	// PlanCacheMode is PostgreSQL's plan_cache_mode: auto, force_custom_plan or
	// force_generic_plan. With auto, a query for a rare value may stop using its
	// partial index after five runs, if the model does not declare that index
	// (5 times the time of literal SQL, where force_custom_plan took 0.8 of it
	// and 10 µs for each plan; 0.5 with the index declared);
	// docs/connecting.md has the figures. Behind a pooler it holds inside
	// transactions only.
	// Default: that of URL, else the server's own, which is auto.
	PlanCacheMode string

	// ApplicationName is what pg_stat_activity shows. Default: that of URL,
	// else the program's name.
	ApplicationName string

	// TimeZone is the location of every time.Time that is read, the zone whose
	// clocks columns of type timestamp hold, and the session's TimeZone
	// parameter. It is a zone that PostgreSQL knows by its name, as those of
	// time.LoadLocation, or has one offset, as those of time.FixedZone; time.Local
	// is refused. Default: that of URL, else UTC.
	TimeZone *time.Location

	// Lazy makes Open not connect, for a start-up before the database is up.
	// Default: Open connects and pings, so that a wrong setting is an error of
	// Open.
	Lazy bool

	// Logger receives GORM's messages. Statements of GORM and of repositories
	// come at Debug with their values, slow ones at Warn without. Default:
	// slog.Default() at the time of each message.
	Logger *slog.Logger

	// SlowQuery is the time from which on a statement is logged at Warn. Below
	// zero none is. Default: 200 ms.
	SlowQuery time.Duration

	// WarnOutside logs, at Warn and once for each pair of places, a statement that
	// runs outside of the transaction of the txutil.Atomic in which its goroutine
	// is: most come from a context that is not the block's. A statement with a
	// context of txutil.Without, and one of a callback, is on purpose. It is for
	// development and tests, as repotest sets it: it reads the goroutine's number
	// for each statement outside of transactions while a block is open.
	WarnOutside bool

	// Tracer sees every statement of the pool, those of [Native] too; pgx's
	// further interfaces (BatchTracer, ConnectTracer, pgxpool.AcquireTracer, …)
	// work if it has them. Default: none.
	Tracer pgx.QueryTracer

	// GORM changes GORM's options last. Three of them differ from GORM's own,
	// and setting them to false restores GORM's behaviour: QueryFields (columns
	// by name in place of *), TranslateError (without it [IntegrityError] and
	// its like do not come, in repositories neither), and
	// SkipDefaultTransaction, of which true means here: skipped for a write
	// that is one statement anyway, without hooks, relations to save and
	// plugins that watch writes. A session sets it to true for GORM's meaning.
	GORM func(*gorm.Config)

	// Pgx changes the pool's options last, once for each server before it
	// opens. An AfterConnect set here runs after gormango's own, a
	// BeforeConnect before, so that it can supply a password.
	Pgx func(*pgxpool.Config) error
}

// connect returns what c says about connecting.
func (c Config) connect(errs *translator) connect.Config {
	return connect.Config{
		URL: c.URL, DirectURL: c.DirectURL, Replicas: c.Replicas, Pooler: connect.Mode(c.Pooler),
		StatementTimeout: c.StatementTimeout, LockTimeout: c.LockTimeout, IdleInTransactionTimeout: c.IdleInTransactionTimeout,
		PlanCacheMode: c.PlanCacheMode, ApplicationName: c.ApplicationName, TimeZone: c.TimeZone,
		AcquireTimeout: cmp.Or(c.Pool.AcquireTimeout, acquireTimeout),
		CloseTimeout:   cmp.Or(c.Pool.CloseTimeout, closeTimeout),
		Adjust:         c.adjust, Choose: c.choose(), Log: c.log,
		Translate: errs.translate, ServerError: serverError, Stray: c.stray(),
	}
}

// adjust sets the options of a server's pool that are pgx's own.
func (c Config) adjust(pc *pgxpool.Config) error {
	if err := c.Pool.apply(pc); err != nil {
		return err
	}
	if c.Tracer != nil {
		pc.ConnConfig.Tracer = c.Tracer
	}
	if c.Pgx != nil {
		if err := c.Pgx(pc); err != nil {
			return fmt.Errorf("gormango: Config.Pgx: %w", err)
		}
	}
	return nil
}

func (c Config) log() *slog.Logger {
	if c.Logger != nil {
		return c.Logger
	}
	return slog.Default()
}

// stray returns what WarnOutside does with a statement, nil without it.
func (c Config) stray() func(statement, block string) {
	if !c.WarnOutside {
		return nil
	}
	return func(statement, block string) {
		c.log().Warn("gormango: a statement outside of the transaction of its goroutine", "statement", statement, "block", block)
	}
}

// PoolerMode is what stands between the program and the server.
type PoolerMode int

// The modes of [Config.Pooler].
const (
	// Detect makes one connection more, before the first one of the pool, and
	// asks the server for its process: a pooler answers for another one. A
	// pooler that assigns a connection to each session looks the same;
	// Transaction is safe there too, merely slower.
	Detect PoolerMode = iota
	// Direct is a server, or a pooler that keeps a connection for each session or
	// prepares statements itself. pgx prepares every statement by name.
	Direct
	// Transaction is a pooler that assigns another connection to each
	// transaction. Statements are described but not prepared by name, defaults
	// of the session go with each BEGIN, and statements that need a session
	// refuse with ErrPooled.
	Transaction
)
