package txutil

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gormango/gormango"
)

var errRetryCount = errors.New("txutil: Retry needs at least one attempt")

// The wait before the second attempt is random below retryFirst, and the bound
// doubles up to retryMost, so that blocks that collided do not meet again.
const (
	retryFirst = 10 * time.Millisecond
	retryMost  = time.Second
)

// Retry makes [Atomic] run its function up to attempts times in all if the
// transaction was rolled back by a transient error: gormango.IsRetryable
// reports true (serialization failures, deadlocks, a server that starts), or
// the connection broke before COMMIT was sent. It does not retry after
// gormango.ErrCommitUnknown, after the end of the context, or for another
// error. Between attempts it waits a random time, at most 10 ms at first and
// doubling to 1 s.
//
// The function must be safe to run twice: send mails in [OnCommit], and set the
// caller's variables anew in each run. Keys and versions that repositories have
// set in objects are restored. The error of the last attempt is in the chain.
// Inside a transaction Atomic returns [ErrOutermost], since only the whole
// transaction can be repeated. Default: one attempt.
func Retry(attempts int) Option {
	return func(o *options) {
		o.attempts = attempts
		if attempts < 1 {
			o.attempts = -1
		}
	}
}

// retry runs block until it succeeds, fails for good or has used its attempts.
func retry(ctx context.Context, attempts int, block func() error) error {
	bound := retryFirst
	for attempt := 1; ; attempt++ {
		err := block()
		if err == nil || !gormango.IsRetryable(err) {
			return err
		}
		if attempt == attempts {
			return fmt.Errorf("txutil: gave up after %d attempts: %w", attempts, err)
		}
		timer := time.NewTimer(rand.N(bound))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
		if ctx.Err() != nil { // both cases may be ready
			return fmt.Errorf("txutil: no time for attempt %d: %w, after: %w", attempt+1, ctx.Err(), err)
		}
		bound = min(2*bound, retryMost)
	}
}
