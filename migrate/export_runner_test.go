package migrate

import "time"

// Oldest sets how long a transaction of others may be open before a statement
// that waits for all of them is begun.
func Oldest(d time.Duration) Option { return func(r *Runner) { r.oldest = d } }

// Unlocked is a fault for tests: runs take no lock.
func Unlocked() Option { return func(r *Runner) { r.unlocked = true } }

// Late puts the row of the history after the statements.
func Late() Option { return func(r *Runner) { r.late = true } }
