package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrNotFound reports that the environment names no server and no usable
// PostgreSQL is installed or available. The message lists the places tried and
// how to install one.
var ErrNotFound = errors.New("devpg: no PostgreSQL found")

// startTimeout limits Start if its context has no deadline. It includes a
// download or an installation.
const startTimeout = 5 * time.Minute

// Options selects the server that [Start] finds or starts. The zero value
// selects the throw-away server.
type Options struct {
	// Dir is the directory that keeps the data between runs. Start creates it if
	// needed. [DataDir] returns a good place. Defaults to "": a throw-away server
	// shared by every process of this user on this machine. Ignored if the
	// environment names a server.
	Dir string
	// Database is the database of [Server.URL]. Start creates it if needed.
	// Defaults to "postgres". Ignored if the environment names a server, as that
	// also names the database.
	Database string
	// Logf receives progress, one line per call. Without it only the line before a
	// download or an installation is written, to standard error.
	Logf func(format string, args ...any)

	// The package's tests set cache, which replaces the cache folder, and memory, a
	// folder that counts as one in memory.
	cache, memory string
}

func (o Options) logf(format string, args ...any) {
	if o.Logf != nil {
		o.Logf(format, args...)
	}
}

// announce logs a step that takes long or changes the machine.
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

// Server is a running PostgreSQL that this process can use until [Server.Close]
// or its own end. It is safe for concurrent use.
type Server struct {
	url      string
	external bool
	release  func() error
	once     sync.Once
	closeErr error
}

// Start finds or starts a PostgreSQL, see the package documentation, and
// returns when it answers. A process can call Start several times: every Server
// has a lease of its own. A canceled ctx ends the start and all that it has
// begun. Without a deadline Start fails after five minutes. After the return
// ctx has no effect.
//
// The error wraps [ErrNotFound] if there is no PostgreSQL to run. No error
// contains a password.
func Start(ctx context.Context, o Options) (*Server, error) {
	ctx, cancel := limit(ctx)
	defer cancel()
	if e, ok := externalServer(); ok {
		return e.use(ctx, o)
	}
	return startLocal(ctx, o)
}

// URL returns the connection URL of Options.Database, or DATABASE_URL
// unchanged, or the PG* variables as a URL. It contains the password: keep it
// out of logs.
func (s *Server) URL() string { return s.url }

// External reports whether the environment names the server. Then nothing was
// started, and the server may hold important data: use only databases that you
// created.
func (s *Server) External() bool { return s.external }

// Close releases this Server's lease. The server ends within a few seconds
// after the last lease on the machine was released or its process ended. An
// external server is left alone. Later calls do nothing and return the same
// error.
//
// Close is optional at the end of a program: the end of the process has the
// same effect.
func (s *Server) Close() error {
	s.once.Do(func() {
		if s.release != nil {
			s.closeErr = s.release()
		}
	})
	return s.closeErr
}
