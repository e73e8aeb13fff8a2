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

// databaseTimeout bounds each creation and drop.
const databaseTimeout = 2 * time.Minute

// server is started once a process and never closed: the end of the process
// gives it up, however it comes.
var server = sync.OnceValues(func() (*devpg.Server, error) {
	s, err := devpg.Start(context.Background(), devpg.Options{})
	if err != nil {
		return nil, err
	}
	if s.External() { // devpg's own goes with all that is on it
		sweep(s.URL())
	}
	return s, nil
})

// serverURL is the URL of the server, or the end of the test.
func serverURL(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatalf("repotest: no database server for this test: %v", err)
	}
	return s.URL()
}

// URL makes a new, empty database for this test alone and returns its
// connection URL. The database is dropped at the end of the test, after the
// test's later cleanups; connections that are still open are cut.
//
// The server is that of DATABASE_URL or the PG* variables, else the one that
// devpg starts and all test binaries share. The test fails, with devpg's
// explanation, when there is none: it is never skipped. On a server that the
// environment names the user needs the right to create databases; only
// databases made here, named gormango_test_…, are touched. What a killed test
// left there is dropped by a later run, an hour after it was made and when
// nobody is connected.
func URL(t testing.TB) string {
	t.Helper()
	server := serverURL(t)
	name := databaseName()
	if err := createDatabase(server, name, "template0"); err != nil {
		t.Fatal(err)
	}
	return dropAtEnd(t, server, name)
}

// dropAtEnd gives the URL of a database and drops it when the test ends.
func dropAtEnd(t testing.TB, server, name string) string {
	t.Helper()
	t.Cleanup(func() {
		// Not t.Context(), which is over by now.
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

// createDatabase copies a template, which nobody can be connected to:
// template0, or one of ours.
func createDatabase(server, name, template string) error {
	err := onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		statement := "CREATE DATABASE " + pgx.Identifier{name}.Sanitize() + " TEMPLATE " + pgx.Identifier{template}.Sanitize()
		if major(conn) >= 15 {
			// Half the time of the default, which writes all of it to the log.
			// Older servers know no other way.
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

// hasCode reports whether err is the server's answer with this code.
func hasCode(err error, code string) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == code
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

// kept are connections for the next call of onServer, by the server's URL. A
// new one costs as much as the copy of a small database.
var kept = struct {
	sync.Mutex
	byServer map[string][]*pgx.Conn
}{byServer: map[string][]*pgx.Conn{}}

// maxKept is the number of connections that are kept for a server.
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
		_ = conn.Close(ctx) // the server has ended it
	}
	config, err := pgx.ParseConfig(server)
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // nothing prepared: there may be a pooler
	return pgx.ConnectConfig(ctx, config)
}

// take removes a kept connection, and returns nil without one.
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

// keep keeps a connection, or closes it when there are enough.
func keep(ctx context.Context, server string, conn *pgx.Conn) {
	kept.Lock()
	defer kept.Unlock()
	if conns := kept.byServer[server]; len(conns) < maxKept && !conn.IsClosed() {
		kept.byServer[server] = append(conns, conn)
		return
	}
	_ = conn.Close(ctx)
}

// major is the server's major version, 0 when it does not say.
func major(conn *pgx.Conn) int {
	var n int
	_, _ = fmt.Sscanf(conn.PgConn().ParameterStatus("server_version"), "%d", &n) // "15.18 (Debian …)"
	return n
}

// withDatabase is the connection string with another database. DATABASE_URL
// may be a URL or a list of keywords.
func withDatabase(connString, name string) (string, error) {
	if !strings.HasPrefix(connString, "postgres://") && !strings.HasPrefix(connString, "postgresql://") {
		return connString + " dbname=" + name, nil // the last of a keyword counts
	}
	u, err := url.Parse(connString)
	if err != nil {
		// The parser's text would quote the password.
		return "", errors.New("repotest: the server's URL cannot be parsed (write postgres://user:password@host:5432/database, special characters percent-encoded)")
	}
	query := u.Query()
	query.Del("dbname") // either of them would win over the path
	query.Del("database")
	u.RawQuery = query.Encode()
	u.Path, u.RawPath = "/"+name, ""
	return u.String(), nil
}
