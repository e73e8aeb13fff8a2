package migrate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Pace slows a data migration down, so that it leaves the server's time and its
// standbys to the application. It has no effect on what the migration does. The
// zero value is as fast as possible.
type Pace struct {
	// Pause is the least time between two batches.
	Pause time.Duration
	// Share is the part of the time that batches may take, more than 0 and up to
	// 1: with 0.25 a batch of one second is followed by a pause of three. 0 is 1.
	Share float64
	// MaxLag is how many bytes of WAL a standby may be behind before a batch
	// begins; the run waits until it has come up, for MaxWait in all. 0 looks at
	// no standby. The role needs pg_monitor.
	MaxLag int64
}

// BatchPace sets the pace of data migrations for a run. Where a migration sets
// one too, by Batch.Pace, the slower of each counts.
func BatchPace(p Pace) Option { return func(r *Runner) { r.pace = p } }

// Pace sets the pace of the batches that follow.
func (b *Batch) Pace(p Pace) { b.pace = p }

// slower returns the slower of two paces in each respect.
func (p Pace) slower(q Pace) Pace {
	least := func(a, b float64) float64 {
		if a == 0 || b == 0 {
			return max(a, b)
		}
		return min(a, b)
	}
	return Pace{Pause: max(p.Pause, q.Pause), Share: least(p.Share, q.Share), MaxLag: int64(least(float64(p.MaxLag), float64(q.MaxLag)))}
}

// check returns an error for values that mean nothing.
func (p Pace) check() error {
	switch {
	case p.Pause < 0:
		return fmt.Errorf("the Pause of the Pace is %v (want 0 or more)", p.Pause)
	case p.Share < 0 || p.Share > 1:
		return fmt.Errorf("the Share of the Pace is %v (want more than 0, up to 1)", p.Share)
	case p.MaxLag < 0:
		return fmt.Errorf("the MaxLag of the Pace is %d (want 0 or more)", p.MaxLag)
	}
	return nil
}

// after returns the pause that follows a batch.
func (p Pace) after(took time.Duration) time.Duration {
	pause := p.Pause
	if p.Share > 0 {
		pause = max(pause, time.Duration(float64(took)*(1/p.Share-1)))
	}
	return pause
}

// breathe waits before a batch as its pace says.
func (b *Batch) breathe(ctx context.Context) error {
	p := b.pace.slower(b.r.pace)
	if err := errors.Join(b.pace.check(), b.r.pace.check()); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if !b.ended.IsZero() {
		select {
		case <-time.After(p.after(b.took) - time.Since(b.ended)):
		case <-ctx.Done():
			return fmt.Errorf("migrate: %w between two batches", ctx.Err())
		}
	}
	w := &wait{limits: b.r.limits}
	for p.MaxLag > 0 {
		lag, err := b.lag(ctx)
		if err != nil {
			return fmt.Errorf("migrate: look how far standbys are behind: %w", err)
		}
		if lag <= p.MaxLag {
			break
		}
		cause := fmt.Errorf("a standby is %d bytes of WAL behind (the pace allows %d)", lag, p.MaxLag)
		b.r.event(Event{Kind: "wait", ID: b.task.ID, Back: b.task.back, Err: cause})
		if err := w.again(ctx, 0, cause); err != nil {
			return err
		}
	}
	return nil
}

// errNoMonitor reports that the server hides its standbys from the role.
var errNoMonitor = errors.New("the role may not see them (GRANT pg_monitor, or leave out MaxLag)")

// lag returns how many bytes of WAL the last standby is behind, 0 without one.
// The times that the server has stand still with a standby that does.
func (b *Batch) lag(ctx context.Context) (bytes int64, err error) {
	var hidden bool
	err = session(ctx, b.r.db).Raw(`SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FILTER (WHERE state IN ('streaming', 'catchup')), 0)::bigint,
	coalesce(bool_or(state IS NULL), false) FROM pg_stat_replication`).Row().Scan(&bytes, &hidden)
	if err == nil && hidden {
		err = errNoMonitor
	}
	return bytes, err
}
