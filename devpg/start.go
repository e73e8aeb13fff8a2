package devpg

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// ErrNotFound is what Start's error wraps when DATABASE_URL is not set and no
// usable PostgreSQL is installed. The message lists the places that were
// tried and how to install one.
var ErrNotFound = errors.New("devpg: no PostgreSQL found")

// startTimeout bounds Start when its context has no deadline of its own.
const startTimeout = 2 * time.Minute

// Options says which server [Start] shall find or start. The zero value asks
// for the throw-away server.
type Options struct {
	// Dir is the directory that keeps the data between runs; it is created
	// when missing. [DataDir] names a good place. Defaults to "": a
	// throw-away server shared by every process of this user on this
	// machine. Ignored when DATABASE_URL is set.
	Dir string
	// Database is the database that [Server.URL] names; it is created when
	// missing. Defaults to "postgres". Ignored when DATABASE_URL is set,
	// because that names its own database.
	Database string
	// Logf receives progress, a line a call. Defaults to silence.
	Logf func(format string, args ...any)

	// cache replaces the cache folder in this package's tests.
	cache string
}

func (o Options) logf(format string, args ...any) {
	if o.Logf != nil {
		o.Logf(format, args...)
	}
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
// begun; without a deadline Start gives up after two minutes. After the
// return ctx has no more influence.
//
// The error answers errors.Is with [ErrNotFound] when there is no PostgreSQL
// to run. No error contains a password.
func Start(ctx context.Context, o Options) (*Server, error) {
	if _, limited := ctx.Deadline(); !limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, startTimeout)
		defer cancel()
	}
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return useExternal(ctx, url, o)
	}
	return startLocal(ctx, o)
}

// URL is the connection URL of Options.Database, or DATABASE_URL as it is. It
// contains the password: keep it out of logs.
func (s *Server) URL() string { return s.url }

// External reports whether DATABASE_URL named the server. Then nothing was
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
