package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrNotFound is what Start's error wraps when the environment names no server
// and no usable PostgreSQL is installed or can be had. The message lists what
// was tried and how to install one.
var ErrNotFound = errors.New("devpg: no PostgreSQL found")

// startTimeout bounds Start when its context has no deadline of its own. It
// leaves time for a download or an installation.
const startTimeout = 5 * time.Minute

// Options says which server [Start] shall find or start. The zero value asks
// for the throw-away server.
type Options struct {
	// Dir is the directory that keeps the data between runs; it is created
	// when missing. [DataDir] names a good place. Defaults to "": a
	// throw-away server shared by every process of this user on this
	// machine. Ignored when the environment names a server.
	Dir string
	// Database is the database that [Server.URL] names; it is created when
	// missing. Defaults to "postgres". Ignored when the environment names a
	// server, because that names its own database.
	Database string
	// Logf receives progress, a line a call. Defaults to silence, but for
	// the line before a download or an installation: that goes to standard
	// error.
	Logf func(format string, args ...any)

	// Of this package's tests: cache replaces the cache folder, memory is a
	// folder that counts as one in memory.
	cache, memory string
}

func (o Options) logf(format string, args ...any) {
	if o.Logf != nil {
		o.Logf(format, args...)
	}
}

// announce says what takes long or changes the machine.
func (o Options) announce(format string, args ...any) {
	if o.Logf == nil {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		return
	}
	o.Logf(format, args...)
}

func (o Options) database() string {
	if o.Database == "" {
		return adminDatabase
	}
	return o.Database
}

// Server is a running PostgreSQL that this process may use until [Server.Close]
// or its own end. It is safe for use by several goroutines.
type Server struct {
	url      string
	external bool
	release  func() error
	once     sync.Once
	closeErr error
}

// Start finds or starts a PostgreSQL, see the package documentation, and
// returns once it answers. A process may call Start several times; every
// Server counts on its own. A canceled ctx ends the start and whatever it had
// begun; without a deadline Start gives up after five minutes. After the
// return ctx has no more influence.
//
// The error answers errors.Is with [ErrNotFound] when there is no PostgreSQL
// to run. No error contains a password.
func Start(ctx context.Context, o Options) (*Server, error) {
	ctx, cancel := limit(ctx)
	defer cancel()
	if e, ok := externalServer(); ok {
		return e.use(ctx, o)
	}
	return startLocal(ctx, o)
}

// URL is the connection URL of Options.Database, or DATABASE_URL as it is, or
// what the PG* variables say as a URL. It contains the password: keep it out
// of logs.
func (s *Server) URL() string { return s.url }

// External reports whether the environment named the server. Then nothing was
// started, and the server holds other people's data: touch only databases you
// created.
func (s *Server) External() bool { return s.external }

// Close gives up this Server's hold. The server ends within a few seconds
// after the last holder on the machine has closed or ended. An external
// server is left alone. Later calls do nothing and return the same error.
//
// Close is optional at the end of a program: the end of the process does the
// same.
func (s *Server) Close() error {
	s.once.Do(func() {
		if s.release != nil {
			s.closeErr = s.release()
		}
	})
	return s.closeErr
}
