package devpg

import (
	"context"
	"errors"
	"sync"
)

// PrivateOptions are the options of [StartPrivate].
type PrivateOptions struct {
	// Settings are parameters of the server, such as "max_connections". The
	// defaults are fsync off, which is safe in a crash of the server but not of the
	// machine, autovacuum on, 100 connections, and the parameters for a standby.
	Settings map[string]string
	// Database is the database of [Private.URL]. StartPrivate creates it if needed.
	// Defaults to "postgres".
	Database string
	// Logf receives progress, as in [Options].
	Logf func(format string, args ...any)

	// cache and memory are those of Options.
	cache, memory string
}

// StopMode is the way in which [Private.Stop] ends a server.
type StopMode int

const (
	// StopFast rolls back open transactions, writes a checkpoint and disconnects
	// the clients.
	StopFast StopMode = iota
	// StopImmediate disconnects the clients without a checkpoint. The next start
	// recovers.
	StopImmediate
	// StopKill ends the server's first process by SIGKILL and waits until the
	// others have ended.
	StopKill
)

// Private is a server for this process alone, for tests that configure, stop,
// crash or replicate it. After any end of the process the server and its data
// are gone within 15 seconds. Its methods are safe for concurrent use and run
// one at a time.
type Private struct {
	url     string
	mu      sync.Mutex
	control control
	closed  bool
}

// control is the part of a Private that depends on the system.
type control interface {
	start(ctx context.Context) error
	stop(ctx context.Context, mode StopMode) error
	kill(ctx context.Context, pid int) error
	promote(ctx context.Context) error
	standby(ctx context.Context, settings map[string]string) (*Private, error)
	// remove begins the end of the server. The watcher completes it.
	remove() error
}

// errClosed is the error of every method but Close after Close.
var errClosed = errors.New("devpg: the private server is closed")

// StartPrivate starts a server for this process and returns when it answers. It
// always runs PostgreSQL's programs, found as by [Start], since a server of the
// environment must not be stopped. A canceled ctx ends the start. After the
// return it has no effect.
//
// The error wraps [ErrNotFound] if there is no PostgreSQL to run. No error
// contains a password.
func StartPrivate(ctx context.Context, o PrivateOptions) (*Private, error) {
	ctx, cancel := limit(ctx)
	defer cancel()
	return startPrivate(ctx, o)
}

// URL returns the connection URL of PrivateOptions.Database. It stays the same
// when the server is stopped and started again. It contains the password.
func (p *Private) URL() string { return p.url }

// Stop ends the server and waits until it is gone. The data stays for
// [Private.Start]. Stopping a stopped server does nothing.
func (p *Private) Stop(ctx context.Context, mode StopMode) error {
	return p.do(ctx, func(ctx context.Context) error { return p.control.stop(ctx, mode) })
}

// Start runs a stopped server again, at the same port, and waits until it
// answers. Starting a running one does nothing.
func (p *Private) Start(ctx context.Context) error {
	return p.do(ctx, p.control.start)
}

// Restart calls Stop with [StopFast], then Start.
func (p *Private) Restart(ctx context.Context) error {
	return p.do(ctx, func(ctx context.Context) error {
		return errors.Join(p.control.stop(ctx, StopFast), p.control.start(ctx))
	})
}

// KillBackend kills one of the server's processes by SIGKILL, such as that of a
// connection, whose number is pg_backend_pid(). The server then ends all others
// and recovers by itself. A process of another program is an error and left
// alone.
func (p *Private) KillBackend(ctx context.Context, pid int) error {
	return p.do(ctx, func(ctx context.Context) error { return p.control.kill(ctx, pid) })
}

// Standby starts another private server that follows this one: a copy by
// pg_basebackup that streams and answers reads. settings override those of this
// server. It returns when the standby answers, which may lag behind. The two
// servers are stopped, promoted and closed separately.
func (p *Private) Standby(ctx context.Context, settings map[string]string) (*Private, error) {
	var s *Private
	err := p.do(ctx, func(ctx context.Context) (err error) {
		s, err = p.control.standby(ctx, settings)
		return err
	})
	return s, err
}

// Promote ends the recovery of a standby and returns when it accepts writes.
// The old primary is not touched: stop it first, or it continues to accept
// writes.
func (p *Private) Promote(ctx context.Context) error {
	return p.do(ctx, p.control.promote)
}

// Close ends the server and removes its data within a few seconds. Later calls
// do nothing. At the end of a program it is optional.
func (p *Private) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	return p.control.remove()
}

// do runs a call while no other runs.
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

// limit returns ctx with a deadline if it has none.
func limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, startTimeout)
}
