package pgpool

import (
	"context"
	"slices"
	"sync"
)

// hooks are the functions that wait for the end of a transaction. They are safe
// for concurrent use.
type hooks struct {
	mu        sync.Mutex
	commits   []hook[func(ctx context.Context) error]
	rollbacks []hook[func()]
}

// hook is a function and the block whose fate it shares.
type hook[F any] struct {
	fn F
	fate
}

// fate is the block that a function stands or falls with.
type fate struct {
	depth int       // of the block
	by    goroutine // who registered the function, 0 where it makes no difference
}

// mark is a position in hooks.
type mark struct{ commits, rollbacks int }

// onCommit registers fn for committed.
func (h *hooks) onCommit(at fate, fn func(ctx context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.commits = append(h.commits, hook[func(ctx context.Context) error]{fn, at})
}

// onRollback registers fn for the function of drop.
func (h *hooks) onRollback(at fate, fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rollbacks = append(h.rollbacks, hook[func()]{fn, at})
}

// mark returns the current position.
func (h *hooks) mark() mark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return mark{len(h.commits), len(h.rollbacks)}
}

// drop takes out what was registered since m and shares the fate of what is
// rolled back. It returns a function that runs what was registered for a
// rollback, the latest first. The goroutine of a guest may be using what its
// function changes, so that function waits until the guest rolls back itself.
func (h *hooks) drop(m mark, shares func(at fate) bool) (run func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var fns []func()
	h.commits, _ = without(h.commits, m.commits, shares)
	h.rollbacks, fns = without(h.rollbacks, m.rollbacks, shares)
	return func() {
		for _, fn := range slices.Backward(fns) {
			fn()
		}
	}
}

// without returns hooks without those from first on that share a fate, and the
// functions of these.
func without[F any](hooks []hook[F], first int, shares func(at fate) bool) (kept []hook[F], fns []F) {
	kept = hooks[:min(first, len(hooks))]
	for _, h := range hooks[len(kept):] {
		if shares(h.fate) {
			fns = append(fns, h.fn)
		} else {
			kept = append(kept, h)
		}
	}
	clear(hooks[len(kept):])
	return kept, fns
}

// within returns a function that reports whether a hook shares the fate of the
// blocks from depth on.
func within(depth int) func(at fate) bool {
	return func(at fate) bool { return at.depth >= depth }
}

// undoAll runs all that was registered for a rollback.
func (h *hooks) undoAll() { h.drop(mark{}, within(0))() }

// committed runs the functions for a commit with ctx, up to the first error.
func (h *hooks) committed(ctx context.Context) error {
	h.mu.Lock()
	waiting := h.commits
	h.commits, h.rollbacks = nil, nil
	h.mu.Unlock()
	for _, w := range waiting {
		if err := w.fn(ctx); err != nil {
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
	return t.open(func() { t.session.hooks.onCommit(t.session.fate(t), fn) })
}

// OnRollback runs fn when the savepoint t, one around it or the transaction
// rolls back, the latest first; one that another goroutine has open above t
// meanwhile does not count. It is for undoing changes of memory: fn runs in
// the goroutine that calls Commit or Rollback, also where the end of a context
// has rolled back before. It does not run when the outcome of the commit is
// unknown. OnRollback runs no query and returns sql.ErrTxDone once the
// transaction has ended.
func (t *Tx) OnRollback(fn func()) error {
	return t.open(func() { t.session.hooks.onRollback(t.session.fate(t), fn) })
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
