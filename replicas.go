package gormango

import (
	"context"

	"github.com/gormango/gormango/internal/pgpool"
)

// Server names where a read goes; see [Router].
type Server int

// The servers that a [Router] chooses among, beside those of [Replica].
const (
	// Primary is the server of Config.URL.
	Primary Server = 0
	// AnyReplica is one of Config.Replicas, in turns; with a context of
	// [WithReadYourWrites] the one that answered before.
	AnyReplica Server = -1
)

// Replica returns the server of Config.Replicas[i].
func Replica(i int) Server { return Server(i + 1) }

// Read is a read for which a [Router] chooses a server.
type Read struct {
	Table    string // of the model, as its table is named; for plain GORM what Table says
	Replicas int    // how many servers Config.Replicas has
}

// Router chooses the server of a read. Where that one does not answer, the
// other replicas are asked, then the primary. A server that does not exist is
// the error of the read.
//
// It is asked for reads of repositories and for plain GORM's reads by model
// (Find, First, Count, Pluck, Rows and their like), and only where replicas may
// serve: not inside a transaction, nor after a write in a scope of
// [WithReadYourWrites], nor with a context of [OnPrimary]. It runs in the
// caller's goroutine and must be safe for concurrent use.
type Router func(ctx context.Context, r Read) Server

// WithReadYourWrites returns a context with a scope in which reads see what was
// written before: after a write with it, or with a context made from it, its
// reads go to the primary. Until then they keep to the replica that answered
// first, so that none sees less than the one before. A middleware makes one for
// each request. A context that has such a scope is returned as it is.
//
// A write is what GORM and repositories create, update and delete, whether it
// succeeds or not; db.Exec; raw SQL that is not a plain SELECT; [Native] and
// [Dedicated]; and the commit of a transaction that was begun with the context
// and is not read-only. A function that writes, in a raw SELECT outside of a
// transaction, is not noticed: use [OnPrimary] after it. Each database counts
// for itself. WithReadYourWrites runs no query.
func WithReadYourWrites(ctx context.Context) context.Context { return pgpool.Scoped(ctx) }

// OnPrimary returns a context with which every read goes to the primary, and
// [Health] asks the primary alone. It runs no query.
func OnPrimary(ctx context.Context) context.Context { return pgpool.OnPrimary(ctx) }

// choose returns the router as package pgpool asks it, nil for the default.
// Both number the servers alike.
func (c Config) choose() func(ctx context.Context, table string) int {
	if c.Router == nil {
		return nil
	}
	n := len(c.Replicas)
	return func(ctx context.Context, table string) int {
		return int(c.Router(ctx, Read{Table: table, Replicas: n}))
	}
}
