// Package devpg finds or starts a PostgreSQL for development, tests and
// examples, so that "go test ./..." and "go run" need no preparation.
//
// [Start] goes through these steps and stops at the first that works:
//
//  1. The environment variable DATABASE_URL names a server: it is used and
//     nothing is started.
//  2. PostgreSQL 14 or newer is installed on this machine: it is run, either
//     as a throw-away server (the default) or with a data directory that is
//     kept ([Options.Dir]).
//  3. Otherwise an error that answers errors.Is(err, [ErrNotFound]) and says
//     what was tried and how to install one.
//
// # Throw-away server
//
// All processes of one user share one server. Tests should create a database
// of their own on it (package repotest does). It trades durability for speed
// (fsync is off) and is removed with its data a few seconds after the last
// process that uses it has ended.
//
// # Kept server
//
// With [Options.Dir] the data survives, with PostgreSQL's own safe settings.
// Several processes that name the same directory share the server.
//
// # The end of a server
//
// Every [Server] holds a lease: the write end of a named pipe. A small shell
// process in a session of its own, the watcher, reads the other end. The
// kernel closes a lease however its process ends (return, os.Exit, panic,
// Ctrl-C, SIGKILL), so the watcher sees the end of the last one, waits three
// seconds for a successor and stops the server. If the watcher is killed as
// well, the next Start cleans up.
//
// # Access
//
// The server listens on 127.0.0.1 alone, at a port the system chose, and asks
// for a random password that only this user can read. Server.URL contains
// it. As root, which PostgreSQL refuses, the server runs as the user
// "postgres", or "nobody" where there is none.
//
// # Environment
//
//	DATABASE_URL    the server to use; nothing is started
//	GORMANGO_CACHE  replaces the cache folder (default: gormango in
//	                os.UserCacheDir; as root /var/tmp/gormango-devpg-0)
//
// Text sorts by bytes (locale C) and the time zone is UTC, on every machine.
// On systems other than Unix only DATABASE_URL is supported.
package devpg
