package gormango_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// soon shortens the waits of Listen on db.
func soon(db *gorm.DB) *gorm.DB {
	gormango.SetListening(db, 50*time.Millisecond, 5*time.Second, time.Millisecond)
	return db
}

func notify(t testing.TB, db *gorm.DB, channel, payload string) {
	t.Helper()
	require.NoError(t, db.Exec("SELECT pg_notify(?, ?)", channel, payload).Error)
}

// listeners counts the connections to db's database whose last statement is
// LISTEN or Listen's sign of life.
func listeners(t testing.TB, db *gorm.DB) (n int) {
	t.Helper()
	require.NoError(t, db.Raw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND (query LIKE 'LISTEN %' OR query LIKE '-- ping%')`).Scan(&n).Error)
	return n
}

func requireNoListeners(t testing.TB, db *gorm.DB) {
	t.Helper()
	require.Eventually(t, func() bool { return listeners(t, db) == 0 }, 20*time.Second, 5*time.Millisecond, "the connection is closed")
}

// ears is a loop over Listen in a goroutine of its own.
type ears struct {
	t      *testing.T
	got    chan gormango.Notification
	ended  chan error
	cancel context.CancelFunc
}

// hark listens until the test ends or cancel is called, and returns once it
// hears.
func hark(t *testing.T, db *gorm.DB, channels ...string) *ears {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e := &ears{t: t, got: make(chan gormango.Notification, 10000), ended: make(chan error, 1), cancel: cancel}
	var over sync.WaitGroup
	over.Go(func() {
		for n, err := range gormango.Listen(ctx, db, channels...) {
			if err != nil {
				e.ended <- err
				continue // the error is the last value: the loop ends by itself
			}
			e.got <- n
		}
	})
	t.Cleanup(func() {
		cancel()
		over.Wait()
	})
	require.Equal(t, gormango.Notification{Missed: true}, e.next())
	return e
}

func (e *ears) next() gormango.Notification {
	e.t.Helper()
	select {
	case n := <-e.got:
		return n
	case err := <-e.ended:
		require.NoError(e.t, err, "the loop ended")
	case <-time.After(30 * time.Second):
		require.FailNow(e.t, "no notification came")
	}
	return gormango.Notification{}
}

func (e *ears) end() error {
	e.t.Helper()
	select {
	case err := <-e.ended:
		return err
	case <-time.After(30 * time.Second):
		require.FailNow(e.t, "the loop did not end")
		return nil
	}
}

// missed waits until Listen says that it listens again.
func (e *ears) missed() {
	e.t.Helper()
	for !e.next().Missed {
	}
}

// hears requires that what is sent now arrives; a loss of the connection
// meanwhile is sent again.
func (e *ears) hears(db *gorm.DB, channel, payload string) {
	e.t.Helper()
	notify(e.t, db, channel, payload)
	for {
		n := e.next()
		if n.Missed {
			notify(e.t, db, channel, payload)
			continue
		}
		require.Equal(e.t, payload, n.Payload)
		return
	}
}

func TestListenInOrderOnSeveralChannels(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	const odd = `Orders "new"; – 1`
	e := hark(t, db, "news", odd, strings.Repeat("x", 63), "news")
	var sender uint32
	require.NoError(t, db.Connection(func(tx *gorm.DB) error {
		require.NoError(t, tx.Raw("SELECT pg_backend_pid()").Scan(&sender).Error)
		for i := range 1000 {
			require.NoError(t, tx.Exec("SELECT pg_notify(?, ?)", []string{"news", odd, strings.Repeat("x", 63)}[i%3], fmt.Sprint(i)).Error)
		}
		return nil
	}))
	notify(t, db, "NEWS", "another channel")
	notify(t, db, "news", "")
	for i := range 1000 {
		require.Equal(t, gormango.Notification{
			Channel: []string{"news", odd, strings.Repeat("x", 63)}[i%3], Payload: fmt.Sprint(i), PID: sender,
		}, e.next())
	}
	last := e.next()
	require.Equal(t, []string{"news", ""}, []string{last.Channel, last.Payload})
	require.Equal(t, 1, listeners(t, db))
	e.cancel()
	err := e.end()
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, err, "gormango: listen: context canceled")
	requireNoListeners(t, db)
}

func TestListenHearsATransactionWhenItCommits(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{})
	e := hark(t, soon(db), "news") // it asks for signs of life meanwhile
	rollback := errors.New("rollback")
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		notify(t, db.WithContext(ctx), "news", "rolled back")
		return rollback
	}), rollback)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		notify(t, db.WithContext(ctx), "news", "in the transaction")
		notify(t, db, "news", "beside it")
		require.Equal(t, "beside it", e.next().Payload)
		time.Sleep(200 * time.Millisecond)
		require.Empty(t, e.got)
		return nil
	}))
	require.Equal(t, "in the transaction", e.next().Payload)
}

// A transaction of the loop's context does not reach its connection, and its
// body may use db.
func TestListenKeepsWhatComesWhileTheBodyRuns(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	require.NoError(t, txutil.Atomic(ctx, soon(db), func(tx context.Context) error {
		var got []string
		for n, err := range gormango.Listen(tx, db, "news") {
			require.NoError(t, err)
			if n.Missed {
				require.NoError(t, gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
					for i := range 500 {
						if _, err := conn.Exec(ctx, "SELECT pg_notify('news', $1)", fmt.Sprint(i)); err != nil {
							return err
						}
					}
					return nil
				}))
				time.Sleep(100 * time.Millisecond)
				continue
			}
			require.Equal(t, fmt.Sprint(len(got)), n.Payload)
			if got = append(got, n.Payload); len(got) == 500 {
				break
			}
		}
		require.Len(t, got, 500)
		return nil
	}))
}

func TestListenEndsWithItsLoop(t *testing.T) {
	t.Parallel()
	var conns []*pgx.Conn // kept, since garbage is closed too
	_, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}, Pgx: func(c *pgxpool.Config) error {
		c.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
			conns = append(conns, conn)
			return nil
		}
		return nil
	}})
	require.Len(t, conns, 1, "of the pool")
	loop := gormango.Listen(context.Background(), db, "news")
	require.Zero(t, listeners(t, db), "nothing happens before the loop")
	for name, body := range map[string]func() bool{
		"break": func() bool {
			for range loop {
				require.Equal(t, 1, listeners(t, db))
				break
			}
			return true
		},
		"return": func() bool {
			for n, err := range loop {
				return n.Missed && err == nil
			}
			return false
		},
		"panic": func() (panicked bool) {
			defer func() { panicked = recover() == "mine" }()
			for range loop {
				panic("mine")
			}
			return false
		},
		"later": func() bool {
			for n, err := range loop {
				require.NoError(t, err)
				if !n.Missed {
					return n.Payload == "x"
				}
				notify(t, db, "news", "x")
			}
			return false
		},
	} {
		require.True(t, body(), name)
		require.Len(t, conns, 2)
		require.True(t, conns[1].IsClosed(), name)
		conns = conns[:1]
		requireNoListeners(t, db)
	}
}

func TestListenEndsWithTheDatabase(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	_, other := open(t, gormango.Config{URL: gormangoURL(db, db.Migrator().CurrentDatabase())})
	e := hark(t, db, "news")
	require.NoError(t, gormango.Close(db))
	require.ErrorIs(t, e.end(), gormango.ErrClosed)
	for n, err := range gormango.Listen(context.Background(), db, "news") {
		require.Equal(t, gormango.Notification{}, n)
		require.Equal(t, gormango.ErrClosed, err)
	}
	requireNoListeners(t, other)

	_, db = open(t, gormango.Config{})
	var last error
	for _, err := range gormango.Listen(context.Background(), db, "news") {
		if last = err; err == nil {
			require.NoError(t, gormango.Close(db), "the body may close it")
		}
	}
	require.ErrorIs(t, last, gormango.ErrClosed)
}

func TestListenRefuses(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	only := func(db *gorm.DB, channels ...string) (err error) {
		times := 0
		for n, e := range gormango.Listen(context.Background(), db, channels...) {
			require.Equal(t, gormango.Notification{}, n)
			err = e
			times++
		}
		require.Equal(t, 1, times)
		return err
	}
	require.EqualError(t, only(db), "gormango: Listen without a channel (name one or more)")
	require.EqualError(t, only(db, "news", ""), "gormango: Listen: the name of a channel is empty (give each a name)")
	require.EqualError(t, only(db, strings.Repeat("ä", 32)),
		`gormango: Listen: the channel "`+strings.Repeat("ä", 32)+`" has 64 bytes, a name of PostgreSQL has at most 63 (shorten it)`)
	require.EqualError(t, only(db, "a\x00b"), `gormango: Listen: the channel "a\x00b" is no text of PostgreSQL (use UTF-8 without zero bytes)`)
	require.ErrorContains(t, only(db, "\xff"), "is no text of PostgreSQL")

	foreign, err := gorm.Open(postgres.Open(repotest.URL(t)))
	require.NoError(t, err)
	require.ErrorIs(t, only(foreign, "news"), gormango.ErrNotOpened)
	require.NoError(t, gormango.Close(foreign))
	require.ErrorIs(t, only(nil, "news"), gormango.ErrNotOpened)

	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range gormango.Listen(over, db, "news") {
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestListenBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	for _, cfg := range []gormango.Config{{URL: pooled}, {URL: pooled, Lazy: true}, {URL: pooled, DirectURL: pooled}} {
		ctx, db := open(t, cfg)
		want := gormango.Dedicated(ctx, db, func(*pgx.Conn) error { return nil })
		require.ErrorIs(t, want, gormango.ErrPooled)
		for _, err := range gormango.Listen(ctx, db, "news") {
			require.EqualError(t, err, want.Error())
		}
	}
	_, db := open(t, gormango.Config{URL: pooled, DirectURL: direct})
	hark(t, db, "news").hears(db, "news", "through the pooler")
}

// A handler of the application for its pool's notifications takes none of them,
// and errors of its hooks are waited out.
func TestListenWithHooks(t *testing.T) {
	t.Parallel()
	var calls []string
	_, db := open(t, gormango.Config{Lazy: true, Pgx: func(c *pgxpool.Config) error {
		c.ConnConfig.OnNotification = func(*pgconn.PgConn, *pgconn.Notification) { panic("not for you") }
		c.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
			calls = append(calls, "before")
			if len(calls) < 3 {
				return errors.New("no password yet")
			}
			return nil
		}
		return nil
	}})
	for n, err := range gormango.Listen(context.Background(), soon(db), "news") {
		require.NoError(t, err)
		if !n.Missed {
			require.Equal(t, "x", n.Payload)
			break
		}
		require.Len(t, calls, 3)
		notify(t, db, "news", "x")
	}
}

func TestManyListeners(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 2}})
	soon(db)
	var all []*ears
	for range 8 {
		all = append(all, hark(t, db, "news"))
	}
	var want []string
	for i := range 50 {
		want = append(want, fmt.Sprint(i))
		notify(t, db, "news", want[i])
	}
	for _, e := range all {
		var got []string
		for range want {
			got = append(got, e.next().Payload)
		}
		slices.Sort(got) // two connections of the pool commit in any order
		require.ElementsMatch(t, want, got)
	}
}
