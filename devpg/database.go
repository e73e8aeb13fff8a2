package devpg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// adminUser is the superuser of every server started here, adminDatabase the
// database that every server has.
const (
	adminUser     = "postgres"
	adminDatabase = "postgres"
)

// serverURL returns the address of a database on a server started here.
func serverURL(port int, password, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(adminUser, password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// answers connects once. A server without free connections is alive too.
func answers(ctx context.Context, port int, password string) error {
	conn, err := pgx.Connect(ctx, serverURL(port, password, adminDatabase))
	if hasCode(err, "53300") {
		return nil
	}
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// ensureDatabase creates the database unless it exists.
func ensureDatabase(ctx context.Context, port int, password, database string) error {
	if database == adminDatabase {
		return nil
	}
	conn, err := pgx.Connect(ctx, serverURL(port, password, adminDatabase))
	if err != nil {
		return fmt.Errorf("devpg: connect to create database %q: %w", database, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)", database).Scan(&exists)
	if err == nil && !exists {
		_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize())
		// If two processes create it at once, the second gets one of these.
		if hasCode(err, "42P04", "23505") {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("devpg: create database %q: %w", database, err)
	}
	return nil
}

// hasCode reports whether err is an error of the server with one of the codes.
func hasCode(err error, codes ...string) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, answer.Code)
}
