package gormango

import (
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// ReplicaStats holds the figures of one of Config.Replicas. Counts run since
// [Open].
type ReplicaStats struct {
	Server  string // hosts and ports of its URL
	Resting bool   // it gave no answer, and reads go to the other servers until it does
	Reads   int64  // reads that it has answered
	Moved   int64  // reads that it got and another server answered
	Pool    PoolStats
}

// StatementStats holds how often repositories have found the text of a
// statement that was written for a query of the same form, which differs in its
// values only. Counts run since [Open].
type StatementStats struct {
	Found   int64 // texts that were found
	Written int64 // texts that were written anew
	Kept    int   // texts in memory, 1024 at most
}

// PoolStats holds the figures of a pool at one moment. Counts and sums run
// since [Open].
type PoolStats struct {
	Max      int32 // the pool's size
	Total    int32 // connections that are open or being opened
	Acquired int32 // in use
	Idle     int32
	Opening  int32 // being opened
	Waiting  int64 // calls that wait for a connection now

	Acquires        int64         // connections given out
	AcquireDuration time.Duration // what all of them took together
	Waits           int64         // those that found no idle connection
	WaitDuration    time.Duration // what they waited together
	Canceled        int64         // waits that the caller's context ended, or the timeout
	Timeouts        int64         // waits that Pool.AcquireTimeout ended

	Opened         int64 // connections that were opened
	LifetimeCloses int64 // closed for their age
	IdleCloses     int64 // closed for idleness

	Statements StatementStats // of repositories

	Replicas []ReplicaStats // in the order of Config.Replicas, nil without; the figures above are the primary's
}

// Stats returns the figures of db's pool and of its replicas. It runs no query.
// For a *gorm.DB that was opened by gorm.Open it returns what database/sql
// knows, and zeros for one without a *sql.DB.
//
// The limits of the *sql.DB that db.DB() returns (SetMaxOpenConns) limit
// nothing, since statements do not pass there: Stats warns of a changed one
// once, to [Config.Logger].
func Stats(db *gorm.DB) PoolStats {
	source, ok := pgpool.Of(db)
	if !ok {
		return foreignStats(db)
	}
	p := source.Pool()
	if d := databaseOf(db); d != nil {
		if sqlDB, err := p.GetDBConn(); err == nil && sqlDB.Stats().MaxOpenConnections != 0 {
			d.limited.Do(func() {
				d.log().Warn("gormango: a limit set on db.DB() limits nothing, the pool is that of pgx (set Config.Pool.Max)",
					"max_open_conns", sqlDB.Stats().MaxOpenConnections, "pool_max", p.Pgx().Config().MaxConns)
			})
		}
	}
	stats := poolStats(p)
	stats.Statements.Found, stats.Statements.Written, stats.Statements.Kept = modelinfo.Of(db).Statements.Counts()
	for _, r := range p.Replicas() {
		reads, moved := r.Counts()
		stats.Replicas = append(stats.Replicas, ReplicaStats{Server: r.Name(), Resting: r.Resting(), Reads: reads, Moved: moved, Pool: poolStats(r.Pool())})
	}
	return stats
}

func poolStats(p *pgpool.Pool) PoolStats {
	s := p.Pgx().Stat()
	waiting, timeouts := p.Waits()
	return PoolStats{
		Max: s.MaxConns(), Total: s.TotalConns(), Acquired: s.AcquiredConns(), Idle: s.IdleConns(), Opening: s.ConstructingConns(), Waiting: waiting,
		Acquires: s.AcquireCount(), AcquireDuration: s.AcquireDuration(),
		Waits: s.EmptyAcquireCount(), WaitDuration: s.EmptyAcquireWaitTime(),
		Canceled: s.CanceledAcquireCount(), Timeouts: timeouts,
		Opened: s.NewConnsCount(), LifetimeCloses: s.MaxLifetimeDestroyCount(), IdleCloses: s.MaxIdleDestroyCount(),
	}
}

func foreignStats(db *gorm.DB) PoolStats {
	if db == nil || db.Config == nil {
		return PoolStats{}
	}
	sqlDB, err := db.DB()
	if err != nil {
		return PoolStats{}
	}
	s := sqlDB.Stats()
	return PoolStats{
		Max: int32(s.MaxOpenConnections), Total: int32(s.OpenConnections), Acquired: int32(s.InUse), Idle: int32(s.Idle),
		Waits: s.WaitCount, WaitDuration: s.WaitDuration, LifetimeCloses: s.MaxLifetimeClosed, IdleCloses: s.MaxIdleClosed + s.MaxIdleTimeClosed,
	}
}
