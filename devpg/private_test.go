//go:build unix

package devpg

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// private starts a server on a cache of its own. The folder's cleanup waits
// until it has ended.
func private(t *testing.T, settings map[string]string) *Private {
	t.Helper()
	p, err := StartPrivate(t.Context(), PrivateOptions{Settings: settings, Database: "shop", cache: cache(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func setting(t *testing.T, url, name string) string {
	t.Helper()
	var value string
	require.NoError(t, connect(t, url).QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value))
	return value
}

func TestPrivate(t *testing.T) {
	t.Parallel()
	p := private(t, map[string]string{"max_connections": "17", "log_line_prefix": "%m it's -c x=y "})
	require.Equal(t, "17", setting(t, p.URL(), "max_connections"))
	require.Equal(t, "%m it's -c x=y ", setting(t, p.URL(), "log_line_prefix"))
	require.Equal(t, "on", setting(t, p.URL(), "synchronous_commit"), "a commit survives a crash of the server")
	require.Equal(t, "shop", connect(t, p.URL()).Config().Database)
	rows := 0
	for name, end := range map[string]func() error{
		"fast":      func() error { return p.Stop(t.Context(), StopFast) },
		"immediate": func() error { return p.Stop(t.Context(), StopImmediate) },
		"kill":      func() error { return p.Stop(t.Context(), StopKill) },
		"restart":   func() error { return p.Restart(t.Context()) },
	} {
		open := connect(t, p.URL())
		rows++
		require.Equal(t, rows, count(t, p.URL()), name)
		require.NoError(t, end(), name)
		require.Error(t, open.Ping(t.Context()), name)
		if name != "restart" {
			require.Error(t, ping(p.URL()), name)
			require.NoError(t, p.Stop(t.Context(), StopFast), "a second stop does nothing")
			require.NoError(t, p.Start(t.Context()), name)
		}
		require.NoError(t, p.Start(t.Context()), "a second start does nothing")
	}
	require.Equal(t, rows+1, count(t, p.URL()), "every row is there, at the same URL")
	require.ErrorContains(t, p.Stop(t.Context(), 9), "no stop mode 9")

	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	require.ErrorIs(t, p.Start(t.Context()), errClosed)
}

func TestPrivateIsNotShared(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	var urls []string
	for range 2 {
		p, err := StartPrivate(t.Context(), PrivateOptions{cache: dir})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, p.Close()) })
		urls = append(urls, p.URL())
	}
	shared := start(t, Options{cache: dir})
	require.NotEqual(t, urls[0], urls[1])
	require.NotContains(t, urls, shared.URL())
	for _, url := range urls {
		require.NoError(t, ping(url), "the sweep of the later ones left it alone")
	}
}

func TestPrivateIgnoresTheEnvironment(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
	p := private(t, nil)
	require.NoError(t, ping(p.URL()))
}

func TestKillBackend(t *testing.T) {
	t.Parallel()
	p := private(t, nil)
	conn := connect(t, p.URL())
	require.Equal(t, 1, count(t, p.URL()))
	require.NoError(t, p.KillBackend(t.Context(), int(conn.PgConn().PID())))
	require.Error(t, conn.Ping(t.Context()))
	require.Eventually(t, func() bool { return ping(p.URL()) == nil }, waitLong, waitStep, "it recovers by itself")
	require.Equal(t, 2, count(t, p.URL()))
	require.ErrorContains(t, p.KillBackend(t.Context(), os.Getpid()), "is not one of the private server's")
	require.ErrorContains(t, p.KillBackend(t.Context(), -1), "is not one of the private server's")
	require.NoError(t, p.Stop(t.Context(), StopFast))
	require.ErrorContains(t, p.KillBackend(t.Context(), os.Getpid()), "does not run")
}

func TestStandby(t *testing.T) {
	t.Parallel()
	primary := private(t, nil)
	require.Equal(t, 1, count(t, primary.URL()))
	standby, err := primary.Standby(t.Context(), map[string]string{"application_name": "second", "jit": "on"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, standby.Close()) })
	require.NotEqual(t, primary.URL(), standby.URL())
	require.Equal(t, "on", setting(t, standby.URL(), "jit"))
	require.Equal(t, 2, count(t, primary.URL()))
	conn := connect(t, standby.URL())
	seen := func(url string) int {
		var n int
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		defer conn.Close(context.Background())
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM visit").Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return seen(standby.URL()) == 2 }, waitLong, waitStep, "rows stream")
	_, err = conn.Exec(t.Context(), "INSERT INTO visit DEFAULT VALUES")
	require.True(t, hasCode(err, "25006"), "read only: %v", err)

	// A standby that was stopped catches up.
	require.NoError(t, standby.Stop(t.Context(), StopImmediate))
	require.Equal(t, 3, count(t, primary.URL()))
	require.NoError(t, standby.Start(t.Context()))
	require.Eventually(t, func() bool { return seen(standby.URL()) == 3 }, waitLong, waitStep)

	require.NoError(t, primary.Stop(t.Context(), StopFast))
	require.NoError(t, standby.Promote(t.Context()))
	require.Equal(t, 4, count(t, standby.URL()))
	require.NoError(t, primary.Close(), "the old one goes alone")
	require.NoError(t, ping(standby.URL()))
	require.ErrorContains(t, standby.Promote(t.Context()), "promote the standby", "it is none any more")
}

func TestPrivateWrongSetting(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	_, err := StartPrivate(t.Context(), PrivateOptions{Settings: map[string]string{"no_such_setting": "1"}, cache: dir})
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
	waitGone(t, dir)
}

// A killed process leaves neither the server nor its standby.
func TestPrivateEndsWithItsStarter(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	p := spawn(t, "GORMANGO_CACHE="+dir, "DEVPG_TEST_PRIVATE=1")
	processOf(t, dir, serverMarkInPs)
	require.Len(t, servers(t, dir), 2)
	require.NoError(t, ping(p.url))
	require.NoError(t, p.cmd.Process.Kill())
	waitGone(t, dir)
	require.Error(t, ping(p.url))
}
