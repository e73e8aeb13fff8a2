package gormango_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	neturl "net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/internal/faultproxy"
	"github.com/gormango/gormango/repotest"
)

// safe is a buffer for several goroutines.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestListenAgainAfterItsBackendWasKilled(t *testing.T) {
	t.Parallel()
	var log safe
	_, db := open(t, gormango.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	e := hark(t, soon(db), "news", "other")
	for i := range 5 {
		e.hears(db, "news", fmt.Sprint("before ", i))
		var killed int
		require.NoError(t, db.Raw(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
			AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN %' OR query LIKE '-- ping%')`).Scan(&killed).Error)
		require.Equal(t, 1, killed)
		e.missed()
		e.hears(db, "other", fmt.Sprint("after ", i))
	}
	require.Contains(t, log.String(), `level=WARN msg="gormango: not listening, connecting again" channels="[news other]" error="FATAL: terminating connection due to administrator command (SQLSTATE 57P01)" pause=`)
	require.Contains(t, log.String(), `level=INFO msg="gormango: listening again" channels="[news other]"`)
}

// A dead connection says nothing, not even that it is dead: nothing comes any
// more.
func TestListenNoticesADeadConnection(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	_, direct := open(t, gormango.Config{URL: url})
	u, err := neturl.Parse(url)
	require.NoError(t, err)
	p, err := faultproxy.Start(u.Host)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	u.Host = p.Addr()
	var log safe
	_, db := open(t, gormango.Config{URL: u.String(), Lazy: true, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	gormango.SetListening(db, 50*time.Millisecond, time.Second, time.Millisecond)
	e := hark(t, db, "news")
	e.hears(direct, "news", "alive")
	p.Mute(true)
	notify(t, direct, "news", "nobody hears this")
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), `msg="gormango: not listening, connecting again"`)
	}, 20*time.Second, time.Millisecond)
	p.Mute(false)
	e.missed()
	e.hears(direct, "news", "again")
}

func TestListenOutlivesTheServer(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := private(t)
	u, err := neturl.Parse(server.URL())
	require.NoError(t, err)
	password, _ := u.User.Password()
	var log safe
	_, db := open(t, gormango.Config{URL: server.URL(), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	e := hark(t, soon(db), "news")
	require.NoError(t, server.Restart(ctx))
	e.missed()
	_, second := open(t, gormango.Config{URL: server.URL()})
	e.hears(second, "news", "after the restart")

	require.NoError(t, server.Stop(ctx, devpg.StopImmediate))
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "gormango: cannot open database") }, 20*time.Second, time.Millisecond)
	late := make(chan error, 1) // one that begins while the server is away
	go func() {
		for _, err := range gormango.Listen(ctx, db, "late") {
			late <- err
			return
		}
	}()
	require.NoError(t, server.Start(ctx))
	e.missed()
	require.NoError(t, <-late)
	_, third := open(t, gormango.Config{URL: server.URL()})
	e.hears(third, "news", "after the crash")
	require.NotEmpty(t, password)
	require.NotContains(t, log.String(), password)
}

func TestListenFollowsAFailover(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	primary := private(t)
	standby, err := primary.Standby(ctx, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, standby.Close()) })
	_, other := open(t, gormango.Config{URL: standby.URL()})
	for _, err := range gormango.Listen(ctx, other, "news") {
		require.ErrorContains(t, err, "gormango: listen: ")
		require.ErrorContains(t, err, "25006", "a standby, from the start")
	}

	u, err := neturl.Parse(primary.URL())
	require.NoError(t, err)
	s, err := neturl.Parse(standby.URL())
	require.NoError(t, err)
	u.Host += "," + s.Host
	_, db := open(t, gormango.Config{URL: withQuery(u, "target_session_attrs", "read-write")})
	e := hark(t, soon(db), "news")
	require.NoError(t, primary.Stop(ctx, devpg.StopImmediate))
	require.NoError(t, standby.Promote(ctx))
	e.missed()
	e.hears(other, "news", "from the new primary")
}

func TestListenEndsWhereWaitingDoesNotHelp(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	_, admin := open(t, gormango.Config{URL: url})
	last := func(db *gorm.DB) (err error) {
		for _, err = range gormango.Listen(context.Background(), soon(db), "news") {
		}
		return err
	}
	_, db := open(t, gormango.Config{URL: gormangoURL(admin, "no_such_database"), Lazy: true})
	require.ErrorContains(t, last(db), `database "no_such_database" does not exist (SQLSTATE 3D000)`)

	u, err := neturl.Parse(url)
	require.NoError(t, err)
	if _, set := u.User.Password(); set {
		u.User = neturl.UserPassword(u.User.Username(), "s3cret")
		_, db = open(t, gormango.Config{URL: u.String(), Lazy: true})
		err = last(db)
		var permission *gormango.PermissionError
		require.ErrorAs(t, err, &permission)
		require.NotContains(t, err.Error(), "s3cret")
	}

	// It was there and is not any more.
	const name = "gormango_listen_dropped"
	require.NoError(t, admin.Exec("DROP DATABASE IF EXISTS "+name).Error)
	require.NoError(t, admin.Exec("CREATE DATABASE "+name).Error)
	_, db = open(t, gormango.Config{URL: gormangoURL(admin, name)})
	e := hark(t, soon(db), "news")
	require.NoError(t, admin.Exec("DROP DATABASE "+name+" WITH (FORCE)").Error)
	var pgErr *pgconn.PgError
	require.ErrorAs(t, e.end(), &pgErr)
	require.Equal(t, "3D000", pgErr.Code)
}

// private starts a server that the test may stop.
func private(t *testing.T) *devpg.Private {
	t.Helper()
	p, err := devpg.StartPrivate(context.Background(), devpg.PrivateOptions{Logf: t.Logf})
	if errors.Is(err, devpg.ErrNotFound) {
		t.Skip("SKIPPED: no programs of PostgreSQL to run a server that may be stopped: ", err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}
