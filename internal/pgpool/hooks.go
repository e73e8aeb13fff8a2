package pgpool

import (
	"context"
	"slices"
	"sync"
)

// Hooks are the functions that wait for the end of a transaction. They are safe
// for concurrent use.
type Hooks struct {
	mu        sync.Mutex
	commits   []func(ctx context.Context) error
	rollbacks []func()
}

// Mark is a position in Hooks. What was registered after the mark of a
// savepoint shares the savepoint's fate, whichever block registered it.
type Mark struct{ commits, rollbacks int }

// OnCommit registers fn for [Hooks.Committed].
func (h *Hooks) OnCommit(fn func(ctx context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.commits = append(h.commits, fn)
}

// OnRollback registers fn for [Hooks.Undo].
func (h *Hooks) OnRollback(fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rollbacks = append(h.rollbacks, fn)
}

// Mark returns the current position.
func (h *Hooks) Mark() Mark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Mark{len(h.commits), len(h.rollbacks)}
}

// Undo drops the functions for a commit that were registered since m, and runs
// those for a rollback, the latest first.
func (h *Hooks) Undo(m Mark) { h.drop(m)() }

// drop takes out all that was registered since m. It returns a function that
// runs what was registered for a rollback, the latest first.
func (h *Hooks) drop(m Mark) (run func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var fns []func()
	if m.commits < len(h.commits) {
		h.commits = slices.Delete(h.commits, m.commits, len(h.commits))
	}
	if m.rollbacks < len(h.rollbacks) {
		fns = slices.Clone(h.rollbacks[m.rollbacks:])
		h.rollbacks = slices.Delete(h.rollbacks, m.rollbacks, len(h.rollbacks))
	}
	return func() {
		for _, fn := range slices.Backward(fns) {
			fn()
		}
	}
}

// Committed runs the functions for a commit with ctx, up to the first error.
func (h *Hooks) Committed(ctx context.Context) error {
	h.mu.Lock()
	fns := h.commits
	h.commits, h.rollbacks = nil, nil
	h.mu.Unlock()
	for _, fn := range fns {
		if err := fn(ctx); err != nil {
			return err
		}
	}
	return nil
}

// OnCommit runs fn after the outermost commit, in order of registration, with a
// context that has stepped out of the transaction. A callback is dropped when
// its savepoint or the transaction rolls back. The first error or panic of a
// callback reaches the caller of the outermost Commit and keeps later callbacks
// from running; what was committed stays. OnCommit runs no query and returns
// sql.ErrTxDone once the transaction has ended.
func (t *Tx) OnCommit(fn func(ctx context.Context) error) error {
	return t.open(func() { t.session.visitHook(t); t.session.hooks.OnCommit(fn) })
}

// OnRollback runs fn when the savepoint t, one around it or the transaction
// rolls back, the latest first. It is for undoing changes of memory: fn runs in
// the goroutine that calls Commit or Rollback, also where the end of a context
// has rolled back before. It does not run when the outcome of the commit is
// unknown. OnRollback runs no query and returns sql.ErrTxDone once the
// transaction has ended.
func (t *Tx) OnRollback(fn func()) error {
	return t.open(func() { t.session.visitHook(t); t.session.hooks.OnRollback(fn) })
}

// open runs fn while the transaction cannot end, and returns why it has ended
// if it has.
func (t *Tx) open(fn func()) error {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	if t.ended == nil {
		fn()
	}
	return t.ended
}
