package pgpool_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

// A call that asks for a second connection while its caller holds the whole
// pool waits for itself. The timeout ends the wait and names the caller's line.
func TestAWaitForItselfEndsAtTheTimeout(t *testing.T) {
	t.Parallel()
	f := setup(t, one, func(cfg *gormango.Config) { cfg.Pool.AcquireTimeout = 30 * time.Millisecond })
	outer := f.ctx // what the body uses by mistake
	blocked := func(err error, line string) {
		t.Helper()
		require.ErrorIs(t, err, pgpool.ErrPoolExhausted)
		require.Regexp(t, `1 of the pool's 1 are in use, held longest by `+line+`; the context carries no transaction`, err.Error())
	}
	ctx, tx := f.begin(t)
	line := `a transaction begun at pgpool/pool_test\.go:\d+`
	blocked(f.db.WithContext(outer).Exec("SELECT 1").Error, line)
	blocked(f.db.WithContext(outer).Raw("SELECT 1").Scan(new(int)).Error, line)
	blocked(f.db.WithContext(outer).Begin().Error, line)
	blocked(f.src.Do(outer, func(context.Context, *pgx.Conn) error { return nil }), line)
	require.NoError(t, f.db.WithContext(ctx).Exec("SELECT 1").Error)
	require.NoError(t, tx.Rollback())

	require.NoError(t, f.src.Native(outer, 0, func(*pgx.Conn) error {
		blocked(f.db.WithContext(outer).Exec("SELECT 1").Error, `a native function at pgpool/holder_test\.go:\d+`)
		return nil
	}))
	require.NoError(t, f.db.WithContext(outer).Exec("SELECT 1").Error)
}

// The error of the timeout names the lines that hold the connections.
func TestTheTimeoutNamesTheHolders(t *testing.T) {
	t.Parallel()
	raw := over(t, setup(t, one).pool, pgpool.Options{AcquireTimeout: time.Minute}) // of what has to succeed
	ctx := t.Context()
	impatient := func() error {
		raw.SetAcquireTimeout(30 * time.Millisecond)
		defer raw.SetAcquireTimeout(time.Minute)
		_, err := raw.ExecContext(ctx, "SELECT 1")
		return err
	}

	rows, err := raw.QueryContext(ctx, "SELECT generate_series(1, 3)")
	require.NoError(t, err)
	err = impatient()
	var timeout *pgpool.AcquireTimeoutError
	require.ErrorAs(t, err, &timeout)
	require.ErrorIs(t, err, pgpool.ErrPoolExhausted)
	require.Regexp(t, `1 of the pool's 1 are in use, held longest by a result at pgpool/holder_test\.go:\d+; the context carries no transaction`, err.Error())
	require.NoError(t, rows.Close())
	_, err = raw.ExecContext(ctx, "SELECT 1")
	require.NoError(t, err)

	handed, err := raw.BeginTx(ctx, nil) // GORM's Begin: another goroutine may commit it
	require.NoError(t, err)
	err = impatient()
	require.ErrorAs(t, err, &timeout)
	require.ErrorContains(t, err, "a transaction begun at pgpool/holder_test.go")
	require.NoError(t, handed.(*pgpool.Tx).Rollback())

	// A transaction whose context has ended is on its way out.
	short, cancel := context.WithCancel(ctx)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: raw}))
	require.NoError(t, err)
	src, ok := pgpool.Of(db)
	require.True(t, ok)
	_, err = src.Begin(short, pgx.TxOptions{})
	require.NoError(t, err)
	cancel()
	_, err = raw.ExecContext(ctx, "SELECT 1")
	require.NoError(t, err)
}
