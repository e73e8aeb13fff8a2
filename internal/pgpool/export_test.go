package pgpool

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// Shells is how many connections without a connection database/sql thinks are
// in use.
func (p *Pool) Shells() int { return p.virtual.Stats().InUse }

// SetAcquireTimeout changes how long a call waits for a connection, while none
// is under way.
func (p *Pool) SetAcquireTimeout(d time.Duration) { p.gate.timeout = d }

// Unread reports whether something has come on a connection that was not read.
var Unread = unread

// TakeLull reports whether a lull has begun on a connection, and forgets it.
func TakeLull(conn *pgx.Conn) bool {
	l := &statementsOf(conn).lull
	if l.timer == nil {
		return false
	}
	l.timer.Stop()
	l.timer = nil
	l.lasts.Store(false)
	return true
}
