package gormango

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PoolerMode says what stands between the program and the server.
type PoolerMode int

// The modes of [Config.Pooler].
const (
	// Detect makes one connection more, before the first one of the pool, and asks the server for its
	// process: a pooler answers for another one. A pooler that gives each session a connection looks
	// the same; Transaction is safe there too, merely slower.
	Detect PoolerMode = iota
	// Direct is a server, or a pooler that keeps a connection for each session or prepares statements
	// itself. pgx prepares every statement by name.
	Direct
	// Transaction is a pooler that gives each transaction another connection. Statements are described
	// but not prepared by name, defaults of the session go with each BEGIN, and statements that need a
	// session refuse with ErrPooled.
	Transaction
)

// ErrPooled says that something needs a session of its own, which a pooler in transaction mode cannot
// give. [Dedicated] and [Listen] have one where Config.DirectURL is set.
var ErrPooled = errors.New("gormango: not through a pooler")

// setting is a parameter of the server that Config, or the URL, sets for every session.
type setting struct{ name, value string }

// link is how connections are made, which depends on what is at the other end.
type link struct {
	mode     PoolerMode
	settings []setting
	before   func(context.Context, *pgx.ConnConfig) error // of Config.Pgx
	direct   *pgx.ConnConfig                              // of Config.DirectURL, nil without
	log      func() *slog.Logger

	mu    sync.Mutex // held while the other end is asked
	found atomic.Int32
}

// What link.found holds.
const (
	unknown int32 = iota
	server
	pooler
)

var planCacheModes = map[string]bool{"": true, "auto": true, "force_custom_plan": true, "force_generic_plan": true}

// take keeps the defaults of the session apart from what is sent at the start of every connection, since
// poolers refuse a start with them.
func (l *link) take(c Config, params map[string]string) error {
	switch c.Pooler {
	case Detect, Direct, Transaction:
	default:
		return fmt.Errorf("gormango: Config.Pooler %d is no mode (use Detect, Direct or Transaction)", c.Pooler)
	}
	if !planCacheModes[c.PlanCacheMode] {
		return fmt.Errorf("gormango: Config.PlanCacheMode %q is not PostgreSQL's (use auto, force_custom_plan or force_generic_plan)", c.PlanCacheMode)
	}
	for _, s := range []struct {
		field, name, value string
		d                  time.Duration
	}{
		{field: "StatementTimeout", name: "statement_timeout", d: c.StatementTimeout},
		{field: "LockTimeout", name: "lock_timeout", d: c.LockTimeout},
		{field: "IdleInTransactionTimeout", name: "idle_in_transaction_session_timeout", d: c.IdleInTransactionTimeout},
		{name: "plan_cache_mode", value: c.PlanCacheMode},
	} {
		if s.d < 0 {
			return fmt.Errorf("gormango: Config.%s is negative (leave it zero for the server's default)", s.field)
		}
		if s.d > 0 { // up, since 0 is no limit
			s.value = strconv.FormatInt(int64((s.d+time.Millisecond-1)/time.Millisecond), 10)
		}
		if s.value == "" {
			s.value = params[s.name]
		}
		delete(params, s.name)
		if s.value != "" {
			l.settings = append(l.settings, setting{s.name, s.value})
		}
	}
	return nil
}

// pooled tells what stands at the other end, as far as it is known.
func (l *link) pooled() bool {
	return l.mode == Transaction || l.found.Load() == pooler
}

// txSettings is what goes with each BEGIN.
func (l *link) txSettings() string {
	if !l.pooled() || len(l.settings) == 0 {
		return ""
	}
	var b strings.Builder
	for i, s := range l.settings {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString("SET LOCAL " + s.name + " = '" + strings.ReplaceAll(s.value, "'", "''") + "'")
	}
	return b.String()
}

// beforeConnect makes the configuration of each connection fit.
func (l *link) beforeConnect(ctx context.Context, c *pgx.ConnConfig) error {
	if l.before != nil {
		if err := l.before(ctx, c); err != nil {
			return err
		}
	}
	if err := l.look(ctx, c); err != nil {
		return err
	}
	if !l.pooled() {
		l.start(c)
		return nil
	}
	if c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement { // else somebody chose
		c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}

// start has c set the defaults of the session.
func (l *link) start(c *pgx.ConnConfig) {
	for _, s := range l.settings {
		c.RuntimeParams[s.name] = s.value
	}
}

// look finds out, once, what is at the other end.
func (l *link) look(ctx context.Context, c *pgx.ConnConfig) error {
	if l.found.Load() != unknown {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.found.Load() != unknown {
		return nil
	}
	found := server
	switch l.mode {
	case Transaction:
		found = pooler
	case Detect:
		plain := c.Config.Copy()
		plain.RuntimeParams = map[string]string{"application_name": c.RuntimeParams["application_name"]}
		conn, err := pgconn.ConnectConfig(ctx, plain)
		if err != nil {
			return err
		}
		behind, err := behindPooler(ctx, conn)
		_ = conn.Close(ctx)
		if err != nil {
			return err
		}
		if behind {
			found = pooler
		}
	}
	l.found.Store(found)
	if found == pooler && len(l.settings) > 0 {
		var names []string
		for _, s := range l.settings {
			names = append(names, s.name)
		}
		l.log().Warn("gormango: behind a pooler these settings hold inside transactions only (set them on the role: ALTER ROLE … SET …)",
			"settings", strings.Join(names, ", "))
	}
	return nil
}

// behindPooler compares the process that the other end claimed at the start with the one that answers.
func behindPooler(ctx context.Context, conn *pgconn.PgConn) (bool, error) {
	const question = "SELECT pg_catalog.pg_backend_pid()"
	results, err := conn.Exec(ctx, question).ReadAll() // the simple protocol: no statement is named
	if err != nil {
		return false, fmt.Errorf("gormango: ask the server for its process: %w", err)
	}
	if len(results) != 1 || len(results[0].Rows) != 1 {
		return false, fmt.Errorf("gormango: the server gave no answer to %q (say Config.Pooler)", question)
	}
	return string(results[0].Rows[0][0]) != strconv.FormatUint(uint64(conn.PID()), 10), nil
}
