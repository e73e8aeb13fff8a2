package pgpool_test

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
)

func TestOf(t *testing.T) {
	t.Parallel()
	f := setup(t)
	session := &gorm.Session{PrepareStmt: true}
	tx := f.db.Begin()
	require.NoError(t, tx.Error)
	for name, c := range map[string]struct {
		db   *gorm.DB
		isTx bool
	}{
		"open":              {f.db, false},
		"session":           {f.db.WithContext(f.ctx).Where("id = 1"), false},
		"prepared":          {f.db.Session(session), false},
		"prepared twice":    {f.db.Session(session).Session(session), false},
		"transaction":       {tx, true},
		"prepared, then tx": {tx.Session(session), true},
	} {
		src, ok := pgpool.Of(c.db)
		require.True(t, ok, name)
		require.Same(t, f.pool, src.Pool(), name)
		require.Equal(t, c.isTx, src.Tx(f.ctx) != nil, name)
	}
	require.NoError(t, tx.Rollback().Error)

	_, ok := pgpool.Of(nil)
	require.False(t, ok)
	require.NoError(t, f.db.Connection(func(conn *gorm.DB) error {
		_, ok := pgpool.Of(conn)
		require.False(t, ok, "a *sql.Conn is not ours")
		return nil
	}))
	sqlDB, err := f.db.DB()
	require.NoError(t, err)
	foreign, err := gorm.Open(postgres.New(postgres.Config{Conn: sqlDB}))
	require.NoError(t, err)
	_, ok = pgpool.Of(foreign)
	require.False(t, ok)
}

func TestDoFreesTheConnection(t *testing.T) {
	t.Parallel()
	f := setup(t)
	for name, inside := range map[string]bool{"outside": false, "inside": true} {
		ctx := f.ctx
		if inside {
			var tx *pgpool.Tx
			ctx, tx = f.begin(t)
			defer func() { require.NoError(t, tx.Rollback()) }()
		}
		require.PanicsWithValue(t, "boom", func() {
			_ = f.src.Do(ctx, func(context.Context, *pgx.Conn) error { panic("boom") })
		}, name)
		require.PanicsWithValue(t, "boom", func() {
			_ = f.src.Native(ctx, 0, func(*pgx.Conn) error { panic("boom") })
		}, name)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = f.src.Do(ctx, func(context.Context, *pgx.Conn) error { runtime.Goexit(); return nil })
		}()
		<-done
		require.NoError(t, f.db.WithContext(ctx).Exec("SELECT 1").Error, name)
	}
}

func TestBusyWithAnOpenResult(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	db := f.db.WithContext(ctx)
	rows, err := db.Raw("SELECT generate_series(1, 3)").Rows() // the line of the error
	require.NoError(t, err)
	for name, err := range map[string]error{
		"exec":      db.Exec("SELECT 1").Error,
		"query":     db.Raw("SELECT 1").Scan(new(int)).Error,
		"savepoint": db.Transaction(func(*gorm.DB) error { return nil }),
		"native":    f.src.Do(ctx, func(context.Context, *pgx.Conn) error { return nil }),
	} {
		require.ErrorIs(t, err, pgpool.ErrConnBusy, name)
		require.Regexp(t, `the result opened at pgpool/source_test\.go:\d+ is not read to its end \(close it first\)$`, err.Error(), name)
	}
	require.True(t, rows.Next())
	require.NoError(t, rows.Close())
	require.NoError(t, db.Exec("SELECT 1").Error)

	rows, err = db.Raw("SELECT generate_series(1, 2)").Rows()
	require.NoError(t, err)
	n := 0
	for rows.Next() {
		n++
	}
	require.NoError(t, rows.Err())
	require.Equal(t, 2, n)
	require.NoError(t, db.Exec("SELECT 1").Error, "read to its end, not closed")
	require.NoError(t, rows.Close())
	require.NoError(t, tx.Rollback())
}

func TestBusyInsideNative(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, f.src.Native(ctx, 0, func(conn *pgx.Conn) error {
		for name, err := range map[string]error{
			"gorm":   f.db.WithContext(ctx).Exec("SELECT 1").Error,
			"query":  f.db.WithContext(ctx).Raw("SELECT 1").Scan(new(int)).Error,
			"native": f.src.Native(ctx, 0, func(*pgx.Conn) error { return nil }),
			"commit": tx.Commit(),
		} {
			require.ErrorIs(t, err, pgpool.ErrConnBusy, name)
			require.Regexp(t, `the native function at pgpool/source_test\.go:\d+ holds the connection`, err.Error(), name)
		}
		return nil
	}))
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	err := f.src.Native(ctx, 0, func(conn *pgx.Conn) error { return tx.Rollback() })
	require.NoError(t, err)
	require.ErrorIs(t, tx.Commit(), sql.ErrTxDone)
	require.Zero(t, f.count(t))
}

func TestNativeLeavesAResultOpen(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	leave := func(conn *pgx.Conn) error {
		_, err := conn.Query(f.ctx, "SELECT generate_series(1, 3)")
		return err
	}
	require.ErrorIs(t, f.src.Native(f.ctx, 0, leave), pgpool.ErrConnBusy)
	ctx, tx := f.begin(t)
	require.ErrorIs(t, f.src.Native(ctx, 0, leave), pgpool.ErrConnBusy)
	err := f.db.WithContext(ctx).Exec("SELECT 1").Error
	require.ErrorIs(t, err, pgpool.ErrConnBusy)
	require.Contains(t, err.Error(), "left a result open")
	require.Contains(t, err.Error(), "source_test.go")
	require.NoError(t, tx.Rollback())
	require.Zero(t, f.count(t))
}

func TestWaitForTheTurnObeysTheContext(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	holding, release := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- f.src.Do(ctx, func(context.Context, *pgx.Conn) error { close(holding); <-release; return nil })
	}()
	<-holding
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, f.db.WithContext(short).Exec("SELECT 1").Error, context.DeadlineExceeded)
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, f.db.WithContext(ctx).Exec("SELECT 1").Error)
	require.NoError(t, tx.Rollback())
}

func TestGoroutinesShareATransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	errs := make(chan error)
	for i := range 32 {
		go func() {
			errs <- func() error {
				for j := range 6 {
					text := strings.Repeat("x", 1+i*6+j)
					var err error
					switch (i + j) % 4 {
					case 0:
						err = f.db.WithContext(ctx).Create(&note{Text: text}).Error
					case 1:
						err = f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES (?)", text).Error
					case 2:
						err = f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
							_, err := conn.CopyFrom(ctx, pgx.Identifier{"notes"}, []string{"text"}, pgx.CopyFromRows([][]any{{text}}))
							return err
						})
					case 3:
						err = f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
							_, err := conn.Exec(ctx, "INSERT INTO notes (text) VALUES ($1)", text)
							return err
						})
					}
					// Another goroutine's INSERT … RETURNING may be between its row and its end.
					for errors.Is(err, gormango.ErrConnBusy) {
						time.Sleep(time.Millisecond)
						err = f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES (?)", text).Error
					}
					if err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	for range 32 {
		require.NoError(t, <-errs)
	}
	var n int64
	require.NoError(t, f.db.WithContext(ctx).Model(&note{}).Count(&n).Error)
	require.EqualValues(t, 192, n)
	require.NoError(t, tx.Rollback())
	require.Zero(t, f.count(t))
}

func TestGoroutinesOnThePool(t *testing.T) {
	t.Parallel()
	f := setup(t)
	errs := make(chan error)
	for i := range 32 {
		go func() {
			var err error
			for j := range 8 {
				ctx, cancel := f.ctx, context.CancelFunc(func() {})
				if (i+j)%3 == 0 {
					ctx, cancel = context.WithTimeout(f.ctx, time.Duration(1+j)*time.Millisecond)
				}
				err = errors.Join(err, ignoreCancel(f.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
					if err := tx.Create(&note{Text: strings.Repeat("y", 1+i*8+j)}).Error; err != nil {
						return err
					}
					var ns []note
					return tx.Limit(5).Find(&ns).Error
				})))
				cancel()
			}
			errs <- err
		}()
	}
	for range 32 {
		require.NoError(t, <-errs)
	}
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}
