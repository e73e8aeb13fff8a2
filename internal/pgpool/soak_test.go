package pgpool_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// The tests of this file repeat what may go wrong by chance, ten times by
// default and a hundred times with GORMANGO_LONG=1. The fixture fails when a
// connection is not given back, TestMain when a goroutine is left.

// within fails instead of hanging.
func within(t *testing.T, limit time.Duration, fn func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(limit):
		t.Fatal("it hangs")
	}
}

func notes(t *testing.T, n int, change ...func(*gormango.Config)) (fixture, *repo.Repository[note]) {
	f := setup(t, append([]func(*gormango.Config){func(cfg *gormango.Config) { cfg.Models = []any{&note{}} }}, change...)...)
	require.NoError(t, f.db.Exec("INSERT INTO notes (text) SELECT 'n' || g FROM generate_series(1, ?) g", n).Error)
	return f, repo.New[note](f.db)
}

func TestSoakIterWithWritesInItsBody(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 5, one)
	for run := range runs() {
		within(t, 30*time.Second, func() error {
			return txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
				seen := 0
				for n, err := range rows.OrderBy("id").Iter(ctx) {
					if err != nil {
						return err
					}
					seen++
					switch n.Text = fmt.Sprintf("r%d n%d", run, n.ID); run % 4 {
					case 0:
						err = rows.Save(ctx, n)
					case 1:
						err = f.db.WithContext(ctx).Save(n).Error
					case 2:
						err = gormango.Native(ctx, f.db, func(conn *pgx.Conn) error {
							_, err := conn.Exec(ctx, "UPDATE notes SET text = $1 WHERE id = $2", n.Text, n.ID)
							return err
						})
					case 3:
						err = txutil.Atomic(ctx, f.db, func(ctx context.Context) error { return rows.Save(ctx, n) })
					}
					if err != nil {
						return err
					}
					if run%5 == 4 {
						break
					}
				}
				if run%5 != 4 && seen != 5 {
					return fmt.Errorf("%d rows of 5", seen)
				}
				return nil
			})
		})
	}
}

// Outside a transaction the loop holds the only connection, so a statement of
// its body cannot run.
func TestSoakIterOnAPoolOfOne(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 5, one, func(cfg *gormango.Config) { cfg.Pool.AcquireTimeout = 5 * time.Millisecond })
	for range runs() {
		within(t, 30*time.Second, func() error {
			for n, err := range rows.OrderBy("id").Iter(f.ctx) { // the line of the error
				if err != nil {
					return err
				}
				err = rows.Save(f.ctx, n)
				require.ErrorIs(t, err, pgpool.ErrPoolExhausted)
				require.Regexp(t, `held longest by a transaction begun at pgpool/soak_test\.go:\d+; the context carries no transaction`, err.Error())
				require.ErrorIs(t, f.db.WithContext(f.ctx).Save(n).Error, pgpool.ErrPoolExhausted)
			}
			return f.db.WithContext(f.ctx).Exec("SELECT 1").Error
		})
	}
}

func TestSoakEarlyReturnOutOfRows(t *testing.T) {
	t.Parallel()
	f, _ := notes(t, 200, one)
	ctx, cancel := context.WithCancel(f.ctx) // as of a worker that lives long
	defer cancel()
	early := errors.New("early")
	for run := range runs() {
		within(t, 30*time.Second, func() error {
			var pinned *sql.Rows
			err := f.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
				rows, err := tx.Model(&note{}).Rows()
				if err != nil {
					return err
				}
				if rows.Next() {
					if run%2 == 0 {
						var raw sql.RawBytes // pins the row until it is closed; a sql.Tx would wait for that
						pinned = rows
						var id int64
						if err := rows.Scan(&id, &raw); err != nil {
							return err
						}
					}
					if run%3 == 0 {
						return early // rows is not closed
					}
					return nil
				}
				return errors.New("no rows")
			})
			if pinned != nil {
				_ = pinned.Close()
			}
			if run%3 == 0 && errors.Is(err, early) {
				err = nil
			}
			return err
		})
	}
}

// Every kind of call, ended at a random moment: it works or says that its
// context is over, and what it wrote is whole or not there.
func TestSoakRandomCancellation(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 20, func(cfg *gormango.Config) { cfg.Pool.Max = 4 })
	prepared := f.db.Session(&gorm.Session{PrepareStmt: true})
	pair := func(name string) []note { return []note{{Text: name + " a"}, {Text: name + " b"}} }
	calls := map[string]func(ctx context.Context, name string) error{
		"find":  func(ctx context.Context, _ string) error { return f.db.WithContext(ctx).Find(&[]note{}).Error },
		"first": func(ctx context.Context, _ string) error { return prepared.WithContext(ctx).First(&note{}).Error },
		"create": func(ctx context.Context, name string) error {
			ns := pair(name)
			return f.db.WithContext(ctx).Create(&ns).Error
		},
		"created by a prepared session": func(ctx context.Context, name string) error {
			ns := pair(name)
			return prepared.WithContext(ctx).Create(&ns).Error
		},
		"raw rows": func(ctx context.Context, _ string) error {
			rs, err := f.db.WithContext(ctx).Raw("SELECT generate_series(1, 3000)").Rows()
			if err != nil {
				return err
			}
			defer rs.Close()
			for rs.Next() {
			}
			return rs.Err()
		},
		"db.Transaction": func(ctx context.Context, name string) error {
			return f.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
				if err := tx.Create(&note{Text: name + " a"}).Error; err != nil {
					return err
				}
				return tx.Transaction(func(tx *gorm.DB) error { return tx.Create(&note{Text: name + " b"}).Error })
			})
		},
		"Atomic": func(ctx context.Context, name string) error {
			return txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
				if err := rows.Create(ctx, &note{Text: name + " a"}); err != nil {
					return err
				}
				return txutil.Atomic(ctx, f.db, func(ctx context.Context) error { return rows.Create(ctx, &note{Text: name + " b"}) })
			}, txutil.Retry(2))
		},
		"Iter": func(ctx context.Context, _ string) error {
			for _, err := range rows.Iter(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"copy": func(ctx context.Context, name string) error {
			return f.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
				_, err := conn.CopyFrom(ctx, pgx.Identifier{"notes"}, []string{"text"}, pgx.CopyFromRows([][]any{{name + " a"}, {name + " b"}}))
				return err
			})
		},
		"Connection": func(ctx context.Context, _ string) error {
			return f.db.WithContext(ctx).Connection(func(tx *gorm.DB) error { return tx.Exec("SELECT 1").Error })
		},
		"sql.DB": func(ctx context.Context, _ string) error {
			sqlDB, err := f.db.DB()
			if err != nil {
				return err
			}
			var n int
			return sqlDB.QueryRowContext(ctx, "SELECT count(*) FROM notes").Scan(&n)
		},
	}
	var mu sync.Mutex
	ended := map[string]int{}
	var wg sync.WaitGroup
	for name, call := range calls {
		wg.Go(func() {
			for run := range runs() {
				ctx, cancel := context.WithCancel(f.ctx)
				timer := time.AfterFunc(rand.N(15*time.Millisecond), cancel)
				err := call(ctx, fmt.Sprintf("%s %d", name, run))
				timer.Stop()
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("%s: %v", name, err)
				}
				if err != nil {
					mu.Lock()
					ended[name]++
					mu.Unlock()
				}
				cancel()
			}
		})
	}
	within(t, 10*time.Minute, func() error { wg.Wait(); return nil })
	t.Log("ended by their context:", ended, "of", runs(), "each; connections opened:", f.pool.Pgx().Stat().NewConnsCount())
	var halves []string
	require.NoError(t, f.db.Raw("SELECT left(text, -2) FROM notes WHERE text LIKE '% _' GROUP BY 1 HAVING count(*) <> 2").Scan(&halves).Error)
	require.Empty(t, halves)
}
