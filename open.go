package gormango

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// slowQuery is the default of Config.SlowQuery.
const slowQuery = 200 * time.Millisecond

// Open opens a database: one pgx pool under GORM. It pings the server once, unless [Config.Lazy] is
// set; an error names hosts, ports, database and user, never the password, and is a [PermissionError]
// where the server refused the user. A replica that is out of reach is a warning in the log, since the
// primary answers for it; one that answers and refuses is an error. ctx bounds the pings only. The caller
// ends with [Close].
//
// The result is an ordinary *gorm.DB, with these settings before [Config.GORM] speaks: times of
// creation and update in UTC, rounded to the microseconds that PostgreSQL keeps; no GORM cache of
// prepared statements, since pgx keeps one for each connection; columns selected by name; GORM's
// transaction around each write left out where the write is one statement anyway. Calls with the
// context of a transaction (package txutil) run in it, and db.Transaction and db.Begin make savepoints
// there. What the server refuses is an [IntegrityError], [DataError], [SyntaxError] or
// [PermissionError].
func Open(ctx context.Context, cfg Config) (*gorm.DB, error) {
	if cfg.SlowQuery == 0 {
		cfg.SlowQuery = slowQuery
	}
	pc, link, err := cfg.pgxConfig()
	if err != nil {
		return nil, err
	}
	gc, lean := cfg.gormConfig()
	errs := &translator{at: pc.ConnConfig, plain: !gc.TranslateError}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, openError(pc.ConnConfig, err)
	}
	opts := cfg.poolOptions(errs, link)
	opts.Failover = failsOver(pc.ConnConfig)
	p := pgpool.New(pool, opts)
	d := &database{pool: p, config: pc, link: link, errs: errs, log: cfg.log, listening: listenDefaults}
	db, err := open(ctx, p, d, gc, lean, cfg)
	if err != nil {
		p.Close()
		return nil, err
	}
	return db, nil
}

func (c Config) poolOptions(errs *translator, l *link) pgpool.Options {
	return pgpool.Options{
		Translate:      errs.translate,
		AcquireTimeout: or(c.Pool.AcquireTimeout, acquireTimeout),
		TxSettings:     l.txSettings,
	}
}

func open(ctx context.Context, p *pgpool.Pool, d *database, gc *gorm.Config, lean bool, cfg Config) (*gorm.DB, error) {
	if err := cfg.follow(ctx, p, d); err != nil {
		return nil, err
	}
	if !cfg.Lazy {
		if err := p.Pgx().Ping(ctx); err != nil {
			return nil, openError(d.config.ConnConfig, err)
		}
		if err := greet(ctx, p); err != nil {
			return nil, err
		}
	}
	gc.Plugins = maps.Clone(gc.Plugins) // the application may use its map for another database
	if gc.Plugins == nil {
		gc.Plugins = map[string]gorm.Plugin{}
	}
	gc.Plugins[pluginName] = d
	db, err := gorm.Open(gormside.New(p, gormside.Options{Lean: lean, TxSettings: d.link.txSettings, Refuse: d.refuseSession}), gc)
	if err != nil {
		return nil, fmt.Errorf("gormango: %w", err)
	}
	d.errs.owner.Store(db)
	if err := modelinfo.Install(db, cfg.Models); err != nil {
		return nil, err
	}
	if zone, err := time.LoadLocation(d.config.ConnConfig.RuntimeParams["timezone"]); err == nil {
		modelinfo.Of(db).SetTimeZone(zone) // where a year begins
	}
	return db, nil
}

// gormConfig is GORM's configuration. lean says that its default transaction is left out where it cannot
// matter.
func (c Config) gormConfig() (gc *gorm.Config, lean bool) {
	gc = &gorm.Config{
		Logger: gormside.NewLogger(c.Logger, c.SlowQuery),
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
