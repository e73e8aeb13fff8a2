package pgpool

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

func (t *Tx) savepoint(ctx context.Context) (*Tx, error) {
	sp := &Tx{session: t.session, ctx: ctx, parent: t, by: current(), inner: newTurns()}
	sp.where.take(2)
	if where := t.session.native.Load(); where != nil {
		return nil, busyNative(where.String()) // perhaps of this goroutine
	}
	if err := sp.enter(ctx); err != nil {
		return nil, err
	}
	if err := sp.begin(ctx); err != nil {
		sp.leave()
		return nil, err
	}
	return sp, nil
}

func (sp *Tx) begin(ctx context.Context) error {
	s := sp.session
	if err := s.takeIdle(ctx, sp.parent); err != nil {
		return err
	}
	defer s.give()
	s.seq++
	sp.name = fmt.Sprintf("gormango_%d", s.seq)
	if _, err := s.exec(ctx, "SAVEPOINT "+sp.name, nil); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sp.mark, sp.depth = s.hooks.mark(), len(s.frames)
	s.frames = append(s.frames, sp)
	return nil
}

func (t *Tx) release() error {
	s := t.session
	if err := s.take(t.ctx, t); err != nil {
		if !errors.Is(err, ErrConnBusy) && t.err() == nil {
			_ = t.rollbackTo() // the context is over
		}
		return err
	}
	s.closeOpen(errEnded)
	err := s.refusal(t)
	if err == nil {
		err = t.ctx.Err()
	}
	if err == nil {
		_, err = s.exec(t.ctx, "RELEASE SAVEPOINT "+t.name, nil)
	}
	if err != nil {
		s.give()
		_ = t.rollbackTo()
		return err
	}
	s.mu.Lock()
	s.drop(t.depth, errEnded)
	s.visit(t.parent) // what t wrote is its parent's now
	s.mu.Unlock()
	s.give()
	return nil
}

func (t *Tx) rollbackTo() error {
	s := t.session
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), cleanupTimeout)
	defer cancel()
	if err := s.take(ctx, t); err != nil {
		switch ended := t.err(); {
		case ended == nil:
			s.doom(t, err)
			return err
		case ended == errEnded:
			return err
		}
		t.undo() // the end of the transaction's context has rolled back
		return nil
	}
	s.closeOpen(errEnded)
	_, err := s.exec(ctx, "ROLLBACK TO SAVEPOINT "+t.name+"; RELEASE SAVEPOINT "+t.name, nil)
	s.mu.Lock()
	rolledBack := s.drop(t.depth, errEnded)
	if err != nil && !s.conn.Conn().IsClosed() {
		s.frames[t.depth-1].failed = fmt.Errorf("gormango: the transaction cannot be saved, its savepoint could not be rolled back: %w", err)
	} else {
		s.aborted = nil
		s.evict(rolledBack, nil)
	}
	s.mu.Unlock()
	undo := s.hooks.drop(t.mark, within(t.depth))
	s.give()
	undo()
	return err
}

// undo runs what was registered for the rollback of t.
func (t *Tx) undo() { t.session.hooks.drop(t.mark, within(t.depth))() }

// doom has the transaction refuse to commit since a savepoint of it stays
// unrolled.
func (s *session) doom(t *Tx, cause error) {
	why := fmt.Errorf("gormango: the transaction was rolled back, since its savepoint could not be: %w", cause)
	s.endAll(why)
	go s.abandon(why)
	t.undo()
}

// endAll has every frame refuse from now on; its end on the server comes later.
func (s *session) endAll(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.frames {
		f.ended = why
	}
}

// drop forgets the frames from depth on, which it returns: their savepoints are
// gone, and those of names above. It must be called with s.mu held.
func (s *session) drop(depth int, why error) []*Tx {
	for len(s.named) > 0 && s.named[len(s.named)-1].depth > depth {
		s.named = s.named[:len(s.named)-1]
	}
	return s.cut(depth, why)
}

// cut ends the frames from depth on and returns them. It must be called with
// s.mu held.
func (s *session) cut(depth int, why error) []*Tx {
	depth = min(depth, len(s.frames))
	gone := slices.Clone(s.frames[depth:])
	for _, f := range gone {
		f.ended = why
		f.leave()
	}
	s.frames = s.frames[:depth]
	return gone
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func savepointName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return pgx.Identifier{name}.Sanitize()
}

// SavePoint makes a savepoint by name, as GORM's SavePoint and nested
// transactions do.
func (t *Tx) SavePoint(ctx context.Context, name string) error {
	s := t.session
	if err := s.takeIdle(ctx, t); err != nil {
		return err
	}
	defer s.give()
	if _, err := s.exec(ctx, "SAVEPOINT "+savepointName(name), nil); err != nil {
		return err
	}
	s.addNamed(name)
	return nil
}

func (s *session) addNamed(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.named = append(s.named, namedSavepoint{name: folded(name), mark: s.hooks.mark(), depth: len(s.frames), by: current()})
}

// folded returns name as the server knows it.
func folded(name string) string {
	if plainName.MatchString(name) {
		return strings.ToLower(name)
	}
	return name
}

// savepointSQL matches a statement that makes a savepoint or rolls back to one.
var savepointSQL = regexp.MustCompile(`(?i)^\s*(?:(savepoint)|rollback(?:\s+(?:work|transaction))?\s+to(?:\s+savepoint)?)\s+("?)([^"\s;]+)("?)\s*;?\s*$`)

// savepointAsSQL notes what query has done if it makes a savepoint or rolls
// back to one, as [Tx.SavePoint] and [Tx.RollbackTo] do. It returns a function
// that runs the callbacks of a rollback, nil without one. The turn is held.
func (s *session) savepointAsSQL(t *Tx, query string) (undo func()) {
	if first := strings.TrimLeft(query, " \t\r\n"); first == "" || first[0]|0x20 != 's' && first[0]|0x20 != 'r' {
		return nil
	}
	match := savepointSQL.FindStringSubmatch(query)
	if match == nil {
		return nil
	}
	name := match[3]
	if match[1] != "" {
		s.addNamed(name)
		return nil
	}
	s.aborted = nil
	return s.returned(t, name)
}

// RollbackTo rolls back to a savepoint by name, which stays. It works after the
// end of ctx. Callbacks registered since are treated as [Tx.Rollback] treats
// them. Where other goroutines have written since, their work is undone too,
// though they were told that it is done: t then fails.
func (t *Tx) RollbackTo(ctx context.Context, name string) error {
	s := t.session
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if err := s.take(ctx, t); err != nil {
		if t.err() == nil {
			s.doom(t, err) // GORM ignores this error and would commit
		}
		return err
	}
	s.closeOpen(errEnded)
	if _, err := s.exec(ctx, "ROLLBACK TO SAVEPOINT "+savepointName(name), nil); err != nil {
		s.give()
		return err
	}
	s.aborted = nil
	undo := s.returned(t, name)
	s.give()
	undo()
	return nil
}

// returned notes that the server has rolled back to a savepoint by name. It
// returns a function that runs the callbacks of the rollback.
func (s *session) returned(t *Tx, name string) (undo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, sp := range slices.Backward(s.named) {
		if sp.name != folded(name) {
			continue
		}
		s.evict(s.cut(sp.depth, errEnded), t)
		owner := s.frames[sp.depth-1]
		owner.failed = nil // it was none when the savepoint was made
		if sp.mixed {
			owner.failed = errMixed
		}
		s.named = s.named[:i+1]
		s.named[i].mixed = false
		by := current()
		return s.hooks.drop(sp.mark, func(at fate) bool {
			return at.depth >= sp.depth || at.depth == owner.depth && (at.by == by || at.by == 0)
		})
	}
	return func() {}
}

// errMixed fails a block in which the rollback to a name has undone the work of
// others.
var errMixed = errors.New("gormango: the block must roll back, the rollback to a savepoint of it has undone what other goroutines wrote (nest blocks of goroutines with txutil.Atomic, or db.WithContext(ctx).Transaction)")
