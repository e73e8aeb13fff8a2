package txutil_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// fails runs a statement that the server refuses with an SQLSTATE.
func fails(ctx context.Context, db *gorm.DB, code string) error {
	return db.WithContext(ctx).Exec(fmt.Sprintf("DO $$ BEGIN RAISE 'no luck' USING ERRCODE = '%s'; END $$", code)).Error
}

func TestRetryWhat(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	for code, want := range map[string]int{
		"40001": 3, "40P01": 3, // serialization failure, deadlock
		"23505": 1, "22012": 1, "42703": 1, "57014": 1, "P0001": 1,
	} {
		runs, undone := 0, 0
		err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
			runs++
			require.NoError(t, txutil.AfterRollback(ctx, db, func(context.Context) { undone++ }))
			require.NoError(t, db.WithContext(ctx).Create(&Order{Name: "x"}).Error, "nothing is left of the attempt before")
			return fails(ctx, db, code)
		}, txutil.Retry(3))
		var pgErr *pgconn.PgError
		require.ErrorAs(t, err, &pgErr, code)
		require.Equal(t, code, pgErr.Code)
		require.Equal(t, want, runs, code)
		require.Equal(t, want, undone, code)
		if want > 1 {
			require.ErrorContains(t, err, "txutil: gave up after 3 attempts: ")
		}
	}
	require.Empty(t, names(t, db))
}

func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	for name, hide := range map[string]bool{"returned": false, "hidden by the function": true} {
		runs := 0
		require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			runs++
			require.NoError(t, db.WithContext(ctx).Create(&Order{Name: name}).Error)
			if runs == 3 {
				return nil
			}
			err := fails(ctx, db, "40001")
			if hide {
				err = nil
			}
			return err
		}, txutil.Retry(5)), name)
		require.Equal(t, 3, runs, name)
	}
	require.ElementsMatch(t, []string{"returned", "hidden by the function"}, names(t, db))
}

func TestRetryObeysItsContext(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs := 0
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		runs++
		err := fails(ctx, db, "40001")
		if runs == 3 {
			cancel()
		}
		return err
	}, txutil.Retry(1000000))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "txutil: no time for attempt 4")
	require.Equal(t, 3, runs)
}

func TestRetryNotAfterTheCommit(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	runs := 0
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		runs++
		return txutil.OnCommit(ctx, db, func(ctx context.Context) error { return fails(ctx, db, "40001") })
	}, txutil.Retry(3))
	var after *txutil.AfterCommitError
	require.ErrorAs(t, err, &after)
	require.False(t, gormango.IsRetryable(err))
	require.Equal(t, 1, runs)
	runs = 0
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(context.Context) error {
		runs++
		return gormango.ErrCommitUnknown // of a transaction inside, say of another database
	}, txutil.Retry(3)), gormango.ErrCommitUnknown)
	require.Equal(t, 1, runs)
}

func TestRetryAfterALostConnection(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	defer func() { require.NoError(t, gormango.Close(db)) }()
	require.NoError(t, db.AutoMigrate(&Order{}, &Line{}))
	kill := func(ctx context.Context) error { // closes the connection that ctx uses
		return gormango.Native(ctx, db, func(conn *pgx.Conn) error {
			var pid int // the server's own, since a pooler's clients see others
			if err := conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				return err
			}
			if err := db.Exec("SELECT pg_terminate_backend(?, 5000)", pid).Error; err != nil {
				return err
			}
			_, err := conn.Exec(ctx, "SELECT 1")
			return err
		})
	}
	runs := 0
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if runs++; runs == 1 {
			err := kill(ctx)
			require.ErrorIs(t, err, gormango.ErrConnectionLost)
			return err
		}
		return db.WithContext(ctx).Create(&Order{Name: "second"}).Error
	}, txutil.Retry(3)))
	require.Equal(t, 2, runs)
	require.Equal(t, []string{"second"}, names(t, db))

	// It ends between the last statement and the COMMIT.
	runs = 0
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := db.WithContext(ctx).Create(&Order{Name: "third"}).Error; err != nil {
			return err
		}
		if runs++; runs > 1 {
			return nil
		}
		var pid int
		if err := db.WithContext(ctx).Raw("SELECT pg_backend_pid()").Scan(&pid).Error; err != nil {
			return err
		}
		return db.Exec("SELECT pg_terminate_backend(?, 5000)", pid).Error
	}, txutil.Retry(3)))
	require.Equal(t, 2, runs)
	require.Equal(t, []string{"second", "third"}, names(t, db))

	runs = 0
	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		runs++
		return kill(txutil.Without(ctx)) // autonomous work, which may or may not be done
	}, txutil.Retry(3))
	require.ErrorIs(t, err, gormango.ErrConnectionLost)
	require.Equal(t, 1, runs)
}

// Serializable writers that read each other's rows: about half of them fail
// without Retry.
func TestRetryUnderContention(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Pool: gormango.Pool{Max: 8}})
	require.NoError(t, err)
	defer func() { require.NoError(t, gormango.Close(db)) }()
	require.NoError(t, db.Exec("CREATE TABLE counters AS SELECT 0 AS n").Error)
	const writers, each = 4, 25
	errs := make(chan error)
	for range writers {
		go func() {
			var err error
			for range each {
				err = errors.Join(err, txutil.Atomic(ctx, db, func(ctx context.Context) error {
					var n int
					if err := db.WithContext(ctx).Raw("SELECT n FROM counters").Scan(&n).Error; err != nil {
						return err
					}
					return db.WithContext(ctx).Exec("UPDATE counters SET n = ?", n+1).Error
				}, txutil.Isolation(txutil.Serializable), txutil.Retry(50)))
			}
			errs <- err
		}()
	}
	for range writers {
		require.NoError(t, <-errs)
	}
	var n int
	require.NoError(t, db.Raw("SELECT n FROM counters").Scan(&n).Error)
	require.Equal(t, writers*each, n)
}

// The server ends an idle transaction before it reads the COMMIT.
func TestRetryAfterTheTimeoutOfAnIdleTransaction(t *testing.T) {
	t.Parallel()
	ctx, db := setup(t)
	runs := 0
	block := func(attempts int) error {
		runs = 0
		return txutil.Atomic(ctx, db, func(ctx context.Context) error {
			if runs++; runs == 1 {
				if err := txutil.SetLocal(ctx, db, "idle_in_transaction_session_timeout", "20ms"); err != nil {
					return err
				}
			}
			if err := db.WithContext(ctx).Create(&Order{Name: "once"}).Error; err != nil {
				return err
			}
			if runs == 1 {
				time.Sleep(200 * time.Millisecond)
			}
			return nil
		}, txutil.Retry(attempts))
	}
	err := block(1)
	require.True(t, gormango.IsRetryable(err), "%v", err)
	require.ErrorIs(t, err, gormango.ErrConnectionLost)
	require.NotErrorIs(t, err, gormango.ErrCommitUnknown)
	require.Empty(t, names(t, db))
	require.NoError(t, block(2))
	require.Equal(t, 2, runs)
	require.Equal(t, []string{"once"}, names(t, db))
}
