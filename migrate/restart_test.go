package migrate_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// The server ends in the middle of a step: of a transaction, of an index that
// is built concurrently, of the batches of a migration in Go. While it is away
// the run returns an error, the history says how far it came once the server is
// back, and the next run completes what is left. No row is changed twice.
// The short form stops the server in one way for each step, the long one in
// every way.
func TestServerRestartsInEachStep(t *testing.T) {
	t.Parallel()
	server, err := devpg.StartPrivate(t.Context(), devpg.PrivateOptions{Logf: t.Logf})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	modes := []devpg.StopMode{devpg.StopFast, devpg.StopImmediate, devpg.StopKill}
	for i, step := range []struct {
		before, id migrate.ID
		kind       string
		after      string // the history of the step, "" if nothing is written
	}{
		{"shop/0001_initial", "shop/0002_channel", "statement", ""},
		{"shop/0002_channel", "shop/0003_index", "statement", "running"},
		{"shop/0003_index", "shop/0004_fill", "batch", "running"},
		{"shop/0004_fill", "shop/0005_twice", "statement", ""},
	} {
		for j, mode := range modes {
			if i%len(modes) != j && !longtest.Asked() {
				continue
			}
			t.Run(string(step.id), func(t *testing.T) { restart(t, server, mode, step.before, step.id, step.kind, step.after) })
		}
	}
}

func restart(t *testing.T, server *devpg.Private, mode devpg.StopMode, before, id migrate.ID, kind, after string) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	db := open(t, server.URL())
	empty(t, db)
	set, allow := chaosSet(t), migrate.Allow("L24", "nobody else uses the table")
	_, err := newRunner(t, db, set, allow).Up(ctx, before)
	require.NoError(t, err)

	// Another transaction has a row in the middle of the table. When the step waits
	// for it, with some batches committed, the server is stopped.
	other := open(t, server.URL())
	blocker := other.Begin()
	require.NoError(t, blocker.Exec("UPDATE orders SET note = note WHERE id = 10001").Error)
	var stop sync.Once
	stopped := make(chan error, 1)
	events := func(e migrate.Event) {
		if e.ID != id || e.Kind != kind {
			return
		}
		stop.Do(func() {
			go func() {
				for len(names(t, other, "SELECT 'x' FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")) == 0 {
					time.Sleep(2 * time.Millisecond)
				}
				stopped <- server.Stop(ctx, mode)
			}()
		})
	}
	_, err = newRunner(t, db, set, migrate.OnEvent(events), migrate.MaxWait(time.Second), allow).Up(ctx)
	require.Error(t, err)
	select {
	case err := <-stopped:
		require.NoError(t, err)
	case <-ctx.Done():
		t.Fatal("the step was not stopped in its middle")
	}
	blocker.Rollback()
	require.NoError(t, server.Start(ctx))

	again := open(t, server.URL())
	require.Equal(t, after, stateOf(t, again, id))
	if kind == "batch" {
		require.Equal(t, []string{"10000"}, names(t, again, "SELECT count(*)::text FROM orders WHERE note <> ''"), "the batches before")
	}
	report, err := newRunner(t, again, set, allow).Up(ctx)
	require.NoError(t, err)
	require.Contains(t, report.Applied, id)
	if id == "shop/0003_index" {
		require.Equal(t, []string{`dropped the invalid index "public"."orders_note"`}, report.Healed)
	}
	intact(t, again)
}

// stateOf returns the state of a migration in the history, "" if it is not
// there.
func stateOf(t testing.TB, db *gorm.DB, id migrate.ID) string {
	t.Helper()
	return strings.Join(names(t, db, "SELECT state FROM schema_history WHERE id = ?", string(id)), " ")
}
