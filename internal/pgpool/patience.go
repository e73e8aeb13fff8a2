package pgpool

import (
	"context"
	"sync"
	"time"
)

// patience is a context that ends after timeout at the latest, counted from
// when a wait for it begins. pgx's pool asks for Done once to see whether the
// context is over already, and a second time only when it has no idle
// connection. So the first Done is the parent's, and most statements need no
// timer, which costs more than taking an idle connection.
type patience struct {
	context.Context
	timeout time.Duration

	mu      sync.Mutex
	looked  bool
	stopped bool
	timed   context.Context // nil until a wait begins
	release context.CancelFunc
}

// Done implements context.Context.
func (c *patience) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.looked {
		c.looked = true
		return c.Context.Done()
	}
	return c.wait().Done()
}

// Err implements context.Context.
func (c *patience) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timed != nil {
		return c.timed.Err()
	}
	return c.Context.Err()
}

// Deadline implements context.Context. Who asks for it is going to wait.
func (c *patience) Deadline() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wait().Deadline()
}

// wait starts the timer. The lock is held.
func (c *patience) wait() context.Context {
	if c.timed == nil {
		c.timed, c.release = context.WithTimeout(c.Context, c.timeout)
		if c.stopped {
			c.release()
		}
	}
	return c.timed
}

// over reports whether the wait has ended, for the timeout or for the parent.
func (c *patience) over() bool { return c != nil && c.Err() != nil }

// stop ends the wait. It does nothing on a nil patience.
func (c *patience) stop() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if c.release != nil {
		c.release()
	}
}
