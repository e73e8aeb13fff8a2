package gormango_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/bouncer"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type parcel struct {
	ID   int64
	Name string `gorm:"not null"`
	Note []byte `gorm:"type:jsonb"`
}

func execMode(t testing.TB, ctx context.Context, cfg gormango.Config) (mode pgx.QueryExecMode) {
	t.Helper()
	_, db := open(t, cfg)
	require.NoError(t, gormango.Native(ctx, db, func(conn *pgx.Conn) error {
		mode = conn.Config().DefaultQueryExecMode
		return nil
	}))
	return mode
}

func TestPoolerIsDetected(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	ctx := context.Background()
	require.Equal(t, pgx.QueryExecModeCacheDescribe, execMode(t, ctx, gormango.Config{URL: pooled}))
	require.Equal(t, pgx.QueryExecModeCacheDescribe, execMode(t, ctx, gormango.Config{URL: pooled, Lazy: true}))
	require.Equal(t, pgx.QueryExecModeExec, execMode(t, ctx, gormango.Config{URL: pooled + "&default_query_exec_mode=exec"}), "somebody chose")
	require.Equal(t, pgx.QueryExecModeCacheStatement, execMode(t, ctx, gormango.Config{URL: pooled, Pooler: gormango.Direct}))
	require.Equal(t, pgx.QueryExecModeCacheStatement, execMode(t, ctx, gormango.Config{URL: direct}))
	require.Equal(t, pgx.QueryExecModeCacheDescribe, execMode(t, ctx, gormango.Config{URL: direct, Pooler: gormango.Transaction}))
}

// 200 goroutines share 50 connections to the pooler, and these its 5 to the
// server.
func TestPoolerUnderManyGoroutines(t *testing.T) {
	t.Parallel()
	pooled, _ := bouncer.Start(t)
	ctx, db := open(t, gormango.Config{URL: pooled, Models: []any{&parcel{}}, Pool: gormango.Pool{Max: 50, AcquireTimeout: time.Minute}})
	require.NoError(t, db.AutoMigrate(&parcel{}))
	parcels := repo.New[parcel](db)
	goroutines, rounds := 200, longtest.Count(1, 5)
	require.NoError(t, each(ctx, goroutines, func(ctx context.Context, i int) error {
		for round := range rounds {
			name := fmt.Sprintf("%d/%d", i, round)
			note, _ := json.Marshal(map[string]int{"i": i})
			if err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
				if err := db.WithContext(ctx).Create(&parcel{Name: name, Note: note}).Error; err != nil {
					return err
				}
				return gormango.Native(ctx, db, func(conn *pgx.Conn) error {
					_, err := conn.Exec(ctx, "UPDATE parcels SET note = note || $1 WHERE name = $2", []byte(`{"b": true}`), name)
					return err
				})
			}); err != nil {
				return err
			}
			if err := parcels.Create(ctx, &parcel{Name: name, Note: note}); err != nil {
				return err
			}
			got, err := parcels.Filter("name", name).All(ctx)
			if err != nil {
				return err
			}
			if len(got) != 2 {
				return fmt.Errorf("%d parcels named %q", len(got), name)
			}
			var n int64
			if err := db.WithContext(ctx).Model(&parcel{}).Where("note->>'i' = ? AND name LIKE ?", fmt.Sprint(i), "%/"+fmt.Sprint(round)).Count(&n).Error; err != nil {
				return err
			}
			if n != 2 {
				return fmt.Errorf("%d notes of %q", n, name)
			}
		}
		return nil
	}))
	n, err := parcels.Count(ctx)
	require.NoError(t, err)
	require.Equal(t, int64(goroutines*rounds*2), int64(n))
}

// What a caller may hand over for a jsonb column goes out as JSON, not as
// bytea.
func TestPoolerKeepsJSON(t *testing.T) {
	t.Parallel()
	pooled, _ := bouncer.Start(t)
	ctx, db := open(t, gormango.Config{URL: pooled})
	require.NoError(t, db.AutoMigrate(&parcel{}))
	for i, v := range []any{[]byte(`{"a": 1}`), json.RawMessage(`{"a": 1}`), `{"a": 1}`} {
		name := fmt.Sprint(i)
		require.NoError(t, db.Exec("INSERT INTO parcels (name, note) VALUES (?, ?)", name, v).Error)
		require.NoError(t, gormango.Native(ctx, db, func(conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "INSERT INTO parcels (name, note) VALUES ($1, $2)", name, v)
			return err
		}))
		var p []parcel
		require.NoError(t, db.Where("name = ?", name).Find(&p).Error)
		require.Len(t, p, 2)
		require.JSONEq(t, `{"a": 1}`, string(p[0].Note))
		require.JSONEq(t, `{"a": 1}`, string(p[1].Note))
	}
}

// Settings of the session travel with BEGIN, and one warning says so.
func TestPoolerSettings(t *testing.T) {
	t.Parallel()
	pooled, direct := bouncer.Start(t)
	var out bytes.Buffer
	cfg := gormango.Config{
		StatementTimeout: 1234 * time.Millisecond, LockTimeout: time.Second, IdleInTransactionTimeout: time.Minute,
		PlanCacheMode: "force_custom_plan", Logger: slog.New(slog.NewTextHandler(&out, nil)),
	}
	cfg.URL = pooled
	ctx, db := open(t, cfg)
	require.Equal(t, "0", show(t, db, "SHOW statement_timeout"))
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		tx := db.WithContext(ctx)
		require.Equal(t, "1234ms", show(t, tx, "SHOW statement_timeout"))
		require.Equal(t, "1s", show(t, tx, "SHOW lock_timeout"))
		require.Equal(t, "1min", show(t, tx, "SHOW idle_in_transaction_session_timeout"))
		require.Equal(t, "force_custom_plan", show(t, tx, "SHOW plan_cache_mode"))
		return nil
	}))
	require.Equal(t, 1, strings.Count(out.String(), "hold inside transactions only"), out.String())
	require.Contains(t, out.String(), "statement_timeout, lock_timeout, idle_in_transaction_session_timeout, plan_cache_mode")

	_, db = open(t, gormango.Config{URL: pooled + "&statement_timeout=4s"})
	require.Equal(t, "0", show(t, db, "SHOW statement_timeout"), "and the pooler does not refuse the URL")

	cfg.URL = direct
	out.Reset()
	_, db = open(t, cfg)
	require.Equal(t, "1234ms", show(t, db, "SHOW statement_timeout"), "without a pooler everywhere")
	require.Empty(t, out.String())
}

// PgBouncer 1.18 dies of a client that leaves while its request to cancel is
// under way.
func TestPoolerCancelKeepsTheConnection(t *testing.T) {
	t.Parallel()
	pooled, _ := bouncer.Start(t)
	const workers = 5
	ctx, db := open(t, gormango.Config{URL: pooled, SlowQuery: -1, Pool: gormango.Pool{Max: workers, Min: workers}})
	require.NoError(t, each(ctx, workers, func(ctx context.Context, i int) error {
		for round := range 8 {
			short, cancel := context.WithTimeout(ctx, time.Duration(i+10*round)*time.Millisecond)
			err := db.WithContext(short).Exec("SELECT pg_sleep(30)").Error
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("want the end of the context, got: %w", err)
			}
			if err := db.WithContext(ctx).Exec("SELECT pg_sleep(0.01)").Error; err != nil {
				return err
			}
		}
		return nil
	}))
	require.LessOrEqual(t, gormango.Stats(db).Opened, int64(workers+2))
}

// each runs fn in n goroutines and joins their errors.
func each(ctx context.Context, n int, fn func(ctx context.Context, i int) error) error {
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- fn(ctx, i) }()
	}
	var all error
	for range n {
		if err := <-errs; err != nil && all == nil {
			all = errors.Join(all, err)
		}
	}
	return all
}
