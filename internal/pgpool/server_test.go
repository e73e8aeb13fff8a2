package pgpool_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/devpg"
)

// private starts a PostgreSQL of one test, which may break it. Without programs
// to run the test is skipped.
func private(t *testing.T) *devpg.Private {
	t.Helper()
	p, err := devpg.StartPrivate(context.Background(), devpg.PrivateOptions{Logf: t.Logf})
	if errors.Is(err, devpg.ErrNotFound) {
		t.Skip("SKIPPED: no programs of PostgreSQL to run a server that may be broken: ", err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// standby starts a server that follows p.
func standby(t *testing.T, p *devpg.Private) *devpg.Private {
	t.Helper()
	s, err := p.Standby(context.Background(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// both is the URL of two servers, of which the one that takes writes is wanted.
func both(t *testing.T, first, second *devpg.Private) string {
	t.Helper()
	a, err := url.Parse(first.URL())
	require.NoError(t, err)
	b, err := url.Parse(second.URL())
	require.NoError(t, err)
	a.Host += "," + b.Host
	q := a.Query()
	q.Set("target_session_attrs", "read-write")
	a.RawQuery = q.Encode()
	return a.String()
}

// ask runs a statement on a connection of its own.
func ask(p *devpg.Private, query string, dst ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if len(dst) > 0 {
		return conn.QueryRow(ctx, query).Scan(dst...)
	}
	_, err = conn.Exec(ctx, query)
	return err
}
