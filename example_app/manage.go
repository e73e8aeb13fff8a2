package main

import (
	"context"
	"fmt"
	"os"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/example_app/store/migrations"
	"github.com/gormango/gormango/manage"
)

// runCommand runs a command of package manage on the database of the
// environment, else on the local one, and returns the exit code.
func runCommand(ctx context.Context, args []string) int {
	logf := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	closeServer := func() {}
	defer func() { closeServer() }()
	return manage.Run(ctx, manage.Options{
		Name: "example_app",
		Apps: []manage.App{{Load: migrations.Load, Dir: "example_app/store/migrations"}},
		Open: func(ctx context.Context) (*gorm.DB, error) {
			cfg, stop, err := findDatabase(ctx, "", logf)
			if err != nil {
				return nil, err
			}
			closeServer = stop
			cfg.Models = store.Models()
			return gormango.Open(ctx, cfg)
		},
	}, args)
}
