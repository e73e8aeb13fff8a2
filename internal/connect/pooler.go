package connect

import (
	"cmp"
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

// Mode is what stands between the program and the server.
type Mode int

// The modes, in the order of gormango.PoolerMode, which documents them.
const (
	Detect Mode = iota
	Direct
	Transaction
)

// ErrPooled says that something needs a session of its own, which a pooler in
// transaction mode has not.
var ErrPooled = errors.New("gormango: not through a pooler")

// setting is a parameter of the server for every session.
type setting struct{ name, value string }

// link is what is known about the other end of a server's connections, and what
// sessions there start with.
type link struct {
	mode     Mode
	settings []setting
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

// settings returns the defaults of c's sessions and takes them out of params,
// which every connection sends at its start: poolers refuse a start with them.
func (c Config) settings(params map[string]string) (settings []setting, err error) {
	if c.Pooler < Detect || c.Pooler > Transaction {
		return nil, fmt.Errorf("gormango: Config.Pooler %d is no mode (use Detect, Direct or Transaction)", c.Pooler)
	}
	if !planCacheModes[c.PlanCacheMode] {
		return nil, fmt.Errorf("gormango: Config.PlanCacheMode %q is not PostgreSQL's (use auto, force_custom_plan or force_generic_plan)", c.PlanCacheMode)
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
			return nil, fmt.Errorf("gormango: Config.%s is negative (leave it zero for the server's default)", s.field)
		}
		if s.d > 0 { // up, since 0 is no limit
			s.value = strconv.FormatInt(int64((s.d+time.Millisecond-1)/time.Millisecond), 10)
		}
		s.value = cmp.Or(s.value, params[s.name])
		delete(params, s.name)
		if s.value != "" {
			settings = append(settings, setting{s.name, s.value})
		}
	}
	return settings, nil
}

// pooled reports whether a pooler in transaction mode is at the other end, as
// far as that is known.
func (l *link) pooled() bool {
	return l.mode == Transaction || l.found.Load() == pooler
}

// TxSettings returns the SQL that goes with each BEGIN: behind a pooler the
// defaults of the session, else "".
func (s *Server) TxSettings() string {
	if !s.link.pooled() {
		return ""
	}
	var list []string
	for _, s := range s.link.settings {
		list = append(list, "SET LOCAL "+s.name+" = '"+strings.ReplaceAll(s.value, "'", "''")+"'")
	}
	return strings.Join(list, "; ")
}

// start adds the defaults of the session to what c sends at its start.
func (l *link) start(c *pgx.ConnConfig) {
	for _, s := range l.settings {
		c.RuntimeParams[s.name] = s.value
	}
}

// detect finds out, once, what is at the other end.
func (l *link) detect(ctx context.Context, c *pgx.ConnConfig) error {
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

// behindPooler reports whether the process that the other end named at the
// start is another one than that which answers.
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
