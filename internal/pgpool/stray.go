package pgpool

import (
	"context"
	"sync"
	"sync/atomic"
)

// strays finds statements that run outside of the transaction in whose block
// their goroutine is: most are a mistake in the choice of a context. It is for
// development and tests, since it costs a look at the stack for each statement
// outside of transactions while a block is open.
type strays struct {
	pool *Pool
	warn func(statement, block string)
	open atomic.Int64 // the number of held

	mu   sync.Mutex
	held map[goroutine]*Tx
	told map[[2]string]bool
}

func newStrays(p *Pool, warn func(statement, block string)) *strays {
	if warn == nil {
		return nil
	}
	return &strays{pool: p, warn: warn, held: map[goroutine]*Tx{}, told: map[[2]string]bool{}}
}

// Hold notes that the goroutine is in a block of t, until release is called,
// which may be more than once. Inner blocks need no note.
func (t *Tx) Hold() (release func()) {
	s := t.session.pool.strays
	if s == nil || t.parent != nil {
		return func() {}
	}
	by := current()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[by] != nil {
		return func() {} // a block on another connection, in a block
	}
	s.held[by] = t
	s.open.Add(1)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.held[by] == t {
			delete(s.held, by)
			s.open.Add(-1)
		}
	}
}

// check warns, once for each pair of places, if a statement is about to run on
// a connection of its own while its goroutine is in a block, unless ctx has
// stepped out of the block's transaction.
func (s *strays) check(ctx context.Context) {
	if s == nil || s.open.Load() == 0 || steppedOut(ctx, s.pool) {
		return
	}
	by := current()
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.held[by]
	if t == nil {
		return
	}
	var where trace
	where.take(2)
	places := [2]string{where.String(), t.session.held.where.String()}
	if !s.told[places] {
		s.told[places] = true
		s.warn(places[0], places[1])
	}
}

// steppedOut reports whether ctx leaves the transactions of p on purpose.
func steppedOut(ctx context.Context, p *Pool) bool {
	l, set := ctx.Value(txKey{}).(*link)
	if set && l == nil {
		return true
	}
	for ; l != nil; l = l.next {
		if l.pool == p {
			return true
		}
	}
	return false
}
