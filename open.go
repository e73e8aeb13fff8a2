package gormango

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// Open opens a database: one pgx pool under GORM. It pings the server once, unless [Config.Lazy] is
// set; an error names host, port, database and user, never the password. ctx bounds the ping only.
// The caller ends with [Close].
//
// The result is an ordinary *gorm.DB, with these settings before [Config.GORM] speaks: times of
// creation and update in UTC, rounded to the microseconds that PostgreSQL keeps; no GORM cache of
// prepared statements, since pgx keeps one for each connection. Calls with the context of a
// transaction (package txutil) run in it, and db.Transaction and db.Begin make savepoints there.
// Violated constraints are an [IntegrityError].
func Open(ctx context.Context, cfg Config) (*gorm.DB, error) {
	pc, err := cfg.pgxConfig()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, openError(pc, err)
	}
	owner := &atomic.Pointer[gorm.DB]{}
	p := pgpool.New(pool, pgpool.Options{Translate: translator(owner)})
	if !cfg.Lazy {
		if err := pool.Ping(ctx); err != nil {
			p.Close()
			return nil, openError(pc, err)
		}
	}
	db, err := openGORM(p, cfg)
	if err != nil {
		p.Close()
		return nil, err
	}
	owner.Store(db)
	if err := modelinfo.Install(db, cfg.Models); err != nil {
		p.Close()
		return nil, err
	}
	if zone, err := time.LoadLocation(pc.ConnConfig.RuntimeParams["timezone"]); err == nil {
		modelinfo.Of(db).SetTimeZone(zone) // where a year begins
	}
	return db, nil
}

func openGORM(p *pgpool.Pool, cfg Config) (*gorm.DB, error) {
	gc := &gorm.Config{
		Logger: newLogger(cfg.Logger),
		NowFunc: func() time.Time {
			return time.Now().UTC().Round(time.Microsecond)
		},
	}
	if cfg.GORM != nil {
		cfg.GORM(gc)
	}
	db, err := gorm.Open(newDialect(p), gc)
	if err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	if err := joinTransactions(db); err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	return db, nil
}

// joinTransactions has GORM's default transaction of a write open nothing where the write already
// runs in a transaction of its context, as GORM does in transactions of its own.
func joinTransactions(db *gorm.DB) error {
	const name = "gorm:begin_transaction"
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM tells of each replaced callback
	defer func() { db.Config.Logger = own }()

	callbacks := db.Callback()
	create, update, remove := callbacks.Create(), callbacks.Update(), callbacks.Delete()
	return errors.Join(
		create.Replace(name, unlessJoined(create.Get(name))),
		update.Replace(name, unlessJoined(update.Get(name))),
		remove.Replace(name, unlessJoined(remove.Get(name))),
	)
}

func unlessJoined(begin func(*gorm.DB)) func(*gorm.DB) {
	if begin == nil { // SkipDefaultTransaction: GORM has no such callback
		return func(*gorm.DB) {}
	}
	return func(db *gorm.DB) {
		if source, ok := pgpool.Of(db); ok && source.Tx(db.Statement.Context) != nil {
			return
		}
		begin(db)
	}
}

// openError says which database could not be opened. The password is not in it.
func openError(pc *pgxpool.Config, err error) error {
	c := pc.ConnConfig
	hosts := []string{address(c.Host, c.Port)}
	for _, f := range c.Fallbacks {
		if a := address(f.Host, f.Port); a != hosts[len(hosts)-1] {
			hosts = append(hosts, a)
		}
	}
	where := fmt.Sprintf("gormango: cannot open database %q on %s as user %q", c.Database, strings.Join(hosts, ", "), c.User)
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		// pgx repeats host and user around each answer of the server.
		return &connectError{fmt.Sprintf("%s: %s (SQLSTATE %s)", where, pgErr.Message, pgErr.Code), err}
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) && connect.Unwrap() != nil {
		err = connect.Unwrap()
	}
	return &connectError{where + ": " + strings.ReplaceAll(err.Error(), "\n", "; "), err}
}

func address(host string, port uint16) string {
	if strings.HasPrefix(host, "/") {
		return fmt.Sprintf("%s/.s.PGSQL.%d", host, port)
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// connectError has a text of its own and keeps the cause for errors.As.
type connectError struct {
	text string
	err  error
}

func (e *connectError) Error() string { return e.text }

func (e *connectError) Unwrap() error { return e.err }
