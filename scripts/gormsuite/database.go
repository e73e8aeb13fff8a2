package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/devpg"
)

// database creates a database for one run and returns its URL and a function
// that drops it. protocol is pgx's default_query_exec_mode, "" for the default.
func database(ctx context.Context, protocol string) (string, func(), error) {
	server, err := devpg.Start(ctx, devpg.Options{})
	if err != nil {
		return "", nil, fmt.Errorf("gormsuite: %w", err)
	}
	name := "gormango_test_" + strings.ToLower(rand.Text())
	with, err := withDatabase(server.URL(), name, protocol)
	if err == nil {
		err = execute(ctx, server.URL(), "CREATE DATABASE "+name+" TEMPLATE template0")
	}
	if err != nil {
		return "", nil, errors.Join(err, server.Close())
	}
	return with, func() {
		// The database is dropped after an interrupt too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err := execute(ctx, server.URL(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		if err := errors.Join(err, server.Close()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}, nil
}

func execute(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("gormsuite: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("gormsuite: %s: %w", statement, err)
	}
	return nil
}

// withDatabase returns a connection string with another database and the
// protocol, if any.
func withDatabase(conn, name, protocol string) (string, error) {
	const setting = "default_query_exec_mode"
	if !strings.HasPrefix(conn, "postgres://") && !strings.HasPrefix(conn, "postgresql://") {
		conn += " dbname=" + name // the last value of a keyword wins
		if protocol != "" {
			conn += " " + setting + "=" + protocol
		}
		return conn, nil
	}
	u, err := url.Parse(conn)
	if err != nil {
		// The text of the parser's error would contain the password.
		return "", errors.New("gormsuite: DATABASE_URL cannot be parsed (write postgres://user:password@host:5432/database, special characters percent-encoded)")
	}
	query := u.Query()
	query.Del("dbname") // either of them would override the path
	query.Del("database")
	if protocol != "" {
		query.Set(setting, protocol)
	}
	u.RawQuery = query.Encode()
	u.Path, u.RawPath = "/"+name, ""
	return u.String(), nil
}
