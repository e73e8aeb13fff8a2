package pgpool

import (
	"sync/atomic"
	"time"
)

// lull keeps the runtime from waking a thread for each statement. pgx sets a
// timer of 15 ms around each write, and the runtime wakes a thread to watch a
// timer that is earlier than all others. While a lull lasts there is an earlier
// one. Its timer fires once after the last statement, and does nothing.
type lull struct {
	timer *time.Timer
	lasts atomic.Bool
}

// lullTime is how long a lull lasts. It is less than pgx's 15 ms.
const lullTime = 10 * time.Millisecond

// begin begins a lull if none lasts.
func (l *lull) begin() {
	switch {
	case l.lasts.Load():
		return
	case l.timer == nil:
		l.lasts.Store(true)
		l.timer = time.AfterFunc(lullTime, func() { l.lasts.Store(false) })
	default:
		l.lasts.Store(true)
		l.timer.Reset(lullTime)
	}
}
