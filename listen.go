package gormango

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"gorm.io/gorm"
)

// Notification is a value of [Listen]: a message of NOTIFY or pg_notify, or,
// where Missed is set, the notice that messages may be missing.
type Notification struct {
	Channel string
	Payload string // less than 8000 bytes, empty if none was given
	PID     uint32 // the server's process that sent it

	// Missed says that Listen begins to listen, at the start and again after a
	// lost connection. What was sent before may not come any more, what is sent
	// from now on does. The other fields are empty.
	Missed bool
}

// Listen returns the notifications of the channels, in the order in which they
// were committed. A notification that a transaction sends comes when it has
// committed.
//
// The first value has Missed set: Listen hears from then on. So a loop that
// reads the state at each Missed, and changes it by each notification, misses
// nothing.
//
// Listen uses a connection of its own, made as by [Dedicated] when the loop
// begins, and closed on every way out of it: to Config.DirectURL if that is
// set, else to Config.URL, with [ErrPooled] where a pooler in transaction mode
// stands there, and [ErrNotOpened] for a db that was not opened by Open. The
// transaction of ctx does not reach it. What comes while the body of the loop
// runs waits on the server and is yielded afterwards.
//
// A lost connection is made anew, after a pause of 0.05 to 15 seconds that
// grows with each failure, and each failure is logged to Config.Logger at Warn.
// A server that cannot be reached is tried again in the same way, at the start
// too. A connection that is quiet for 30 seconds is asked for an answer, and
// closed when none comes within 10, so a dead one is noticed while the body
// does not run. Each host of a server has 10 seconds to connect, unless
// connect_timeout says otherwise.
//
// The loop ends when its body leaves it, or with an error as its last value:
// that of ctx, [ErrClosed] after [Close], or what does not heal by waiting,
// such as a wrong password, a missing database ([PermissionError] and the
// errors of [Open]), or a standby at the start, on which LISTEN does not work.
// Without channels, or with a name that is empty or longer than 63 bytes, the
// error comes before anything is sent. Names are taken as they are: "News" is
// not news. Each loop over the result makes a connection.
func Listen(ctx context.Context, db *gorm.DB, channels ...string) iter.Seq2[Notification, error] {
	channels = slices.Clone(channels)
	return func(yield func(Notification, error) bool) {
		l := &listener{database: databaseOf(db), channels: channels}
		err := checkChannels(channels)
		switch {
		case l.database == nil:
			err = ErrNotOpened
		case err == nil:
			err = l.run(ctx, yield)
		}
		if err != nil {
			yield(Notification{}, err)
		}
	}
}

// listenTimes are the waits of a listener.
type listenTimes struct {
	quiet  time.Duration // without a notification, after which the server is asked for an answer
	answer time.Duration // for the answer, to LISTEN too
	host   time.Duration // for each host of a connection
	first  time.Duration // the pause after the first failure
	most   time.Duration // the longest pause; a connection that lived so long was a good one
}

var listenDefaults = listenTimes{
	quiet: 30 * time.Second, answer: 10 * time.Second, host: 10 * time.Second, first: 100 * time.Millisecond, most: 10 * time.Second,
}

// listenConnect bounds one attempt to connect, with all hosts and what the
// application's hooks do.
const listenConnect = 2 * time.Minute

func checkChannels(channels []string) error {
	if len(channels) == 0 {
		return errors.New("gormango: Listen without a channel (name one or more)")
	}
	for _, c := range channels {
		switch {
		case c == "":
			return errors.New("gormango: Listen: the name of a channel is empty (give each a name)")
		case len(c) > 63:
			return fmt.Errorf("gormango: Listen: the channel %q has %d bytes, a name of PostgreSQL has at most 63 (shorten it)", c, len(c))
		case !utf8.ValidString(c) || strings.ContainsRune(c, 0):
			return fmt.Errorf("gormango: Listen: the channel %q is no text of PostgreSQL (use UTF-8 without zero bytes)", c)
		}
	}
	return nil
}

// listener is one loop over the result of Listen.
type listener struct {
	*database
	channels []string
	listened bool // it has been listening before
	failures int  // in a row
}

// run yields notifications until yield returns false, and then returns nil, or
// until an error does not heal.
func (l *listener) run(outer context.Context, yield func(Notification, error) bool) error {
	ctx, cancel := context.WithCancel(outer)
	defer cancel()
	defer context.AfterFunc(l.Pool.Life(), cancel)()
	for {
		begin := time.Now()
		conn, err := l.connect(ctx)
		if err == nil {
			if l.failures > 0 {
				l.log().Info("gormango: listening again", "channels", l.channels)
			}
			l.listened = true
			var left bool
			if left, err = l.receive(ctx, conn, yield); left {
				return nil
			}
			if time.Since(begin) >= l.listening.most {
				l.failures = 0
			}
		}
		switch {
		case l.Pool.Life().Err() != nil:
			return ErrClosed
		case outer.Err() != nil:
			return fmt.Errorf("gormango: listen: %w", outer.Err())
		case !l.heals(err):
			return l.errs.translate(err)
		}
		l.pause(ctx, err)
	}
}

// connect makes a connection that listens.
func (l *listener) connect(ctx context.Context) (*pgx.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, listenConnect)
	defer cancel()
	conn, err := l.Dedicated(ctx, func(c *pgx.ConnConfig) {
		c.OnNotification = nil // pgx keeps them for us
		// A wait that ends is no statement to stop.
		c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
			return &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn()}
		}
		if c.ConnectTimeout == 0 {
			c.ConnectTimeout = l.listening.host
		}
	})
	if err != nil {
		return nil, err
	}
	var sql strings.Builder
	for _, c := range l.channels {
		sql.WriteString("LISTEN " + pgx.Identifier{c}.Sanitize() + "; ")
	}
	asked, done := context.WithTimeout(ctx, l.listening.answer)
	defer done()
	if _, err := conn.Exec(asked, sql.String(), pgx.QueryExecModeSimpleProtocol); err != nil {
		hangUp(ctx, conn)
		return nil, fmt.Errorf("gormango: listen: %w", l.errs.translate(err))
	}
	return conn, nil
}

// receive yields what comes on conn, which it closes. left reports whether
// yield wants no more.
func (l *listener) receive(ctx context.Context, conn *pgx.Conn, yield func(Notification, error) bool) (left bool, err error) {
	defer hangUp(ctx, conn)
	if !yield(Notification{Missed: true}, nil) {
		return true, nil
	}
	for {
		n, err := l.next(ctx, conn)
		if err != nil {
			return false, err
		}
		if !yield(Notification{Channel: n.Channel, Payload: n.Payload, PID: n.PID}, nil) {
			return true, nil
		}
	}
}

// next waits for a notification, and from time to time for a sign of life.
func (l *listener) next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		wait, cancel := context.WithTimeout(ctx, l.listening.quiet)
		n, err := conn.WaitForNotification(wait)
		cancel()
		switch {
		case n != nil:
			return n, nil
		case conn.IsClosed():
			return nil, err
		}
		wait, cancel = context.WithTimeout(ctx, l.listening.answer)
		err = conn.PgConn().Ping(wait)
		cancel()
		if err != nil {
			return nil, err
		}
	}
}

// heals reports whether a new connection may do better after err.
func (l *listener) heals(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(pgErr.Code) != 5 {
		return !errors.Is(err, ErrPooled)
	}
	switch pgErr.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, an operator's hand, the machine
		return true
	}
	// LISTEN does not work on a standby. A server that was none before may become a
	// primary again.
	return pgErr.Code == "25006" && l.listened
}

// pause waits before the next attempt.
func (l *listener) pause(ctx context.Context, err error) {
	pause := l.listening.most
	if l.failures < 16 {
		pause = min(pause, l.listening.first<<l.failures)
	}
	l.failures++
	pause = pause/2 + rand.N(pause) // so that not all come at once
	l.log().LogAttrs(ctx, slog.LevelWarn, "gormango: not listening, connecting again",
		slog.Any("channels", l.channels), slog.String("error", err.Error()), slog.Duration("pause", pause))
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
