// Command screenshots takes the pictures of docs/example.md: it serves the
// music store from a fresh database to a headless Chromium.
//
//	go run ./example_app/screenshots [-out docs/example] [-load DIR] [-browser PROGRAM]
//
// Without -load the store has the small sample. The command needs an installed
// PostgreSQL, as the tests do, and Chromium or Chrome.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/shop"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/migrate"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("screenshots", flag.ContinueOnError)
	out := flags.String("out", filepath.Join("docs", "example"), "the `folder` for the pictures")
	load := flags.String("load", "", "show the store with the CSV files of the folder `DIR`, in the form of the Chinook sample database")
	program := flags.String("browser", "", "the `program` to look with (default: Chromium or Chrome, wherever it is found)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	browser, err := findBrowser(*program)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}

	db, closeDB, err := openStore(ctx, *load)
	if err != nil {
		return err
	}
	defer closeDB()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	visitor := &visitor{site: shop.New(db)}
	server := &http.Server{Handler: visitor}
	go server.Serve(listener)
	defer server.Close()

	for _, s := range shots {
		file := filepath.Join(*out, s.name+".png")
		visitor.post = s.post
		if err := browser.look(ctx, "http://"+listener.Addr().String()+s.path, s, file); err != nil {
			return err
		}
		if visitor.status >= http.StatusInternalServerError || visitor.status == http.StatusNotFound {
			return fmt.Errorf("%s: %s was answered with %d", s.name, s.path, visitor.status)
		}
		fmt.Println(file)
	}
	return nil
}

// openStore opens a database that is removed at the end of the program.
func openStore(ctx context.Context, load string) (db *gorm.DB, closeDB func(), err error) {
	server, err := devpg.StartPrivate(ctx, devpg.PrivateOptions{})
	if err != nil {
		return nil, nil, err
	}
	db, err = gormango.Open(ctx, gormango.Config{URL: server.URL(), Models: store.Models()})
	if err != nil {
		return nil, nil, errors.Join(err, server.Close())
	}
	closeDB = func() {
		if err := errors.Join(gormango.Close(db), server.Close()); err != nil {
			fmt.Fprintln(os.Stderr, "screenshots:", err)
		}
	}
	if err := fill(ctx, db, load); err != nil {
		closeDB()
		return nil, nil, err
	}
	return db, closeDB, nil
}

func fill(ctx context.Context, db *gorm.DB, load string) error {
	if _, err := migrate.Auto(ctx, db); err != nil {
		return err
	}
	if load == "" {
		_, err := dataset.FillEmpty(ctx, db)
		return err
	}
	files, err := dataset.Read(ctx, os.DirFS(load))
	if err != nil {
		return fmt.Errorf("load %q: %w", load, err)
	}
	return files.Load(ctx, db, func(string, ...any) {})
}
