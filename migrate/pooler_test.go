package migrate_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

const noLockIsLeft = `SELECT 'x' FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

// Auto behind a pooler, with a pool of its own for each of 20 starters, or 200:
// one does the work.
func TestAutoBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	total := atOnce(t, longtest.Size(20, 200), func(int) (migrate.Report, error) {
		db, err := gormango.Open(t.Context(), gormango.Config{URL: pooled, Models: zoo, Pool: gormango.Pool{Max: 2}})
		if err != nil {
			return migrate.Report{}, err
		}
		defer gormango.Close(db)
		return migrate.Auto(t.Context(), db)
	})
	requireMadeOnce(t, direct, total)
}

// The steps of large tables, which hold the lock on another connection, are
// made once too.
func TestAutoOfLargeTablesBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	_, next, large := gaugesAt(t, pooled)
	total := atOnce(t, 8, func(int) (migrate.Report, error) {
		return migrate.AutoLarge(t.Context(), next(), large)
	})
	require.Equal(t, safeForms, total)
	db := open(t, direct)
	requireWhole(t, db)
	requireSameAsNew(t, db)
	require.Empty(t, names(t, db, noLockIsLeft))
}

// The steps of Run are made once behind a pooler, a step in Go included.
func TestRunBehindAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	_, next := deskAt(t, pooled)
	var steps []string
	total := atOnce(t, longtest.Size(20, 200), func(i int) (migrate.Report, error) {
		report, err := migrate.Run(t.Context(), next(desk2...), deskSteps()...)
		return migrate.Report{Statements: report.Steps}, err
	})
	for _, s := range deskSteps() {
		steps = append(steps, s.Name())
	}
	require.ElementsMatch(t, steps, total, "each step by one starter")
	db := open(t, direct)
	require.Equal(t, []string{"+"}, names(t, db, `SELECT DISTINCT phone FROM agents`))
	fresh := database(t)(desk2...)
	_, err := migrate.Auto(t.Context(), fresh)
	require.NoError(t, err)
	require.Equal(t, contents(t, fresh), contents(t, db))
	require.Empty(t, names(t, db, noLockIsLeft))
}

// A lock of the session, which other tools take, does not keep two starters
// apart behind a pooler, and stays behind them. The lock of this package does,
// and does not.
func TestControlOfASessionLock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pooled, direct := bouncer.Start(t)
	db := open(t, direct)
	client := func() *pgx.Conn {
		cfg, err := pgx.ParseConfig(pooled)
		require.NoError(t, err)
		cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
		conn, err := pgx.ConnectConfig(ctx, cfg)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close(ctx) })
		return conn
	}
	ask := func(conn *pgx.Conn, sql string) (yes bool) {
		require.NoError(t, conn.QueryRow(ctx, sql).Scan(&yes))
		return yes
	}
	first, second, other := client(), client(), client()
	require.True(t, ask(first, `SELECT pg_try_advisory_lock(4711)`))
	require.True(t, ask(second, `SELECT pg_try_advisory_lock(4711)`), "the second starter is in too")
	tx, err := other.Begin(ctx) // has the connection with the lock
	require.NoError(t, err)
	_, err = tx.Exec(ctx, `SELECT 1`)
	require.NoError(t, err)
	require.False(t, ask(first, `SELECT pg_advisory_unlock(4711)`), "on another connection")
	require.NoError(t, tx.Rollback(ctx))
	for _, conn := range []*pgx.Conn{first, second, other} {
		require.NoError(t, conn.Close(ctx))
	}
	require.Len(t, names(t, db, noLockIsLeft), 1, "a lock is left")
	names(t, db, `SELECT pg_terminate_backend(pid)::text FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	require.Eventually(t, func() bool { // PgBouncer notices the connections that have ended
		conn, err := pgx.Connect(ctx, pooled)
		if err != nil {
			return false
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, `SELECT 1`, pgx.QueryExecModeExec)
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)

	s := loadSet(t, shopFiles())
	starter := open(t, pooled)
	beside := 0
	_, err = migrate.Up(ctx, starter, s, migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "statement" {
			beside++
			_, err := migrate.Up(ctx, starter, s, migrate.MaxWait(time.Millisecond))
			require.ErrorIs(t, err, migrate.ErrBusy)
		}
	}))
	require.NoError(t, err)
	require.Equal(t, 3, beside)
	require.Empty(t, names(t, db, noLockIsLeft))
}
