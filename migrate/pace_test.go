package migrate_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/migrate"
)

// pacedSet returns a migration in Go of five batches that take the duration at
// least, and its function's times.
func pacedSet(t testing.TB, pace migrate.Pace, each time.Duration) (*migrate.Set, *[]time.Time) {
	var begun []time.Time
	return goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
		b.Pace(pace)
		return touch(b, 10, func(migrate.Range) error {
			begun = append(begun, time.Now())
			time.Sleep(each)
			return nil
		})(ctx)
	}}), &begun
}

// Batches follow each other as the pace of the migration and that of the run
// say, the slower of both.
func TestPace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		own, run migrate.Pace
		each     time.Duration
		between  time.Duration // from the beginning of a batch to the next
	}{
		"a pause":              {migrate.Pace{Pause: 60 * time.Millisecond}, migrate.Pace{Pause: time.Millisecond}, 0, 60 * time.Millisecond},
		"a share":              {migrate.Pace{Share: 0.25}, migrate.Pace{Share: 0.5}, 25 * time.Millisecond, 100 * time.Millisecond},
		"of the run":           {migrate.Pace{}, migrate.Pace{Pause: 60 * time.Millisecond}, 0, 60 * time.Millisecond},
		"the longer":           {migrate.Pace{Share: 0.9}, migrate.Pace{Pause: 60 * time.Millisecond}, 10 * time.Millisecond, 70 * time.Millisecond},
		"without standbys":     {migrate.Pace{MaxLag: 1}, migrate.Pace{}, 0, 0},
		"as fast as it can go": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := setup(t)
			s, begun := pacedSet(t, c.own, c.each)
			r := newRunner(t, db, s, migrate.BatchPace(c.run))
			_, err := r.Up(t.Context(), "0003")
			require.NoError(t, err)
			fillOrders(t, db, 50)
			start := time.Now()
			_, err = r.Up(t.Context())
			require.NoError(t, err)
			require.Len(t, *begun, 5)
			for i := range 4 {
				require.GreaterOrEqual(t, (*begun)[i+1].Sub((*begun)[i]), c.between)
			}
			require.Less(t, (*begun)[0].Sub(start), 10*time.Second, "the first batch does not pause")
			require.Equal(t, []string{"x"}, names(t, db, "SELECT DISTINCT note FROM orders"))
		})
	}
}

func TestPaceRefuses(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for text, p := range map[string]migrate.Pace{
		"the Pause of the Pace is -1s (want 0 or more)":             {Pause: -time.Second},
		"the Share of the Pace is 2 (want more than 0, up to 1)":    {Share: 2},
		"the Share of the Pace is -0.5 (want more than 0, up to 1)": {Share: -0.5},
		"the MaxLag of the Pace is -7 (want 0 or more)":             {MaxLag: -7},
	} {
		s, _ := pacedSet(t, p, 0)
		_, err := newRunner(t, db, s).Up(t.Context(), "0003")
		require.NoError(t, err)
		if len(names(t, db, `SELECT 'x' FROM orders`)) == 0 {
			fillOrders(t, db, 1)
		}
		_, err = newRunner(t, db, s).Up(t.Context())
		require.EqualError(t, err, "migrate: shop/0004_fill: "+text)
		plain, _ := pacedSet(t, migrate.Pace{}, 0)
		_, err = newRunner(t, db, plain, migrate.BatchPace(p)).Up(t.Context())
		require.EqualError(t, err, "migrate: shop/0004_fill: "+text)
	}
}

// A pause ends with the context, and what was done remains.
func TestPauseIsCancelled(t *testing.T) {
	t.Parallel()
	db := setup(t)
	s, _ := pacedSet(t, migrate.Pace{Pause: time.Hour}, 0)
	_, err := newRunner(t, db, s).Up(t.Context(), "0003")
	require.NoError(t, err)
	fillOrders(t, db, 50)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = newRunner(t, db, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "batch" {
			cancel()
		}
	})).Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []string{"10"}, names(t, db, "SELECT count(*)::text FROM orders WHERE note <> ''"))
	again, begun := pacedSet(t, migrate.Pace{}, 0)
	_, err = newRunner(t, db, again).Up(t.Context())
	require.NoError(t, err)
	require.Len(t, *begun, 4)
}

// While a standby is behind no batch begins. A role that may not see standbys
// is told so.
func TestPaceWaitsForStandbys(t *testing.T) {
	t.Parallel()
	primary, err := devpg.StartPrivate(t.Context(), devpg.PrivateOptions{Logf: t.Logf})
	require.NoError(t, err)
	t.Cleanup(func() { _ = primary.Close() })
	follower, err := primary.Standby(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = follower.Close() })
	db, standby := open(t, primary.URL()), open(t, follower.URL())

	s := goSet(t, migrate.GoMigration{Up: func(ctx context.Context, b *migrate.Batch) error {
		b.Pace(migrate.Pace{MaxLag: 100_000})
		for range 3 {
			if err := b.Tx(ctx, func(tx *gorm.DB) error {
				return tx.Exec("INSERT INTO orders (id, note) SELECT coalesce(max(id), 0) + 1, repeat('x', 200000) FROM orders").Error
			}); err != nil {
				return err
			}
		}
		return nil
	}})
	_, err = newRunner(t, db, s).Up(t.Context(), "0003")
	require.NoError(t, err)
	run(t, db, `ALTER TABLE orders ALTER note SET STORAGE EXTERNAL`)
	require.Eventually(t, func() bool {
		return len(names(t, standby, `SELECT 'x' FROM pg_attribute WHERE attrelid = to_regclass('orders') AND attname = 'note' AND attstorage = 'e'`)) == 1
	}, 30*time.Second, 20*time.Millisecond)
	run(t, standby, `SELECT pg_wal_replay_pause()`)

	var batches, waits atomic.Int64
	_, err = newRunner(t, db, s, migrate.OnEvent(func(e migrate.Event) {
		switch e.Kind {
		case "batch":
			batches.Add(1)
		case "wait":
			require.ErrorContains(t, e.Err, "bytes of WAL behind (the pace allows 100000)")
			if waits.Add(1); waits.Load() == 3 {
				require.EqualValues(t, 1, batches.Load())
				run(t, standby, `SELECT pg_wal_replay_resume()`)
			}
		}
	})).Up(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, batches.Load())

	run(t, db, `DELETE FROM schema_history WHERE id = 'shop/0004_fill'`, `CREATE ROLE clerk`,
		`GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk`, `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk`, `ALTER ROLE clerk LOGIN`)
	clerk := open(t, primary.URL())
	run(t, clerk, fmt.Sprintf(`ALTER DATABASE %s SET role = clerk`, names(t, db, `SELECT quote_ident(current_database())`)[0]))
	clerk = open(t, primary.URL())
	require.Equal(t, []string{"clerk"}, names(t, clerk, `SELECT current_user::text`))
	_, err = newRunner(t, clerk, s).Up(t.Context())
	require.EqualError(t, err, "migrate: shop/0004_fill: look how far standbys are behind: the role may not see them (GRANT pg_monitor, or leave out MaxLag)")
}
