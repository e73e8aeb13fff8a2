// Package migrations has the migration files of the music store.
//
//	go run ./example_app makemigrations   # writes files for changed models
//	go run ./example_app migrate          # applies them
package migrations

import (
	"embed"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/migrate"
)

//go:embed *.sql migrations.sum
var files embed.FS

// Load returns the migrations of the store.
func Load() (*migrate.Set, error) {
	return migrate.Load(files, migrate.App("store", store.Models()...))
}
