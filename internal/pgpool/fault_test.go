package pgpool_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/internal/faultproxy"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/txutil"
)

const writers = 8

// tally is what writers know of their rows. Each row has a number of its own,
// given out once.
type tally struct {
	mu      sync.Mutex
	saved   map[int]bool // acknowledged
	unknown map[int]bool // the error says that it is unknown
	failed  map[int]bool // the error says that it was not saved
	kinds   map[string]int
	gap     time.Duration // the longest time without an acknowledged row
	last    time.Time
}

// write lets the writers insert while disturb runs, half of them in
// transactions, and judges the errors.
func write(t *testing.T, db *gorm.DB, disturb func()) *tally {
	t.Helper()
	ta := &tally{saved: map[int]bool{}, unknown: map[int]bool{}, failed: map[int]bool{}, kinds: map[string]int{}, last: time.Now()}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	var next atomic.Int64
	var over atomic.Bool
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for !over.Load() && ctx.Err() == nil {
				n := int(next.Add(1))
				var err error
				atomically := w%2 == 0
				if atomically {
					err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
						return db.WithContext(ctx).Exec("INSERT INTO rows (n, w) VALUES (?, ?)", n, w).Error
					}, txutil.Retry(8))
				} else {
					err = db.WithContext(ctx).Exec("INSERT INTO rows (n, w) VALUES (?, ?)", n, w).Error
				}
				ta.note(n, err, atomically)
				time.Sleep(time.Millisecond)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	disturb()
	// On with it until writing works again.
	ta.mu.Lock()
	before := len(ta.saved)
	ta.mu.Unlock()
	require.Eventually(t, func() bool {
		ta.mu.Lock()
		defer ta.mu.Unlock()
		return len(ta.saved) > before+20*writers
	}, 60*time.Second, 10*time.Millisecond, "the writers do not get on their feet again")
	over.Store(true)
	wg.Wait()
	return ta
}

func (ta *tally) note(n int, err error, atomically bool) {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	switch {
	case err == nil:
		ta.saved[n] = true
		ta.gap = max(ta.gap, time.Since(ta.last))
		ta.last = time.Now()
	case errors.Is(err, gormango.ErrCommitUnknown):
		ta.unknown[n] = true
		ta.kinds["ErrCommitUnknown"]++
	case errors.Is(err, gormango.ErrConnectionLost) && !gormango.IsRetryable(err):
		ta.unknown[n] = true
		ta.kinds["ErrConnectionLost"]++
	default:
		ta.failed[n] = true
		if gormango.IsRetryable(err) {
			ta.kinds["retryable"]++
		} else {
			ta.kinds["other: "+err.Error()]++
		}
	}
}

// judge compares with the rows that are there.
func (ta *tally) judge(t *testing.T, db *gorm.DB, what string) {
	t.Helper()
	var ns []int
	require.Eventually(t, func() bool { // a connection that the fault ended may still lie in the pool
		return db.Raw("SELECT n FROM rows ORDER BY n").Scan(&ns).Error == nil
	}, 20*time.Second, 50*time.Millisecond)
	there := map[int]int{}
	for _, n := range ns {
		there[n]++
	}
	lost, doubled, liars := 0, 0, 0
	for n := range ta.saved {
		if there[n] == 0 {
			lost++
		}
	}
	for n, count := range there {
		if count > 1 {
			doubled++
		}
		if ta.failed[n] {
			liars++
		}
	}
	t.Logf("%s: %d acknowledged, %d unknown, %d failed, longest gap %v; lost %d, doubled %d; errors %v",
		what, len(ta.saved), len(ta.unknown), len(ta.failed), ta.gap.Round(time.Millisecond), lost, doubled, ta.kinds)
	require.Zero(t, lost, "acknowledged rows that are not there")
	require.Zero(t, doubled, "rows that were written twice")
	require.Zero(t, liars, "rows that are there although their error says they were not saved")
	for kind := range ta.kinds {
		require.NotContains(t, kind, "other: ", "an error of the wrong type")
	}
}

func openRows(t *testing.T, dsn string) *gorm.DB {
	t.Helper()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: dsn, Pool: gormango.Pool{Max: writers}})
	require.NoError(t, err)
	t.Cleanup(func() {
		source, _ := pgpool.Of(db)
		require.Eventually(t, func() bool { return source.Pool().Pgx().Stat().AcquiredConns() == 0 }, 5*time.Second, time.Millisecond)
		require.NoError(t, gormango.Close(db))
	})
	// Without a unique key: it would hide a row that was written twice.
	require.NoError(t, db.Exec("CREATE TABLE rows (n int, w int)").Error)
	return db
}

func TestFaultsOfTheServer(t *testing.T) {
	ctx := context.Background()
	c := private(t)
	find := func(condition string) (pid int, err error) {
		err = ask(c, "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "+condition+" LIMIT 1", &pid)
		return pid, err
	}
	for _, fault := range []struct {
		name string
		do   func()
	}{
		{"all backends ended by the administrator, 5 times", func() {
			for range 5 {
				require.NoError(t, ask(c, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"))
				time.Sleep(50 * time.Millisecond)
			}
		}},
		{"one backend killed (-9), the server recovers", func() {
			const checkpointer = "backend_type = 'checkpointer'"
			old, err := find(checkpointer)
			require.NoError(t, err)
			victim, err := find("backend_type = 'client backend' AND query LIKE '%rows%'")
			require.NoError(t, err)
			require.NoError(t, c.KillBackend(ctx, victim))
			// The first process takes its time to notice, then ends all others and starts
			// them anew.
			require.Eventually(t, func() bool {
				now, err := find(checkpointer)
				return err == nil && now != old
			}, 60*time.Second, 20*time.Millisecond, "the server does not recover")
		}},
		{"restart fast", func() { require.NoError(t, c.Restart(ctx)) }},
		{"restart immediate", func() {
			require.NoError(t, c.Stop(ctx, devpg.StopImmediate))
			require.NoError(t, c.Start(ctx))
		}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			require.NoError(t, ask(c, "DROP TABLE IF EXISTS rows"))
			db := openRows(t, c.URL())
			write(t, db, fault.do).judge(t, db, fault.name)
		})
	}
}

func TestFaultsOfTheNetwork(t *testing.T) {
	c := private(t)
	u, err := url.Parse(c.URL())
	require.NoError(t, err)
	p, err := faultproxy.Start(u.Host)
	require.NoError(t, err)
	defer p.Close()
	u.Host = p.Addr()
	for _, fault := range []struct {
		name string
		do   func()
	}{
		{"100 answers swallowed", func() {
			for range 100 {
				p.CutNextAnswer()
				require.Eventually(t, func() bool { return !p.Armed() }, 10*time.Second, 100*time.Microsecond)
			}
		}},
		{"all connections cut, 20 times", func() {
			for range 20 {
				p.Cut()
				time.Sleep(20 * time.Millisecond)
			}
		}},
		{"refused for half a second", func() {
			p.Refuse(true)
			p.Cut()
			time.Sleep(500 * time.Millisecond)
			p.Refuse(false)
		}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			require.NoError(t, ask(c, "DROP TABLE IF EXISTS rows"))
			db := openRows(t, u.String())
			write(t, db, fault.do).judge(t, db, fault.name)
		})
	}
}

// The standby confirms each commit before the primary does: asynchronous
// replication may lose what was acknowledged, whatever the client does.
func TestStandbyPromoted(t *testing.T) {
	ctx := context.Background()
	primary := private(t)
	second := standby(t, primary)
	require.NoError(t, ask(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'"))
	require.NoError(t, ask(primary, "SELECT pg_reload_conf()"))
	require.Eventually(t, func() bool {
		var n int
		return ask(primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", &n) == nil && n == 1
	}, 20*time.Second, 50*time.Millisecond)
	db := openRows(t, both(t, primary, second))
	write(t, db, func() {
		require.NoError(t, primary.Stop(ctx, devpg.StopImmediate))
		require.NoError(t, second.Promote(ctx))
	}).judge(t, db, "standby promoted")
}
