package devpg

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// Open opens an application's database for development: that of cfg.URL, else
// that of the environment (DATABASE_URL, PG*), else the database name on a
// server that keeps its data in DataDir(name), which Open starts. The server
// ends with the process. gormango.Close closes the database.
//
//	db, err := devpg.Open(ctx, "bookshop", gormango.Config{Models: store.Models})
func Open(ctx context.Context, name string, cfg gormango.Config) (*gorm.DB, error) {
	if cfg.URL != "" {
		return gormango.Open(ctx, cfg)
	}
	dir, err := DataDir(name)
	if err != nil {
		return nil, err
	}
	db, _, err := openKept(ctx, dir, name, cfg)
	return db, err
}

// openKept opens the database name of the environment, else of a server that
// keeps its data in dir, which it returns.
func openKept(ctx context.Context, dir, name string, cfg gormango.Config) (*gorm.DB, *Server, error) {
	server, err := Start(ctx, Options{Dir: dir, Database: name})
	if err != nil {
		return nil, nil, err
	}
	cfg.URL = server.URL()
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		_ = server.Close() // the error of Open says more
		return nil, nil, fmt.Errorf("devpg: %w", err)
	}
	return db, server, nil
}
