package pgpool

import "fmt"

// Fail ends a block without a savepoint of its own that failed with cause: what
// it did cannot be undone alone. The block around it, a savepoint or the
// transaction, refuses statements from now on and rolls back when it is
// committed; the rollback of a savepoint around it lifts that. It runs no
// query.
func (t *Tx) Fail(cause error) {
	t.fail(fmt.Errorf("gormango: the block must roll back, a block inside it without a savepoint failed (return its error): %w", cause))
}

// fail has t refuse statements and roll back at its end.
func (t *Tx) fail(why error) {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	if t.failed == nil {
		t.failed = why
	}
}

// SetRollback makes [Tx.Commit] of t roll back instead, and return nil: the
// caller has asked for it. Statements go on until then. It runs no query and
// returns sql.ErrTxDone once the transaction has ended.
func (t *Tx) SetRollback() error { return t.open(func() { t.discard = true }) }

func (t *Tx) discarded() (is bool) {
	_ = t.open(func() { is = t.discard })
	return is
}
