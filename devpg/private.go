package devpg

import (
	"context"
	"errors"
	"sync"
)

// PrivateOptions says which server [StartPrivate] shall start.
type PrivateOptions struct {
	// Settings are parameters of the server, such as "max_connections".
	// Defaults to fsync off, which a crash of the server survives, one of the
	// machine not; autovacuum on, 100 connections, and what a standby needs.
	Settings map[string]string
	// Database is the database that [Private.URL] names; it is created when
	// missing. Defaults to "postgres".
	Database string
	// Logf receives progress, as in [Options].
	Logf func(format string, args ...any)

	// cache and memory are as in Options.
	cache, memory string
}

// StopMode is how [Private.Stop] ends a server.
type StopMode int

const (
	// StopFast rolls open transactions back, writes everything down and
	// disconnects the clients.
	StopFast StopMode = iota
	// StopImmediate disconnects the clients without writing anything down;
	// the next start recovers.
	StopImmediate
	// StopKill ends the server's first process by SIGKILL and waits until the
	// others have noticed.
	StopKill
)

// Private is a server for this process alone: for tests that configure, stop,
// crash or replicate it. Whatever ends the process, the server is gone with
// its data within 15 seconds. Its methods are safe for use by several
// goroutines, one at a time has its effect.
type Private struct {
	url     string
	mu      sync.Mutex
	control control
	closed  bool
}

// control is what a system has to provide for a Private.
type control interface {
	start(ctx context.Context) error
	stop(ctx context.Context, mode StopMode) error
	kill(ctx context.Context, pid int) error
	promote(ctx context.Context) error
	standby(ctx context.Context, settings map[string]string) (*Private, error)
	// remove begins the end of the server; the watcher completes it.
	remove() error
}

// errClosed is what every method but Close returns after Close.
var errClosed = errors.New("devpg: the private server is closed")

// StartPrivate starts a server of its own and returns once it answers. It
// always runs PostgreSQL's programs, found as by [Start]: a server that the
// environment names is not for stopping. A canceled ctx ends the start;
// afterwards it has no more influence.
//
// The error answers errors.Is with [ErrNotFound] when there is no PostgreSQL
// to run. No error contains a password.
func StartPrivate(ctx context.Context, o PrivateOptions) (*Private, error) {
	ctx, cancel := limit(ctx)
	defer cancel()
	return startPrivate(ctx, o)
}

// URL is the connection URL of PrivateOptions.Database. It stays the same
// when the server is stopped and started again. It contains the password.
func (p *Private) URL() string { return p.url }

// Stop ends the server and waits until it is gone; the data stays for
// [Private.Start]. Stopping a stopped server does nothing.
func (p *Private) Stop(ctx context.Context, mode StopMode) error {
	return p.do(ctx, func(ctx context.Context) error { return p.control.stop(ctx, mode) })
}

// Start runs a stopped server again, at the same port, and waits until it
// answers. Starting a running one does nothing.
func (p *Private) Start(ctx context.Context) error {
	return p.do(ctx, p.control.start)
}

// Restart is Stop with [StopFast], then Start.
func (p *Private) Restart(ctx context.Context) error {
	return p.do(ctx, func(ctx context.Context) error {
		return errors.Join(p.control.stop(ctx, StopFast), p.control.start(ctx))
	})
}

// KillBackend ends one of the server's processes by SIGKILL, such as that of
// a connection, whose number is what pg_backend_pid() says. The server then
// ends all others and recovers by itself. A process that is not this server's
// is left alone, and an error.
func (p *Private) KillBackend(ctx context.Context, pid int) error {
	return p.do(ctx, func(ctx context.Context) error { return p.control.kill(ctx, pid) })
}

// Standby starts another private server that follows this one: a copy by
// pg_basebackup, streaming, answering reads. Settings go on top of this
// server's. It returns once the standby answers; it may be behind by then.
// The two are stopped, promoted and closed each on its own.
func (p *Private) Standby(ctx context.Context, settings map[string]string) (*Private, error) {
	var s *Private
	err := p.do(ctx, func(ctx context.Context) (err error) {
		s, err = p.control.standby(ctx, settings)
		return err
	})
	return s, err
}

// Promote ends the recovery of a standby and returns once it accepts writes.
// The old primary is not touched: stop it first, or it goes on taking writes.
func (p *Private) Promote(ctx context.Context) error {
	return p.do(ctx, p.control.promote)
}

// Close ends the server and removes its data, within a few seconds. Later
// calls do nothing. At the end of a program it is optional.
func (p *Private) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	return p.control.remove()
}

// do runs a call alone.
func (p *Private) do(ctx context.Context, fn func(ctx context.Context) error) error {
	ctx, cancel := limit(ctx)
	defer cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	return fn(ctx)
}

// limit gives ctx a deadline if it has none.
func limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, startTimeout)
}
