package gormango_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// journal is a log that goroutines write and a test reads.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func TestReplicaStoppedAndBack(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	for name, mode := range map[string]devpg.StopMode{"fast": devpg.StopFast, "killed": devpg.StopKill} {
		t.Run(name, func(t *testing.T) {
			out := &journal{}
			ctx, db := p.open(t, func(c *gormango.Config) { c.Logger = slog.New(slog.NewTextHandler(out, nil)) })
			for way, read := range ways(db) { // connections that will be dead
				_, err := read(ctx)
				require.NoError(t, err, way)
			}
			require.NoError(t, p.standby.Stop(ctx, mode))
			require.Eventually(t, func() bool { return !onStandby(t, ctx, db) }, 20*time.Second, time.Millisecond, "a killed server's backends outlive it for a moment")
			for way, read := range ways(db) {
				standby, err := read(ctx)
				require.NoError(t, err, way)
				require.False(t, standby, way)
			}
			s := gormango.Stats(db).Replicas[0]
			require.True(t, s.Resting)
			require.NotZero(t, s.Moved)
			require.Equal(t, 1, strings.Count(out.String(), "a replica gave no answer"), out.String())
			require.NotContains(t, out.String(), "answers again")
			require.ErrorContains(t, gormango.Health(ctx, db), "gormango: Config.Replicas[0]: ")

			require.NoError(t, p.standby.Start(ctx))
			require.Eventually(t, func() bool { return onStandby(t, ctx, db) }, 30*time.Second, 20*time.Millisecond)
			require.Equal(t, 1, strings.Count(out.String(), "a replica answers again"), out.String())
			require.False(t, gormango.Stats(db).Replicas[0].Resting)
		})
	}
}

// A connection that dies in the pool costs no read, and the replica no rest.
func TestReplicaWhoseConnectionsAreEnded(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t, func(c *gormango.Config) { c.ApplicationName = "ended" })
	require.True(t, onStandby(t, ctx, db))
	watch, err := pgx.Connect(ctx, p.standby.URL())
	require.NoError(t, err)
	defer watch.Close(ctx)
	_, err = watch.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ended'")
	require.NoError(t, err)
	onStandby(t, ctx, db)
	require.Eventually(t, func() bool { return onStandby(t, ctx, db) }, 20*time.Second, time.Millisecond)
}

func TestTheOtherReplicaIsAskedFirst(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	nobody := "postgres://ann:s3cret@127.0.0.1:1/library"
	ctx, db := p.open(t, func(c *gormango.Config) {
		c.Replicas = []string{nobody, c.Replicas[0]}
		c.Lazy = true
		c.Router = func(context.Context, gormango.Read) gormango.Server { return gormango.Replica(0) }
	})
	for range 3 {
		require.True(t, onStandby(t, ctx, db))
	}
	s := gormango.Stats(db).Replicas
	require.Equal(t, []int64{1, 0, 0, 3}, []int64{s[0].Moved, s[0].Reads, s[1].Moved, s[1].Reads}, "it is asked once and then left alone")
}

func TestScopeGoesToThePrimaryWhenItsReplicaFails(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	second, err := p.primary.Standby(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, second.Close()) })
	ctx, db := p.open(t, func(c *gormango.Config) { c.Replicas = append(c.Replicas, second.URL()) })
	scope := gormango.WithReadYourWrites(ctx)
	require.True(t, onStandby(t, scope, db))
	first := p.standby
	if gormango.Stats(db).Replicas[1].Reads > 0 {
		first = second
	}
	require.NoError(t, first.Stop(ctx, devpg.StopFast))
	require.False(t, onStandby(t, scope, db), "the other one may be behind")
	require.True(t, onStandby(t, ctx, db))
	require.NoError(t, first.Start(ctx))
	require.Eventually(t, func() bool {
		onStandby(t, ctx, db)
		s := gormango.Stats(db).Replicas
		return !s[0].Resting && !s[1].Resting
	}, 30*time.Second, 20*time.Millisecond)
	require.False(t, onStandby(t, scope, db), "nor later")
}

// A long read holds up the replay of a change, and the standby cancels the
// read.
func TestReplicaCancelsForItsRecovery(t *testing.T) {
	t.Parallel()
	p := newPair(t, map[string]string{"max_standby_streaming_delay": "0"})
	_, err := p.admin.Exec(t.Context(), `CREATE VIEW slow_sites AS
		SELECT 1::bigint AS id, pg_is_in_recovery() AS standby FROM boxes WHERE NOT pg_is_in_recovery() OR pg_sleep(30) IS NOT NULL`)
	require.NoError(t, err)
	p.catchUp(t)
	ctx, db := p.open(t)
	done := make(chan error, 2)
	for _, read := range []func() error{
		func() error { return db.WithContext(ctx).Table("slow_sites").Find(&[]site{}).Error },
		func() error {
			n, err := repo.New[site](db).Count(ctx)
			if n != 1 {
				return errors.New("no row")
			}
			return err
		},
	} {
		go func() { done <- read() }()
	}
	require.Eventually(t, func() bool {
		var n int
		err := p.watch.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").Scan(&n)
		return err == nil && n == 1
	}, 20*time.Second, 5*time.Millisecond)
	_, err = p.admin.Exec(ctx, "ALTER TABLE boxes ADD COLUMN note text")
	require.NoError(t, err)
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	s := gormango.Stats(db).Replicas[0]
	require.Equal(t, int64(1), s.Moved)
	require.False(t, s.Resting, "only this read was in its way")
}

func TestReplicaPromoted(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t)
	_, err := p.admin.Exec(ctx, "CREATE SEQUENCE tickets")
	require.NoError(t, err)
	p.catchUp(t)
	require.True(t, onStandby(t, ctx, db))
	require.NoError(t, p.standby.Promote(ctx))
	require.False(t, onStandby(t, ctx, db), "it has left recovery")
	require.NoError(t, db.WithContext(ctx).Create(&cabinet{Name: "new"}).Error)
	_, err = repo.New[cabinet](db).Filter("name", "new").Get(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist, "it still answers, and follows no more")
	// What writes under the name of a read does not write there.
	for range 3 {
		require.NoError(t, db.WithContext(ctx).Model(&site{}).Select("nextval('tickets')").Row().Scan(new(int64)))
	}
	var last int64
	require.NoError(t, p.admin.QueryRow(ctx, "SELECT last_value FROM tickets").Scan(&last))
	require.Equal(t, int64(3), last)

	// With the attribute it is no replica any more.
	ctx, db = p.open(t, func(c *gormango.Config) { c.Replicas[0] += "&target_session_attrs=standby" })
	require.True(t, gormango.Stats(db).Replicas[0].Resting)
	_, err = repo.New[cabinet](db).Filter("name", "new").Get(ctx)
	require.NoError(t, err)
}

func TestIterOnAReplica(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	_, err := p.admin.Exec(t.Context(), "INSERT INTO cabinets (name) SELECT 'n' || i FROM generate_series(1, 5000) i")
	require.NoError(t, err)
	p.catchUp(t)
	ctx, db := p.open(t)
	cabinets := repo.New[cabinet](db)
	seen := 0
	for r, err := range cabinets.OrderBy("id").Iter(ctx) {
		require.NoError(t, err)
		seen++
		if seen == 1 {
			require.NoError(t, cabinets.Create(ctx, &cabinet{Name: "while it runs"}), "the loop writes at the primary")
			require.NotZero(t, r.ID)
		}
	}
	require.GreaterOrEqual(t, seen, 5001)
	require.Equal(t, int64(1), gormango.Stats(db).Replicas[0].Reads)

	// The loop sees no row twice.
	seen = 0
	var failed error
	for _, err := range cabinets.OrderBy("id").Iter(ctx) {
		if err != nil {
			failed = err
			continue
		}
		if seen++; seen == 1 {
			require.NoError(t, p.standby.Stop(ctx, devpg.StopImmediate))
		}
	}
	require.Error(t, failed)
	require.Equal(t, 2000, seen)
	n := 0
	for _, err := range cabinets.Iter(ctx) {
		require.NoError(t, err)
		n++
	}
	require.GreaterOrEqual(t, n, 5002, "from the primary")
}

func TestCanceledReadOnAReplica(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	_, err := p.admin.Exec(t.Context(), "CREATE VIEW sleepers AS SELECT 1::bigint AS id, true AS standby FROM pg_sleep(30)")
	require.NoError(t, err)
	p.catchUp(t)
	ctx, db := p.open(t)
	for _, read := range []func(ctx context.Context) error{
		func(ctx context.Context) error { return db.WithContext(ctx).Table("sleepers").Find(&[]site{}).Error },
		func(ctx context.Context) error { return db.WithContext(ctx).Table("sleepers").Count(new(int64)).Error },
	} {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		require.ErrorIs(t, read(short), context.DeadlineExceeded)
		cancel()
		require.Error(t, read(short))
	}
	s := gormango.Stats(db)
	require.Zero(t, s.Replicas[0].Moved)
	require.False(t, s.Replicas[0].Resting)
	require.True(t, onStandby(t, ctx, db))
}

// A pool that the application keeps full is no replica out of reach.
func TestReplicaWhosePoolIsFull(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t, func(c *gormango.Config) { c.Pool = gormango.Pool{Max: 1, AcquireTimeout: time.Second} })
	rows, err := db.WithContext(ctx).Table("generate_series(1, 3)").Select("*").Rows()
	require.NoError(t, err)
	require.True(t, rows.Next())
	_, err = repo.New[site](db).Get(ctx)
	require.ErrorIs(t, err, gormango.ErrPoolExhausted)
	require.NoError(t, rows.Close())
	require.True(t, onStandby(t, ctx, db))
}

func TestOpenWithReplicas(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx := t.Context()
	with := func(replica string, change ...func(*gormango.Config)) gormango.Config {
		cfg := gormango.Config{URL: p.primary.URL(), Replicas: []string{p.standby.URL(), replica}, Models: cabinets}
		for _, f := range change {
			f(&cfg)
		}
		return cfg
	}
	u, err := url.Parse(p.standby.URL())
	require.NoError(t, err)
	u.User = url.UserPassword(u.User.Username(), "s3cret")
	for replica, want := range map[string]string{
		"":                                    "gormango: Config.Replicas[1] is empty (leave it out, or set its URL)",
		"postgres://ann:s3cret@h/x?sslmode=?": "gormango: Config.Replicas[1]: failed to configure TLS",
		u.String():                            `gormango: Config.Replicas[1]: cannot open database "library" on `,
	} {
		_, err := gormango.Open(ctx, with(replica))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "s3cret")
	}
	_, err = gormango.Open(ctx, with(u.String()))
	var refused *gormango.PermissionError
	require.ErrorAs(t, err, &refused)
	_, err = gormango.Open(ctx, with(p.standby.URL(), func(c *gormango.Config) {
		calls := 0
		c.Pgx = func(*pgxpool.Config) error {
			if calls++; calls == 3 {
				return errors.New("no third")
			}
			return nil
		}
	}))
	require.EqualError(t, err, "gormango: Config.Pgx: no third")

	// One that is out of reach hinders no start, and no read waits for it.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for _, lazy := range []bool{false, true} {
		for _, nobody := range []string{"127.0.0.1:1", silent.Addr().String()} {
			out := &journal{}
			ctx, db := open(t, with("postgres://ann:s3cret@"+nobody+"/library?sslmode=disable&connect_timeout=1", func(c *gormango.Config) {
				c.Lazy = lazy
				c.Logger = slog.New(slog.NewTextHandler(out, nil))
				c.Replicas = c.Replicas[1:]
			}))
			for range 3 {
				require.False(t, onStandby(t, ctx, db))
			}
			s := gormango.Stats(db).Replicas[0]
			require.True(t, s.Resting)
			require.Equal(t, map[bool]int64{false: 0, true: 1}[lazy], s.Moved, nobody)
			require.Equal(t, nobody, s.Server)
			require.Contains(t, out.String(), "level=WARN msg=\"gormango: a replica gave no answer")
			require.NotContains(t, out.String(), "s3cret")
		}
	}

	// A hook that fails for a replica is one that is out of reach too.
	_, db := open(t, with(p.standby.URL(), func(c *gormango.Config) {
		c.Replicas = c.Replicas[1:]
		c.Pgx = func(pc *pgxpool.Config) error {
			pc.BeforeConnect = func(_ context.Context, cc *pgx.ConnConfig) error {
				if cc.ConnString() == p.standby.URL() {
					return errors.New("no password today")
				}
				return nil
			}
			return nil
		}
	}))
	require.False(t, onStandby(t, ctx, db))

	// A router without replicas is not asked.
	_, db = open(t, gormango.Config{URL: p.primary.URL(), Models: cabinets, Router: func(context.Context, gormango.Read) gormango.Server { panic("asked") }})
	require.False(t, onStandby(t, gormango.WithReadYourWrites(ctx), db))
	require.Nil(t, gormango.Stats(db).Replicas)
}

// Each server may have a pooler of its own.
func TestReplicaBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	out := &journal{}
	ctx, db := open(t, gormango.Config{
		URL: direct, Replicas: []string{pooled}, Models: []any{&cabinet{}}, StatementTimeout: time.Minute, Logger: slog.New(slog.NewTextHandler(out, nil)),
	})
	require.NoError(t, db.AutoMigrate(&cabinet{}))
	require.NoError(t, db.Create(&[]cabinet{{Name: "a"}, {Name: "b"}}).Error)
	cabinets := repo.New[cabinet](db)
	for range 5 {
		n, err := cabinets.Count(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(2), n)
		require.NoError(t, db.WithContext(ctx).First(&cabinet{}, "name = ?", "b").Error)
		for _, err := range cabinets.Iter(ctx) {
			require.NoError(t, err)
		}
	}
	s := gormango.Stats(db).Replicas[0]
	require.Equal(t, []int64{15, 0}, []int64{s.Reads, s.Moved})
	require.Equal(t, 1, strings.Count(out.String(), "behind a pooler these settings hold inside transactions only"), out.String())
	require.NotContains(t, out.String(), "default_transaction_read_only")
}

// A loop over a replica's rows that have all come does not fail because the
// replica went away meanwhile.
func TestReplicaLostAfterTheLastRow(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t)
	n := 0
	for s, err := range repo.New[site](db).Iter(ctx) {
		require.NoError(t, err)
		require.True(t, s.Standby)
		require.NoError(t, p.standby.Stop(ctx, devpg.StopImmediate))
		n++
	}
	require.Equal(t, 1, n)
}

// Goroutines (16 with GORMANGO_LONG=1) read and write while the standby comes
// and goes: no read fails, and in a scope none is old.
func TestReplicasUnderManyGoroutines(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t, func(c *gormango.Config) { c.Pool.Max = 8 })
	cabinets := repo.New[cabinet](db)
	var over atomic.Bool
	var wg sync.WaitGroup
	goroutines := longtest.Size(4, 16)
	errs := make(chan error, goroutines)
	for i := range goroutines {
		wg.Go(func() {
			for round := 0; !over.Load(); round++ {
				if err := func() error {
					for way, read := range ways(db) {
						if _, err := read(ctx); err != nil {
							return fmt.Errorf("%s: %w", way, err)
						}
					}
					scope := gormango.WithReadYourWrites(ctx)
					r := &cabinet{Name: fmt.Sprintf("%d/%d", i, round)}
					if err := cabinets.Create(scope, r); err != nil {
						return err
					}
					if _, err := cabinets.ByPK(scope, r.ID); err != nil {
						return err
					}
					return db.WithContext(scope).First(&cabinet{}, r.ID).Error
				}(); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	for _, mode := range []devpg.StopMode{devpg.StopFast, devpg.StopImmediate} {
		require.NoError(t, p.standby.Stop(ctx, mode))
		require.NoError(t, p.standby.Start(ctx))
		before := gormango.Stats(db).Replicas[0].Reads
		require.Eventually(t, func() bool { return gormango.Stats(db).Replicas[0].Reads > before || len(errs) > 0 }, 60*time.Second, 10*time.Millisecond)
	}
	over.Store(true)
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

// What a replica's server says about the statement itself is the answer.
func TestErrorsOfAReplica(t *testing.T) {
	t.Parallel()
	p := newPair(t, nil)
	ctx, db := p.open(t)
	err := db.WithContext(ctx).Model(&site{}).Select("1 / (id - 1)").Find(&[]map[string]any{}).Error
	var data *gormango.DataError
	require.ErrorAs(t, err, &data)
	var pgErr *pgconn.PgError
	require.ErrorAs(t, err, &pgErr)
	require.Equal(t, "22012", pgErr.Code)
	s := gormango.Stats(db).Replicas[0]
	require.Zero(t, s.Moved)
	require.ErrorIs(t, db.WithContext(ctx).First(&site{}, 2).Error, gorm.ErrRecordNotFound)

	// But what it refuses for being a standby is asked of the primary.
	_, err = p.admin.Exec(ctx, "CREATE UNLOGGED TABLE scratch (id int); INSERT INTO scratch VALUES (1)")
	require.NoError(t, err)
	p.catchUp(t)
	var n int64
	require.NoError(t, db.WithContext(ctx).Table("scratch").Count(&n).Error)
	require.Equal(t, int64(1), n)
	require.NoError(t, db.WithContext(ctx).Model(&site{}).Select("pg_current_wal_lsn()::text").Row().Scan(new(string)))
	s = gormango.Stats(db).Replicas[0]
	require.Equal(t, int64(2), s.Moved)
	require.False(t, s.Resting)
}
