package gormango

import (
	"cmp"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool holds the settings of the connection pool. A zero field leaves the
// setting of the URL, else the default that stands beside the field.
type Pool struct {
	Max               int32         // connections at most; pool_max_conns, default 4 or the number of CPUs if that is more
	Min               int32         // connections at least; pool_min_conns, default 0
	MaxLifetime       time.Duration // age after which a connection is closed; pool_max_conn_lifetime, default 1 h
	MaxLifetimeJitter time.Duration // random addition to MaxLifetime; pool_max_conn_lifetime_jitter, default 0
	MaxIdle           time.Duration // idle time after which a connection is closed; pool_max_conn_idle_time, default 30 min
	HealthCheck       time.Duration // between checks of idle connections; pool_health_check_period, default 1 min
	AcquireTimeout    time.Duration // wait for a connection, after which the error is a [PoolTimeoutError]; default 30 s
	CloseTimeout      time.Duration // wait of [Close] for connections in use, after which the error is [ErrInUse]; default 10 s
}

// acquireTimeout is long enough for a burst of work, and short enough to find
// out that all connections wait for each other.
const acquireTimeout = 30 * time.Second

// closeTimeout is longer than what a request may take to end, and shorter than
// what orchestrators wait for a process.
const closeTimeout = 10 * time.Second

func (p Pool) apply(c *pgxpool.Config) error {
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"Max", int64(p.Max)}, {"Min", int64(p.Min)}, {"MaxLifetime", int64(p.MaxLifetime)},
		{"MaxLifetimeJitter", int64(p.MaxLifetimeJitter)}, {"MaxIdle", int64(p.MaxIdle)}, {"HealthCheck", int64(p.HealthCheck)},
		{"AcquireTimeout", int64(p.AcquireTimeout)}, {"CloseTimeout", int64(p.CloseTimeout)},
	} {
		if n.value < 0 {
			return fmt.Errorf("gormango: Config.Pool.%s is negative (leave it zero for the default)", n.name)
		}
	}
	c.MaxConns = cmp.Or(p.Max, c.MaxConns)
	c.MinConns = cmp.Or(p.Min, c.MinConns)
	c.MaxConnLifetime = cmp.Or(p.MaxLifetime, c.MaxConnLifetime)
	c.MaxConnLifetimeJitter = cmp.Or(p.MaxLifetimeJitter, c.MaxConnLifetimeJitter)
	c.MaxConnIdleTime = cmp.Or(p.MaxIdle, c.MaxConnIdleTime)
	c.HealthCheckPeriod = cmp.Or(p.HealthCheck, c.HealthCheckPeriod)
	if c.MinConns > c.MaxConns {
		return fmt.Errorf("gormango: a pool of %d connections at least and %d at most (raise Config.Pool.Max)", c.MinConns, c.MaxConns)
	}
	return nil
}
