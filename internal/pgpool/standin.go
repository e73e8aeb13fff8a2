package pgpool

import "context"

// StandIn makes the blocks directly inside t count as outermost ones where that
// is asked for: t is the transaction of a test, of which its subject does not
// know. Call it before t is used. It runs no query.
func (t *Tx) StandIn() { t.session.standIn = true }

// IsStandIn reports whether t is the transaction of which [Tx.StandIn] was
// called.
func (t *Tx) IsStandIn() bool { return t.session.standIn && t.name == "" }

// Waiting returns the functions of [Tx.OnCommit] that wait for the commit of
// the transaction of t, in order of registration. It runs no query.
func (t *Tx) Waiting() []func(ctx context.Context) error {
	h := &t.session.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	fns := make([]func(ctx context.Context) error, 0, len(h.commits))
	for _, c := range h.commits {
		fns = append(fns, c.fn)
	}
	return fns
}
