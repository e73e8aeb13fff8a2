package pgpool

import (
	"context"
	"strings"
	"sync"
)

type (
	scopeKey   struct{}
	primaryKey struct{}
	readKey    struct{}
)

// scope is what the reads of a context and its children share: whether there
// was a write, and which server they read from. It is safe for concurrent use;
// a nil one knows nothing.
type scope struct {
	mu    sync.Mutex
	pools map[*Pool]*place
}

// place is where the reads of a scope go.
type place struct {
	written bool
	known   bool
	replica *Replica // nil for the primary
}

// Scoped returns a context with a scope of its own, or ctx if it has one: after
// a write of a pool with it, or with a child of it, its reads go to the
// primary; before, they stay with one replica, so that none sees less than the
// one before. It runs no query.
func Scoped(ctx context.Context) context.Context {
	if scopeOf(ctx) != nil {
		return ctx
	}
	return context.WithValue(ctx, scopeKey{}, &scope{})
}

// OnPrimary returns a context whose reads go to the primary. It runs no query.
func OnPrimary(ctx context.Context) context.Context {
	if Forced(ctx) {
		return ctx
	}
	return context.WithValue(ctx, primaryKey{}, true)
}

// Forced reports whether ctx comes from [OnPrimary].
func Forced(ctx context.Context) bool { return ctx.Value(primaryKey{}) != nil }

func scopeOf(ctx context.Context) *scope {
	sc, _ := ctx.Value(scopeKey{}).(*scope)
	return sc
}

// at runs fn with the place of p. A nil scope has none.
func (sc *scope) at(p *Pool, fn func(at *place)) {
	if sc == nil {
		return
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if sc.pools == nil {
		sc.pools = map[*Pool]*place{}
	}
	if sc.pools[p] == nil {
		sc.pools[p] = &place{}
	}
	fn(sc.pools[p])
}

func (sc *scope) wrote(p *Pool) bool { return sc.server(p).written }

func (sc *scope) server(p *Pool) (is place) {
	sc.at(p, func(at *place) { is = *at })
	return is
}

// stay sends the next reads to r, to the primary for nil, which is never left
// again.
func (sc *scope) stay(p *Pool, r *Replica) {
	sc.at(p, func(at *place) {
		if !at.known || r == nil {
			at.known, at.replica = true, r
		}
	})
}

// Wrote notes a write of p in the scope of ctx; see [Scoped].
func (p *Pool) Wrote(ctx context.Context) {
	if p.replicas != nil {
		scopeOf(ctx).at(p, func(at *place) { at.written = true })
	}
}

// sent notes in the scope of ctx a statement that may be a write.
func (p *Pool) sent(ctx context.Context, query string) {
	if p.replicas != nil && scopeOf(ctx) != nil && !plainSelect(query) {
		p.Wrote(ctx)
	}
}

// plainSelect reports whether query only reads, as far as its text shows: a
// function may write.
func plainSelect(query string) bool {
	query = strings.TrimLeft(query, " \t\r\n(")
	rest := strings.TrimLeftFunc(query, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	switch strings.ToUpper(strings.TrimSuffix(query, rest)) {
	case "SELECT":
		return !strings.Contains(strings.ToUpper(query), "INTO")
	case "SHOW", "TABLE", "VALUES":
		return true
	}
	return false
}

// WithRead returns a context for one statement through database/sql that only
// reads table, and so may run on a replica. It runs no query.
func WithRead(ctx context.Context, table string) context.Context {
	return context.WithValue(ctx, readKey{}, table)
}

// readOf returns the table of [WithRead].
func readOf(ctx context.Context) (table string, ok bool) {
	table, ok = ctx.Value(readKey{}).(string)
	return table, ok
}
