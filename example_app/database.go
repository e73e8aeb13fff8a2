package main

import (
	"context"
	"errors"
	"os"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/example_app/store/migrations"
	"github.com/gormango/gormango/migrate"
)

// A statement of a request may take this long, and wait this long for a lock.
// An export may leave its transaction idle until a client has read.
const (
	statementTime = 15 * time.Second
	lockTime      = 5 * time.Second
	idleTime      = time.Minute
)

// openDatabase opens the database of url, else that of the environment, else
// one on a server of this machine, which it starts if needed. It creates the
// tables and loads the files before, for which no timeout holds.
func openDatabase(ctx context.Context, url string, files *dataset.Dataset, logf func(format string, args ...any)) (db *gorm.DB, closeDB func(), err error) {
	cfg, closeServer, err := findDatabase(ctx, url, logf)
	if err != nil {
		return nil, nil, err
	}
	cfg.Models = store.Models()
	if err := prepare(ctx, cfg, files, logf); err != nil {
		closeServer()
		return nil, nil, err
	}
	cfg.StatementTimeout, cfg.LockTimeout, cfg.IdleInTransactionTimeout = statementTime, lockTime, idleTime
	db, err = gormango.Open(ctx, cfg)
	if err != nil {
		closeServer()
		return nil, nil, err
	}
	return db, func() {
		if err := gormango.Close(db); err != nil {
			logf("%v", err)
		}
		closeServer()
	}, nil
}

func findDatabase(ctx context.Context, url string, logf func(format string, args ...any)) (cfg gormango.Config, closeServer func(), err error) {
	if url != "" {
		return gormango.Config{URL: url}, func() {}, nil
	}
	if cfg, err := gormango.FromEnv(); err == nil {
		return cfg, func() {}, nil
	}
	dir := os.Getenv("EXAMPLE_APP_DATA")
	if dir == "" {
		if dir, err = devpg.DataDir("example_app"); err != nil {
			return cfg, nil, err
		}
	}
	server, err := devpg.Start(ctx, devpg.Options{Dir: dir, Database: "example_app", Logf: logf})
	if err != nil {
		return cfg, nil, err
	}
	return gormango.Config{URL: server.URL()}, func() {
		if err := server.Close(); err != nil {
			logf("%v", err)
		}
	}, nil
}

// prepare applies the migrations and loads the files if there are any, else the
// sample if the database is empty.
func prepare(ctx context.Context, cfg gormango.Config, files *dataset.Dataset, logf func(format string, args ...any)) (err error) {
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gormango.Close(db)) }()
	if err := migrateUp(ctx, db, logf); err != nil {
		return err
	}
	if files != nil {
		return files.Load(ctx, db, logf)
	}
	filled, err := dataset.FillEmpty(ctx, db)
	if filled {
		logf("filled the empty database with a small sample")
	}
	return err
}

// migrateUp applies the migrations that the database lacks. Tables of the time
// before there were files are brought up to the models and adopted.
func migrateUp(ctx context.Context, db *gorm.DB, logf func(format string, args ...any)) error {
	set, err := migrations.Load()
	if err != nil {
		return err
	}
	r, err := migrate.New(db, set)
	if err != nil {
		return err
	}
	// The tables first: a migration creates them together with its row.
	if db.Migrator().HasTable(&store.Track{}) {
		if err := adopt(ctx, db, r); err != nil {
			return err
		}
	}
	report, err := r.Up(ctx)
	if err != nil {
		return err
	}
	switch n := len(report.Applied); n {
	case 0:
		logf("tables: up to date")
	default:
		logf("tables: applied %d migrations", n)
	}
	return nil
}

// adopt records the migrations of tables that no migration has made.
func adopt(ctx context.Context, db *gorm.DB, r *migrate.Runner) error {
	applied, err := r.Status(ctx)
	if err != nil || len(applied) > 0 {
		return err
	}
	if _, err := migrate.Auto(ctx, db); err != nil {
		return err
	}
	_, err = r.Adopt(ctx)
	return err
}
