package gormango

import (
	"log/slog"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// database is what Open keeps of a *gorm.DB, as a plugin of GORM, so that every session of it has it.
type database struct {
	pool      *pgpool.Pool
	config    *pgxpool.Config
	link      *link
	errs      *translator
	log       func() *slog.Logger
	listening listenTimes

	limited sync.Once // told that the limits of db.DB() limit nothing
}

const pluginName = "gormango"

// Name implements gorm.Plugin.
func (*database) Name() string { return pluginName }

// Initialize implements gorm.Plugin.
func (*database) Initialize(*gorm.DB) error { return nil }

// databaseOf returns what Open keeps of db, nil for a db that was opened elsewhere.
func databaseOf(db *gorm.DB) *database {
	if db == nil || db.Config == nil {
		return nil
	}
	d, _ := db.Config.Plugins[pluginName].(*database)
	return d
}
