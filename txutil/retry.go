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
// doubles up to retryMost: blocks that collided must not meet again.
const (
	retryFirst = 10 * time.Millisecond
	retryMost  = time.Second
)

// Retry has [Atomic] run its function again, up to attempts times in all, when
// the transaction was rolled back by an error that passes: gormango.IsRetryable
// holds for it (serialization failures, deadlocks, a server that starts), or
// the connection broke before COMMIT was sent. It never runs again after
// gormango.ErrCommitUnknown, after the end of the context, or for another
// error. Between attempts it waits a random time, at most 10 ms at first and
// doubling to 1 s.
//
// The function must be fit to run twice: mails belong into [OnCommit], and
// variables of the caller are to be set anew in each run. Keys and versions
// that repositories filled into objects are put back. The error of the last
// attempt is kept in the chain. Inside a transaction Atomic gives
// [ErrOutermost], since only the whole transaction can be repeated. Default:
// one attempt.
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
		if err == nil || !repeatable(err) {
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
		if ctx.Err() != nil { // both may have come
			return fmt.Errorf("txutil: no time for attempt %d: %w, after: %w", attempt+1, ctx.Err(), err)
		}
		bound = min(2*bound, retryMost)
	}
}

// repeatable reports that err ended a transaction of which nothing is left on
// the server, and may pass.
func repeatable(err error) bool {
	var after *AfterCommitError
	return !errors.As(err, &after) && gormango.IsRetryable(err)
}
