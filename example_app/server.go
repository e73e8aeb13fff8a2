package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/api"
	"github.com/gormango/gormango/example_app/shop"
	"github.com/gormango/gormango/example_app/web"
)

// A request must be answered within requestTime, an export within exportTime.
const (
	requestTime = 20 * time.Second
	exportTime  = 10 * time.Minute
)

// handlers returns the handler of the pages, of the JSON below /api/, and of
// the probes, which answer whatever the client calls the host.
func handlers(db *gorm.DB, hosts web.Hosts) http.Handler {
	pages := shop.New(db)
	mux := http.NewServeMux()
	mux.Handle("/api/", hosts.Guard(web.Limit(requestTime, api.New(db))))
	mux.Handle("/", hosts.Guard(web.Limit(requestTime, pages)))
	mux.Handle("/sales.csv", hosts.Guard(web.Limit(exportTime, pages)))
	web.Probes(mux, db)
	return mux
}

// shutdownTime is how long running requests may take after an interrupt.
const shutdownTime = 10 * time.Second

// serve serves until ctx ends, and then waits for the running requests.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, logf func(format string, args ...any)) error {
	server := newServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	logf("shutting down")
	// ctx has ended, so the shutdown needs another context.
	ending, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return fmt.Errorf("shut down: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// newServer returns a server that waits for no client for ever.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute, // from the end of the header; /sales.csv sets its own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
