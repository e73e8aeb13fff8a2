package main

import (
	"context"
	"fmt"
	"io"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/manage"
)

// runManage runs a command of package manage.
func runManage(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	closeServer := func() {}
	defer func() { closeServer() }()
	return manage.Run(ctx, manage.Options{
		Name: "gormango", Out: stdout, Err: stderr,
		Open: func(ctx context.Context) (*gorm.DB, error) {
			cfg, err := gormango.FromEnv()
			if err == nil {
				return gormango.Open(ctx, cfg)
			}
			dir, err := devpg.DataDir("gormango")
			if err != nil {
				return nil, err
			}
			server, err := devpg.Start(ctx, devpg.Options{Dir: dir, Logf: func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }})
			if err != nil {
				return nil, err
			}
			closeServer = func() { _ = server.Close() }
			return gormango.Open(ctx, gormango.Config{URL: server.URL()})
		},
	}, args)
}
