package gormango

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/connect"
	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/internal/modelinfo"
)

// slowQuery is the default of Config.SlowQuery.
const slowQuery = 200 * time.Millisecond

// Open opens a database: one pgx pool under GORM. It pings the server once,
// unless [Config.Lazy] is set. ctx bounds the pings only. The caller ends with
// [Close].
//
// An error names hosts, ports, database and user, never the password, and is a
// [PermissionError] where the server refused the user. A replica that is out of
// reach is a warning in the log, since the primary answers for it; one that
// answers and refuses is an error.
//
// The result is an ordinary *gorm.DB, with these settings, which [Config.GORM]
// can change: times of creation and update in UTC, rounded to the microseconds
// that PostgreSQL keeps; no GORM cache of prepared statements, since pgx keeps
// one for each connection; columns selected by name; GORM's transaction around
// each write left out where the write is one statement anyway.
//
// Calls with the context of a transaction (package txutil) run in it, and
// db.Transaction and db.Begin make savepoints there. What the server refuses is
// an [IntegrityError], [DataError], [SyntaxError], [LimitError] or
// [PermissionError].
func Open(ctx context.Context, cfg Config) (*gorm.DB, error) {
	gc, lean := cfg.gormConfig()
	errs := &translator{plain: !gc.TranslateError}
	server, err := connect.Open(ctx, cfg.connect(errs))
	if err != nil {
		return nil, err
	}
	d := &database{Server: server, errs: errs, log: cfg.log, listening: listenDefaults}
	db, err := d.open(ctx, gc, lean, cfg)
	if err != nil {
		_ = server.Pool.Close() // nothing uses it any more
		return nil, err
	}
	return db, nil
}

func (d *database) open(ctx context.Context, gc *gorm.Config, lean bool, cfg Config) (*gorm.DB, error) {
	if !cfg.Lazy {
		if err := ping(ctx, d.Server); err != nil {
			return nil, err
		}
	}
	plugins := map[string]gorm.Plugin{}
	maps.Copy(plugins, gc.Plugins) // the application may use its map for another database
	plugins[pluginName] = d
	gc.Plugins = plugins
	db, err := gorm.Open(gormside.New(d.Pool, gormside.Options{Lean: lean, TxSettings: d.TxSettings, Refuse: d.Refuse}), gc)
	if err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	d.errs.owner.Store(db)
	if err := modelinfo.Install(db, cfg.Models); err != nil {
		return nil, err
	}
	modelinfo.Of(db).Validator = cfg.Validator
	if zone := d.TimeZone(); zone != nil {
		modelinfo.Of(db).SetTimeZone(zone) // where a year begins
	}
	return db, nil
}

// ping asks s and its replicas for an answer. A replica that is out of reach is
// left to come back; one that answers and refuses will not by itself.
func ping(ctx context.Context, s *connect.Server) error {
	if err := s.Ping(ctx); err != nil {
		return err
	}
	for _, err := range connect.CheckReplicas(ctx, s.Pool) {
		if is[*pgconn.PgError](err) && !IsRetryable(err) {
			return err
		}
	}
	return nil
}

// gormConfig returns GORM's configuration. lean says that its default
// transaction is left out where it cannot matter.
func (c Config) gormConfig() (gc *gorm.Config, lean bool) {
	gc = &gorm.Config{
		Logger: gormside.NewLogger(c.Logger, cmp.Or(c.SlowQuery, slowQuery)),
		NowFunc: func() time.Time {
			return time.Now().UTC().Round(time.Microsecond)
		},
		QueryFields:            true,
		TranslateError:         true,
		SkipDefaultTransaction: true,
	}
	if c.GORM != nil {
		c.GORM(gc)
	}
	lean = gc.SkipDefaultTransaction
	gc.SkipDefaultTransaction = false // else GORM would begin none anywhere
	return gc, lean
}

// database is what Open keeps of a *gorm.DB, as a plugin of GORM, so that every
// session of it has it.
type database struct {
	*connect.Server
	errs      *translator
	log       func() *slog.Logger
	listening listenTimes

	limited sync.Once // warned that the limits of db.DB() limit nothing
}

const pluginName = "gormango"

// Name implements gorm.Plugin.
func (*database) Name() string { return pluginName }

// Initialize implements gorm.Plugin.
func (*database) Initialize(*gorm.DB) error { return nil }

// databaseOf returns what Open keeps of db, nil for a db that was opened
// elsewhere.
func databaseOf(db *gorm.DB) *database {
	if db == nil || db.Config == nil {
		return nil
	}
	d, _ := db.Config.Plugins[pluginName].(*database)
	return d
}
