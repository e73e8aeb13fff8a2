package pgpool

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/jackc/pgx/v5"
)

func (t *Tx) savepoint(ctx context.Context) (*Tx, error) {
	s := t.session
	if err := s.takeIdle(ctx, t); err != nil {
		return nil, err
	}
	defer s.give()
	s.seq++
	name := fmt.Sprintf("gormango_%d", s.seq)
	if _, err := s.exec(ctx, "SAVEPOINT "+name, nil); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := &Tx{session: s, ctx: ctx, name: name, mark: s.hooks.Mark(), depth: len(s.frames)}
	s.frames = append(s.frames, sp)
	return sp, nil
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
	err := s.refusal()
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
	s.drop(t.depth, errEnded)
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
		s.hooks.Undo(t.mark) // the end of the transaction's context has rolled back
		return nil
	}
	s.closeOpen(errEnded)
	_, err := s.exec(ctx, "ROLLBACK TO SAVEPOINT "+t.name+"; RELEASE SAVEPOINT "+t.name, nil)
	if err != nil && !s.conn.Conn().IsClosed() {
		s.doomed = fmt.Errorf("gormango: the transaction cannot be saved, its savepoint could not be rolled back: %w", err)
	} else {
		s.aborted, s.doomed = nil, nil
		s.failed.Store(nil)
	}
	s.drop(t.depth, errEnded)
	s.give()
	s.hooks.Undo(t.mark)
	return err
}

// doom has the transaction refuse to commit since a savepoint of it stays
// unrolled.
func (s *session) doom(t *Tx, cause error) {
	why := fmt.Errorf("gormango: the transaction was rolled back, since its savepoint could not be: %w", cause)
	s.endAll(why)
	go s.abandon(why)
	s.hooks.Undo(t.mark)
}

// endAll has every frame refuse from now on; its end on the server comes later.
func (s *session) endAll(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.frames {
		f.ended = why
	}
}

// drop forgets the frames from depth on: their savepoints are gone.
func (s *session) drop(depth int, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut(depth, why)
	for len(s.named) > 0 && s.named[len(s.named)-1].depth > depth {
		s.named = s.named[:len(s.named)-1]
	}
}

// cut ends the frames from depth on. It must be called with s.mu held.
func (s *session) cut(depth int, why error) {
	depth = min(depth, len(s.frames))
	for _, f := range s.frames[depth:] {
		f.ended = why
	}
	s.frames = s.frames[:depth]
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.named = append(s.named, namedSavepoint{name, s.hooks.Mark(), len(s.frames)})
	return nil
}

// RollbackTo rolls back to a savepoint by name, which stays. It works after the
// end of ctx. Callbacks registered since are treated as [Tx.Rollback] treats
// them.
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
	s.aborted, s.doomed = nil, nil
	s.failed.Store(nil)
	s.mu.Lock()
	for i, sp := range slices.Backward(s.named) {
		if sp.name == name {
			s.cut(sp.depth, errEnded)
			s.named = s.named[:i+1]
			defer s.hooks.Undo(sp.mark)
			break
		}
	}
	s.mu.Unlock()
	s.give()
	return nil
}
