package pgpool

import "context"

// mark is a position in the lists of callbacks. What was registered after the
// mark of a savepoint shares the savepoint's fate, whichever block registered
// it.
type mark struct{ commits, rollbacks int }

// OnCommit runs fn after the outermost commit, in order of registration, with a
// context that has stepped out of the transaction. A callback is dropped when
// its savepoint or the transaction rolls back. The first error or panic of a
// callback reaches the caller of the outermost Commit and keeps later callbacks
// from running; what was committed stays. OnCommit runs no query and returns
// sql.ErrTxDone once the transaction has ended.
func (t *Tx) OnCommit(fn func(ctx context.Context) error) error {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ended != nil {
		return t.ended
	}
	s.commits = append(s.commits, fn)
	return nil
}

// OnRollback runs fn when the savepoint t, one around it or the transaction
// rolls back, the latest first. It is for undoing changes of memory: fn runs in
// the goroutine that calls Commit or Rollback, also where the end of a context
// has rolled back before. It does not run when the outcome of the commit is
// unknown. OnRollback runs no query and returns sql.ErrTxDone once the
// transaction has ended.
func (t *Tx) OnRollback(fn func()) error {
	s := t.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.ended != nil {
		return t.ended
	}
	s.rollbacks = append(s.rollbacks, fn)
	return nil
}

// mark must be called with s.mu held.
func (s *session) mark() mark { return mark{len(s.commits), len(s.rollbacks)} }

// undo drops the commit callbacks since m and runs the rollback callbacks since
// m.
func (s *session) undo(m mark) {
	s.mu.Lock()
	var fns []func()
	if m.commits < len(s.commits) {
		clear(s.commits[m.commits:])
		s.commits = s.commits[:m.commits]
	}
	if m.rollbacks < len(s.rollbacks) {
		fns = append(fns, s.rollbacks[m.rollbacks:]...)
		clear(s.rollbacks[m.rollbacks:])
		s.rollbacks = s.rollbacks[:m.rollbacks]
	}
	s.mu.Unlock()
	for i := len(fns) - 1; i >= 0; i-- {
		fns[i]()
	}
}

// committed runs the callbacks of a commit.
func (s *session) committed() error {
	s.mu.Lock()
	fns := s.commits
	s.commits, s.rollbacks = nil, nil
	s.mu.Unlock()
	if len(fns) == 0 {
		return nil
	}
	ctx := s.pool.outside(s.ctx)
	for _, fn := range fns {
		if err := fn(ctx); err != nil {
			return err
		}
	}
	return nil
}
