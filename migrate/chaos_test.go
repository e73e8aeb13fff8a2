package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// chaosSet returns a table with rows, a column, an index that is built
// concurrently, a data migration in Go and one in SQL.
func chaosSet(t testing.TB) *migrate.Set {
	texts := map[string]string{
		"0001_initial.sql": fileText("-- +gormango id shop/0001_initial", "CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL DEFAULT '');\n"+
			fmt.Sprintf("INSERT INTO orders SELECT i FROM generate_series(1, %d) i;", longtest.Size(20_000, 60_000)), "DROP TABLE orders;"),
		"0002_channel.sql": columnFile("shop/0002_channel", "shop/0001_initial", "orders", "channel"),
		"0003_index.sql":   strings.NewReplacer("0004_index", "0003_index", "0003_note", "0002_channel").Replace(indexFile),
		"0005_twice.sql":   fileText("-- +gormango id shop/0005_twice after shop/0004_fill", "UPDATE orders SET channel = coalesce(channel, '') || 'y';", ""),
	}
	// No operation names the table of the first file.
	texts["0002_channel.sql"] = strings.ReplaceAll(texts["0002_channel.sql"], "-- +gormango op", "-- op")
	texts["0003_index.sql"] = strings.ReplaceAll(texts["0003_index.sql"], "-- +gormango op", "-- op")
	return loadSet(t, texts, migrate.WithGo(migrate.GoMigration{ID: "shop/0004_fill", After: []migrate.ID{"shop/0003_index"}, Up: func(ctx context.Context, b *migrate.Batch) error {
		return touch(b, 1000, func(migrate.Range) error { return nil })(ctx)
	}}))
}

// chaosURL is the environment variable that makes TestStarter a starter.
const chaosURL = "GORMANGO_TEST_STARTER"

// TestStarter is a process that migrates. Other tests start it.
func TestStarter(t *testing.T) {
	url := os.Getenv(chaosURL)
	if url == "" {
		t.Skip("a process of TestStartersAreKilled")
	}
	db, err := gormango.Open(t.Context(), gormango.Config{URL: url, Pool: gormango.Pool{Max: 3}})
	require.NoError(t, err)
	defer gormango.Close(db)
	_, err = migrate.Up(t.Context(), db, chaosSet(t))
	require.NoError(t, err)
}

// intact checks what the migrations have left.
func intact(t testing.TB, db *gorm.DB) {
	t.Helper()
	require.Equal(t, []string{"shop/0001_initial done", "shop/0002_channel done", "shop/0003_index done", "shop/0004_fill done", "shop/0005_twice done"}, history(t, db))
	require.Equal(t, []string{"x y"}, names(t, db, "SELECT DISTINCT note || ' ' || channel FROM orders"), "each row is changed once")
	require.Empty(t, invalids(t, db))
	require.Equal(t, []string{"5"}, names(t, db, "SELECT count(*)::text FROM schema_history_log WHERE event = 'applied'"))
	require.Equal(t, []string{"5"}, names(t, db, "SELECT count(DISTINCT id)::text FROM schema_history_log WHERE event = 'applied'"))
	require.Eventually(t, func() bool {
		return len(names(t, db, `SELECT 'x' FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)) == 0
	}, 5*time.Second, 50*time.Millisecond, "a lock is left")
}

// ways calls fn with the URL of a database directly and through a pooler, and
// with a direct connection for the test itself.
func ways(t *testing.T, fn func(t *testing.T, url string, db *gorm.DB)) {
	t.Run("direct", func(t *testing.T) {
		t.Parallel()
		url := repotest.URL(t)
		fn(t, url, open(t, url))
	})
	t.Run("pooled", func(t *testing.T) {
		t.Parallel()
		url, direct := bouncer.Start(t)
		fn(t, url, open(t, direct))
	})
}

// Starters are killed at random, and backends are terminated in the middle of
// what they do. In the end each migration has been applied once.
// The short form has a round of 6 starters and 8 kills, the long one 50 rounds
// of 20 starters and 30 kills.
func TestStartersAreKilled(t *testing.T) {
	t.Parallel()
	if os.Getenv(chaosURL) != "" {
		t.Skip("in a starter")
	}
	for round := range longtest.Count(1, 50) {
		ways(t, func(t *testing.T, url string, db *gorm.DB) {
			starters, kills := longtest.Size(6, 20), longtest.Size(8, 30)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			start := func() *exec.Cmd {
				cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestStarter$")
				cmd.Env = append(os.Environ(), chaosURL+"="+url)
				return cmd
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			var living []*exec.Cmd
			launch := func() {
				cmd := start()
				require.NoError(t, cmd.Start())
				mu.Lock()
				living = append(living, cmd)
				mu.Unlock()
				wg.Go(func() { _ = cmd.Wait() })
			}
			for range starters {
				launch()
			}
			unfinished := 0
			random := rand.New(rand.NewPCG(uint64(round), 7))
			for i := range kills {
				time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
				mu.Lock()
				victim := living[random.IntN(len(living))]
				mu.Unlock()
				_ = victim.Process.Kill()
				if left := names(t, db, `SELECT 'x' WHERE to_regclass('schema_history_log') IS NULL`); len(left) > 0 || names(t, db, `SELECT count(*)::text FROM schema_history_log WHERE event = 'applied'`)[0] != "5" {
					unfinished++
				}
				launch()
				if i == kills/3 || i == kills*2/3 {
					names(t, db, `SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' ORDER BY random() LIMIT 1`)
				}
			}
			wg.Wait()
			out, err := start().CombinedOutput()
			require.NoError(t, err, string(out))
			intact(t, db)
			t.Logf("%d of %d kills before the last migration was done", unfinished, kills)
		})
	}
}

// Of many starters at once none fails, and each statement runs once.
func TestManyStarters(t *testing.T) {
	t.Parallel()
	if os.Getenv(chaosURL) != "" {
		t.Skip("in a starter")
	}
	n := longtest.Size(30, 200)
	ways(t, func(t *testing.T, url string, db *gorm.DB) {
		s := chaosSet(t)
		pool, err := gormango.Open(t.Context(), gormango.Config{URL: url, Pool: gormango.Pool{Max: 50, AcquireTimeout: 2 * time.Minute}})
		require.NoError(t, err)
		defer gormango.Close(pool)
		require.NoError(t, starters(t.Context(), pool, s, n))
		intact(t, db)
	})
}

func starters(ctx context.Context, db *gorm.DB, s *migrate.Set, n int, opts ...migrate.Option) error {
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := migrate.Up(ctx, db, s, opts...)
			errs <- err
		}()
	}
	var all error
	for range n {
		all = errors.Join(all, <-errs)
	}
	return all
}

// What the runner relies on is seen by the tests above: without the lock and
// with the row of the history last they fail. With the row first they succeed
// even without the lock, and with the lock even with the row last.
func TestControlsOfStarters(t *testing.T) {
	t.Parallel()
	if os.Getenv(chaosURL) != "" {
		t.Skip("in a starter")
	}
	for name, c := range map[string]struct {
		opts []migrate.Option
		safe bool
	}{
		"neither":   {[]migrate.Option{migrate.Unlocked(), migrate.Late()}, false},
		"row first": {[]migrate.Option{migrate.Unlocked()}, true},
		"lock":      {[]migrate.Option{migrate.Late()}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t), Pool: gormango.Pool{Max: 12}})
			require.NoError(t, err)
			defer gormango.Close(db)
			run(t, db, `CREATE TABLE counts (n int)`)
			s := loadSet(t, map[string]string{"0001_count.sql": fileText("", "INSERT INTO counts SELECT 1 FROM pg_sleep(0.3);", "")})
			err = starters(t.Context(), db, s, 4, c.opts...)
			counted := names(t, db, "SELECT count(*)::text FROM counts")
			if c.safe {
				require.NoError(t, err)
				require.Equal(t, []string{"1"}, counted)
			} else {
				require.True(t, err != nil || counted[0] != "1", "the control must fail")
			}
		})
	}
}

// The same for TestGuardIsLost: with the row of the history last, a process
// that loses the lock runs a migration beside the next one.
func TestControlOfALostLock(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		db := setup(t)
		run(t, db, `CREATE TABLE counts (n int)`)
		s := loadSet(t, map[string]string{"0001_count.sql": fileText("", "INSERT INTO counts SELECT 1 FROM pg_sleep(0.3);", "")})
		opts := []migrate.Option{migrate.OnEvent(func(migrate.Event) {})}
		if late {
			opts = append(opts, migrate.Late())
		}
		second := make(chan error, 1)
		var once sync.Once
		first := append(opts, migrate.OnEvent(func(e migrate.Event) {
			if e.Kind == "statement" {
				once.Do(func() {
					names(t, db, endGuard)
					go func() {
						_, err := migrate.Up(t.Context(), db, s, opts...)
						second <- err
					}()
				})
			}
		}))
		_, err := migrate.Up(t.Context(), db, s, first...)
		require.NoError(t, errors.Join(err, <-second))
		require.Equal(t, []string{map[bool]string{false: "1", true: "2"}[late]}, names(t, db, "SELECT count(*)::text FROM counts"))
	}
}
