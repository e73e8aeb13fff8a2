package repotest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gormango/gormango/devpg"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// databaseTimeout limits each creation and drop.
const databaseTimeout = 2 * time.Minute

// server is started once per process and never closed: it ends with the
// process, however that ends.
var server = sync.OnceValues(func() (*devpg.Server, error) {
	s, err := devpg.Start(context.Background(), devpg.Options{})
	if err != nil {
		return nil, err
	}
	if s.External() { // devpg's own is removed with all its databases
		sweep(s.URL())
	}
	return s, nil
})

// serverURL returns the URL of the server, or fails the test.
func serverURL(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatalf("repotest: no database server for this test: %v", err)
	}
	return s.URL()
}

// URL creates a new, empty database for this test and returns its connection
// URL. The database is dropped at the end of the test, after the test's later
// cleanups. Connections that are still open are closed by the server.
//
// The server is that of DATABASE_URL or the PG* variables, else the one that
// devpg starts and all test binaries share. Without a server the test fails
// with devpg's explanation. It is never skipped. On a server of the environment
// the user needs the right to create databases. Only databases named
// gormango_test_… are touched. A later run drops the databases of killed tests
// when they are an hour old and unused.
func URL(t testing.TB) string {
	t.Helper()
	server := serverURL(t)
	name := databaseName()
	if err := createDatabase(server, name, "template0"); err != nil {
		t.Fatal(err)
	}
	return dropAtEnd(t, server, name)
}

// dropAtEnd returns the URL of a database and drops it at the end of the test.
func dropAtEnd(t testing.TB, server, name string) string {
	t.Helper()
	t.Cleanup(func() {
		// t.Context() is canceled by now.
		if err := onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
			return err
		}); err != nil {
			t.Errorf("repotest: drop the test's database %q: %v", name, err)
		}
	})
	created, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// createDatabase copies a template without connections: template0, or one of
// this package.
func createDatabase(server, name, template string) error {
	err := onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		statement := "CREATE DATABASE " + pgx.Identifier{name}.Sanitize() + " TEMPLATE " + pgx.Identifier{template}.Sanitize()
		if major(conn) >= 15 {
			// The default takes twice as long, as it writes all of it to the log. Servers
			// before version 15 know only file_copy.
			statement += " STRATEGY file_copy"
		}
		for {
			_, err := conn.Exec(ctx, statement)
			if !hasCode(err, "55006") { // the template is in use
				return err
			}
			select {
			case <-ctx.Done():
				return err
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	if err != nil {
		return fmt.Errorf("repotest: create the test's database %q: %w", name, err)
	}
	return nil
}

// hasCode reports whether err is an error of the server with this code.
func hasCode(err error, code string) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && answer.Code == code
}

// onServer runs fn on a connection to the server's first database.
func onServer(server string, fn func(ctx context.Context, conn *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), databaseTimeout)
	defer cancel()
	conn, err := connect(ctx, server)
	if err != nil {
		return err
	}
	defer keep(ctx, server, conn)
	return fn(ctx, conn)
}

// kept holds connections for the next call of onServer, by the server's URL. A
// new one costs as much as the copy of a small database.
var kept = struct {
	sync.Mutex
	byServer map[string][]*pgx.Conn
}{byServer: map[string][]*pgx.Conn{}}

// maxKept is the number of connections kept for a server.
const maxKept = 2

func connect(ctx context.Context, server string) (*pgx.Conn, error) {
	for {
		conn := take(server)
		if conn == nil {
			break
		}
		if conn.Ping(ctx) == nil {
			return conn, nil
		}
		_ = conn.Close(ctx) // the server has closed it
	}
	config, err := pgx.ParseConfig(server)
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // without prepared statements, for poolers
	return pgx.ConnectConfig(ctx, config)
}

// take removes and returns a kept connection, nil if there is none.
func take(server string) *pgx.Conn {
	kept.Lock()
	defer kept.Unlock()
	conns := kept.byServer[server]
	if len(conns) == 0 {
		return nil
	}
	last := len(conns) - 1
	kept.byServer[server] = conns[:last]
	return conns[last]
}

// keep keeps a connection, or closes it if there are enough.
func keep(ctx context.Context, server string, conn *pgx.Conn) {
	kept.Lock()
	defer kept.Unlock()
	if conns := kept.byServer[server]; len(conns) < maxKept && !conn.IsClosed() {
		kept.byServer[server] = append(conns, conn)
		return
	}
	_ = conn.Close(ctx)
}

// major returns the server's major version, 0 if it is unknown.
func major(conn *pgx.Conn) int {
	var n int
	_, _ = fmt.Sscanf(conn.PgConn().ParameterStatus("server_version"), "%d", &n) // "15.18 (Debian …)"
	return n
}

// withDatabase returns the connection string for another database. A connection
// string may be a URL or a list of keywords.
func withDatabase(connString, name string) (string, error) {
	if !strings.HasPrefix(connString, "postgres://") && !strings.HasPrefix(connString, "postgresql://") {
		return connString + " dbname=" + name, nil // the last value of a keyword wins
	}
	u, err := url.Parse(connString)
	if err != nil {
		// The text of the parser's error would contain the password.
		return "", errors.New("repotest: the server's URL cannot be parsed (write postgres://user:password@host:5432/database, special characters percent-encoded)")
	}
	query := u.Query()
	query.Del("dbname") // either of them would override the path
	query.Del("database")
	u.RawQuery = query.Encode()
	u.Path, u.RawPath = "/"+name, ""
	return u.String(), nil
}
