//go:build unix

package devpg

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockPoll is the interval between attempts to take a lock.
const lockPoll = 10 * time.Millisecond

// lock takes the exclusive lock on a file and creates the file if needed. The
// kernel releases it when the process ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("devpg: open the lock: %w", err)
	}
	for {
		// The blocking form could not be ended by ctx.
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("devpg: lock %q: %w", path, err)
		}
		if err := pause(ctx, lockPoll); err != nil {
			f.Close()
			return nil, fmt.Errorf("devpg: wait for the lock %q that another process holds: %w", path, err)
		}
	}
}

// pause sleeps, or returns the context's error early.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
