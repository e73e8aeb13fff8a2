package pgpool

import "time"

// Shells is how many connections without a connection database/sql thinks are
// in use.
func (p *Pool) Shells() int { return p.virtual.Stats().InUse }

// SetAcquireTimeout changes how long a call waits for a connection, while none
// is under way.
func (p *Pool) SetAcquireTimeout(d time.Duration) { p.gate.timeout = d }

// Unread reports whether something has come on a connection that was not read.
var Unread = unread
