package pgpool

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The savepoints of one transaction are a stack on the server: releasing one
// releases those above it, and rolling one back undoes them with all that was
// written meanwhile. Blocks of goroutines do not end in the order of a stack.
// What a block was told must be what is stored, so:
//
//   - The blocks of one block take turns ([Tx.enter]). The wait is in order of
//     arrival. It ends with the context of the one that waits, and after the
//     time that a wait for a connection may take: a block whose sibling waits
//     for it would wait for ever.
//   - A block that the goroutine of an open block begins with the context of a
//     block around it does not wait, since it would wait for itself. It runs
//     inside of the open one.
//   - What a block writes while another one is open above it is undone if that
//     one rolls back. The writer, a guest there, then fails: it can only roll
//     back ([session.visit]).
//   - A block does not commit while one is open inside it.
//
// Refusing a sibling at once would be as right, and would fail most programs
// that write items in parallel.

// goroutine is the number of a goroutine, by which one block knows that another
// is of its own goroutine. Go does not hand it out but in the text of a stack.
type goroutine uint64

// Current returns the calling goroutine, 0 where Go words the text otherwise:
// blocks then run inside one another, which is as right.
func current() goroutine {
	var text [32]byte // "goroutine 18 [running]:"
	rest := bytes.TrimPrefix(text[:runtime.Stack(text[:], false)], []byte("goroutine "))
	digits, _, _ := bytes.Cut(rest, []byte(" "))
	n, _ := strconv.ParseUint(string(digits), 10, 64)
	return goroutine(n)
}

// turns lets the blocks inside one block begin one after the other. It has room
// for one, which is there while a block is open.
type turns chan struct{}

// newTurns returns the turns of a block that has just begun.
func newTurns() turns { return make(turns, 1) }

// take waits for a turn, in order of arrival, until ctx ends, or for limit if
// that is not zero; then it calls busy for its error. It takes none if inside
// reports that the caller would wait for itself.
func (t turns) take(ctx context.Context, limit time.Duration, inside func() bool, busy func() error) (taken bool, err error) {
	select {
	case t <- struct{}{}:
		return true, nil
	default:
	}
	if inside() {
		return false, nil
	}
	var over <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case t <- struct{}{}:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	case <-over:
		return false, busy()
	}
}

// enter waits until sp may begin inside its parent.
func (sp *Tx) enter(ctx context.Context) (err error) {
	t := sp.parent
	sp.holds, err = t.inner.take(ctx, t.session.pool.gate.timeout, sp.within, func() error {
		open, _ := t.session.standing(t)
		return busyBlock(&cmp.Or(open, t).where)
	})
	return err
}

// within reports whether a block above the parent of sp is of the goroutine of
// sp, which would wait for itself.
func (sp *Tx) within() bool {
	s := sp.session
	s.mu.Lock()
	defer s.mu.Unlock()
	above := s.frames[min(sp.parent.depth+1, len(s.frames)):]
	return slices.ContainsFunc(above, func(f *Tx) bool { return f.by == sp.by })
}

// leave lets the next block of sp's parent begin.
func (sp *Tx) leave() {
	if sp.holds {
		sp.holds = false
		<-sp.parent.inner
	}
}

// refuses returns why no statement of t runs: it or a block around it can only
// roll back.
func (t *Tx) refuses() error {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	for ; t != nil; t = t.parent {
		if t.failed != nil {
			return t.failed
		}
	}
	return nil
}

// standing returns a block that is open above t, and why t can only roll back.
func (s *session) standing(t *Tx) (above *Tx, failed error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.depth+1 < len(s.frames) {
		above = s.frames[t.depth+1]
	}
	return above, t.failed
}

// note notes a statement that t is about to run, which leaves something behind
// if query is empty or may write. The turn is held.
func (s *session) note(t *Tx, query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.depth == len(s.frames)-1 && len(s.named) == 0 || query != "" && !Leaves(query) {
		return
	}
	s.visit(t)
	if len(s.named) == 0 {
		return
	}
	by := current()
	for i := range s.named {
		s.named[i].mixed = s.named[i].mixed || s.named[i].by != by
	}
}

// Leaves reports whether query may leave something in its transaction: a
// change, a lock, a setting.
func Leaves(query string) bool {
	if !plainSelect(query) {
		return true
	}
	query = strings.ToUpper(query)
	return slices.ContainsFunc([]string{"FOR ", "LOCK", "SET_CONFIG"}, func(word string) bool { return strings.Contains(query, word) })
}

// visit makes t a guest of the blocks above it. It must be called with s.mu
// held.
func (s *session) visit(t *Tx) {
	for _, f := range s.frames[min(t.depth+1, len(s.frames)):] {
		if !slices.Contains(f.guests, t) {
			f.guests = append(f.guests, t)
		}
	}
}

// fate returns the block that a callback of t stands or falls with. One that
// the goroutine of an open block registers with the context of a block around
// it shares the open one's fate; one of another goroutine makes t a guest
// there. It must be called with s.mu held.
func (s *session) fate(t *Tx) fate {
	above := s.frames[min(t.depth+1, len(s.frames)):]
	if len(above) == 0 && len(s.named) == 0 {
		return fate{depth: t.depth}
	}
	by := current()
	if slices.ContainsFunc(above, func(f *Tx) bool { return f.by != by }) {
		s.visit(t)
		return fate{t.depth, by}
	}
	return fate{t.depth + len(above), by}
}

// evict fails the guests of blocks that were rolled back. It must be called
// with s.mu held.
func (s *session) evict(rolledBack []*Tx, by *Tx) {
	for _, f := range rolledBack {
		for _, g := range f.guests {
			if g != by && g.ended == nil && g.failed == nil {
				g.failed = fmt.Errorf("gormango: the block must roll back, what it wrote while the block begun at %s was open was rolled back with that (write with the context of the inner block, or when it has ended)",
					f.where.String())
			}
		}
	}
}
