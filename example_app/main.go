// Command example_app is a music store on gormango, in the shape of the Chinook
// sample database: pages for people, and a JSON API below /api/.
//
//	go run ./example_app [-addr 127.0.0.1:8080] [-hosts NAMES] [-database-url URL] [-load DIR]
//	go run ./example_app COMMAND    # migrate, makemigrations, show, help and so on
//
// It needs no preparation. Without -database-url it uses the database of
// DATABASE_URL or of libpq's PG* variables, else it runs a PostgreSQL that is
// installed on this machine. The data of that server stays between runs, in a
// folder of the user that EXAMPLE_APP_DATA replaces. The program applies its
// migrations at start-up. An empty database gets a small sample, or with -load the
// CSV files of DIR, in the format of the Chinook sample database.
//
// It answers for loopback names and its own address; on the internet it stands
// behind a proxy that speaks HTTPS, and -hosts has the names of the site. A
// password belongs into DATABASE_URL, PGPASSWORD or ~/.pgpass, since everybody
// on the machine can read a command line. GET /livez and GET /readyz are for a
// load balancer.
//
// Package store holds the models and store/migrations their migrations, dataset
// loads the data, shop serves the pages, api the JSON, and web stands before
// both.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/gormango/gormango/example_app/dataset"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	if args := os.Args[1:]; len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		os.Exit(runCommand(ctx, args))
	}
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "example_app: interrupted")
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "example_app:", err)
		os.Exit(1)
	}
}

// run runs the program. It returns nil if ctx ended while it served.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	logf := func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }

	// Mistakes in the command line are reported before the database is used.
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("%w (choose another address with -addr)", err)
	}
	defer listener.Close()
	var files *dataset.Dataset
	if o.load != "" {
		if files, err = dataset.Read(ctx, os.DirFS(o.load)); err != nil {
			return fmt.Errorf("load %q: %w", o.load, err)
		}
		logf("read %d rows from the files of %s", files.Len(), o.load)
	}

	db, closeDB, err := openDatabase(ctx, o.databaseURL, files, logf)
	if err != nil {
		return err
	}
	defer closeDB()

	fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr())
	return serve(ctx, listener, handlers(db, o.hosts), logf)
}
