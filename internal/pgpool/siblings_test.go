package pgpool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// told collects what blocks were told about the rows that they wrote.
type told struct {
	mu   sync.Mutex
	done map[string]bool
}

func (d *told) say(name string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done == nil {
		d.done = map[string]bool{}
	}
	d.done[name] = err == nil
}

// check compares with what is stored, where the outer block was told outer.
func (d *told) check(t *testing.T, f fixture, outer error) (kept int) {
	t.Helper()
	var texts []string
	require.NoError(t, f.db.Model(&note{}).Pluck("text", &texts).Error)
	if outer != nil {
		require.Empty(t, texts, "the outer block failed: %v", outer)
		return 0
	}
	for name, done := range d.done {
		if done != slices.Contains(texts, name) {
			t.Errorf("%s: told %v, stored %v", name, done, !done)
		}
	}
	return len(texts)
}

func TestBlocksOfOneBlockTakeTurns(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 0, one)
	var said told
	outer := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				name := fmt.Sprint("item ", i)
				said.say(name, txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
					if err := rows.Create(ctx, &note{Text: name}); err != nil || i%5 != 0 {
						return err
					}
					return errBoom
				}))
			})
		}
		wg.Wait()
		return nil
	})
	require.NoError(t, outer)
	require.Equal(t, 32, said.check(t, f, outer))
}

// Two handles of one goroutine overlap in each of the ways.
func TestOverlappingHandles(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(a, b *gorm.DB) (errA, errB error){
		"first commits first": func(a, b *gorm.DB) (error, error) { return a.Commit().Error, b.Commit().Error },
		"first commits, second rolls back": func(a, b *gorm.DB) (error, error) {
			return a.Commit().Error, errors.Join(errBoom, b.Rollback().Error)
		},
		"first rolls back, second commits": func(a, b *gorm.DB) (error, error) {
			return errors.Join(errBoom, a.Rollback().Error), b.Commit().Error
		},
		"second commits first": func(a, b *gorm.DB) (error, error) {
			errB := b.Commit().Error
			return a.Commit().Error, errB
		},
		"second rolls back first": func(a, b *gorm.DB) (error, error) {
			errB := errors.Join(errBoom, b.Rollback().Error)
			return a.Commit().Error, errB
		},
		"second commits, first rolls back": func(a, b *gorm.DB) (error, error) {
			errB := b.Commit().Error
			return errors.Join(errBoom, a.Rollback().Error), errB
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := notes(t, 0, one)
			var said told
			outer := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
				a := f.db.WithContext(ctx).Begin()
				require.NoError(t, a.Error)
				firstA := a.Create(&note{Text: "a1"}).Error
				b := f.db.WithContext(ctx).Begin()
				require.NoError(t, b.Error)
				secondA := a.Create(&note{Text: "a2"}).Error
				firstB := b.Create(&note{Text: "b"}).Error
				said.say("outer", f.db.WithContext(ctx).Create(&note{Text: "outer"}).Error)
				errA, errB := ends(a, b)
				said.say("a1", errors.Join(firstA, errA))
				said.say("a2", errors.Join(secondA, errA))
				said.say("b", errors.Join(firstB, errB))
				return nil
			})
			said.check(t, f, outer)
		})
	}
}

// A block of the same goroutine with the context of a block around does not
// wait for itself: it is what GORM's Transaction has around calls with ctx.
func TestABlockInsideAnotherByTheContextAround(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 0, one)
	nested := func(fails bool) error {
		return txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
			err := f.db.WithContext(ctx).Transaction(func(*gorm.DB) error {
				if err := txutil.Atomic(ctx, f.db, func(ctx context.Context) error { return rows.Create(ctx, &note{Text: "x"}) }); err != nil {
					return err
				}
				if fails {
					return errBoom
				}
				return nil
			})
			if fails {
				require.ErrorIs(t, err, errBoom)
				return nil // though the block inside was told that it is done
			}
			return err
		})
	}
	require.ErrorContains(t, nested(true), "the block must roll back")
	require.Zero(t, f.count(t))
	require.NoError(t, nested(false))
	require.EqualValues(t, 1, f.count(t))
}

// What the outer block writes while an inner one of another goroutine is open
// stays, or the outer block fails.
func TestWritesAroundAnOpenBlock(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(ctx context.Context, f fixture, rows *repo.Repository[note]) error{
		"repository": func(ctx context.Context, _ fixture, rows *repo.Repository[note]) error {
			return rows.Create(ctx, &note{Text: "outer"})
		},
		"gorm": func(ctx context.Context, f fixture, _ *repo.Repository[note]) error {
			return f.db.WithContext(ctx).Create(&note{Text: "outer"}).Error
		},
		"exec": func(ctx context.Context, f fixture, _ *repo.Repository[note]) error {
			return f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES ('outer')").Error
		},
		"native": func(ctx context.Context, f fixture, _ *repo.Repository[note]) error {
			return gormango.Native(ctx, f.db, func(conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, "INSERT INTO notes (text) VALUES ('outer')")
				return err
			})
		},
		"a callback": func(ctx context.Context, f fixture, rows *repo.Repository[note]) error {
			return txutil.OnCommit(ctx, f.db, func(ctx context.Context) error { return rows.Create(ctx, &note{Text: "outer"}) })
		},
		"a block without a savepoint": func(ctx context.Context, f fixture, rows *repo.Repository[note]) error {
			return txutil.Atomic(ctx, f.db, func(ctx context.Context) error { return rows.Create(ctx, &note{Text: "outer"}) }, txutil.WithoutSavepoint())
		},
		"a read": func(ctx context.Context, _ fixture, rows *repo.Repository[note]) error {
			_, err := rows.Count(ctx)
			return errors.Join(err, errBoom) // nothing is written
		},
	} {
		for _, fails := range []bool{true, false} {
			t.Run(fmt.Sprint(name, " ", fails), func(t *testing.T) {
				t.Parallel()
				f, rows := notes(t, 0, one)
				var said told
				outer := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
					open, written, ended := make(chan bool), make(chan bool), make(chan bool)
					go func() {
						defer close(ended)
						said.say("inner", txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
							err := rows.Create(ctx, &note{Text: "inner"})
							close(open)
							<-written
							if fails {
								return errBoom
							}
							return err
						}))
					}()
					<-open
					said.say("outer", write(ctx, f, rows))
					close(written)
					<-ended
					return nil
				})
				require.Equal(t, fails && name != "a read", outer != nil, "%v", outer)
				said.check(t, f, outer)
			})
		}
	}
}

// A failed block without a savepoint fails the block around it, whatever its
// siblings do meanwhile.
func TestFailureStaysThroughASibling(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 0, one)
	err := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
		open, failed, ended := make(chan bool), make(chan bool), make(chan bool)
		go func() {
			defer close(ended)
			_ = txutil.Atomic(ctx, f.db, func(ctx context.Context) error { close(open); <-failed; return errBoom })
		}()
		<-open
		_ = txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
			require.NoError(t, rows.Create(ctx, &note{Text: "half"}))
			return errBoom
		}, txutil.WithoutSavepoint())
		close(failed)
		<-ended
		return nil
	})
	require.ErrorIs(t, err, errBoom)
	require.Zero(t, f.count(t))
}

// A block whose sibling waits for it is refused in the end, or at the end of
// its context.
func TestBlocksThatWaitForEachOther(t *testing.T) {
	t.Parallel()
	f, _ := notes(t, 0, one, func(cfg *gormango.Config) { cfg.Pool.AcquireTimeout = 100 * time.Millisecond })
	for _, timeout := range []time.Duration{20 * time.Millisecond, time.Minute} {
		within(t, 10*time.Second, func() error {
			return txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
				open, refused, ended := make(chan bool), make(chan bool), make(chan error)
				go func() {
					ended <- txutil.Atomic(ctx, f.db, func(context.Context) error { close(open); <-refused; return nil })
				}()
				<-open
				short, cancel := context.WithTimeout(ctx, timeout)
				defer cancel()
				err := txutil.Atomic(short, f.db, func(context.Context) error { return nil })
				if timeout < time.Second {
					require.ErrorIs(t, err, context.DeadlineExceeded)
				} else {
					require.ErrorIs(t, err, gormango.ErrConnBusy)
					require.Regexp(t, `the block begun at pgpool/siblings_test\.go:\d+ is open`, err.Error())
				}
				close(refused)
				return <-ended
			})
		})
	}
}

// Those that wait for a turn hear that the block around them has ended.
func TestWaitingBlocksEndWithTheOuter(t *testing.T) {
	t.Parallel()
	f, _ := notes(t, 0, one)
	var wg sync.WaitGroup
	within(t, 10*time.Second, func() error {
		err := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
			open := make(chan bool)
			wg.Go(func() {
				_ = txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
					close(open)
					time.Sleep(50 * time.Millisecond)
					return f.db.WithContext(ctx).Exec("SELECT 1").Error
				})
			})
			<-open
			for range 5 {
				wg.Go(func() { _ = txutil.Atomic(ctx, f.db, func(context.Context) error { return errBoom }) })
			}
			time.Sleep(10 * time.Millisecond)
			return errBoom
		})
		wg.Wait()
		if !errors.Is(err, errBoom) {
			return err
		}
		return nil
	})
}

// GORM's nested transactions of one handle are savepoints by name, whose good
// end is not reported.
func TestOverlappingNestedTransactionsOfGORM(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string][2]bool{"both fail": {true, true}, "first fails": {true, false}, "second fails": {false, true}, "none fails": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := notes(t, 0, one)
			var said told
			outer := f.db.Transaction(func(tx *gorm.DB) error {
				open, second, first := make(chan bool), make(chan bool), make(chan bool)
				ended := func(fails bool) error {
					if fails {
						return errBoom
					}
					return nil
				}
				go func() {
					defer close(first)
					said.say("first", tx.Transaction(func(tx *gorm.DB) error {
						close(open)
						<-second
						return errors.Join(tx.Create(&note{Text: "first"}).Error, ended(fails[0]))
					}))
				}()
				<-open
				said.say("second", tx.Transaction(func(tx *gorm.DB) error {
					err := tx.Create(&note{Text: "second"}).Error
					close(second)
					<-first
					return errors.Join(err, ended(fails[1]))
				}))
				return nil
			})
			said.check(t, f, outer)
			require.Equal(t, fails[0] || fails[1], outer != nil, "%v", outer)
		})
	}
}

// Blocks of every kind in 64 goroutines end well, by an error, a panic or the
// end of their context, and inside one another. What each was told is what is
// stored, or the outer block failed. The full count of 10,000 rounds needs
// GORMANGO_LONG=50.
func TestSiblingsInManyGoroutines(t *testing.T) {
	t.Parallel()
	f, rows := notes(t, 0, func(cfg *gormango.Config) { cfg.Pool.Max = 4 })
	kept, failed := 0, 0
	for round := range longtest.Count(20, 200) {
		require.NoError(t, f.db.Exec("TRUNCATE notes").Error)
		var said told
		strict := round%2 == 0 // only blocks that take turns: the outer one does not fail
		outer := txutil.Atomic(f.ctx, f.db, func(ctx context.Context) error {
			var wg sync.WaitGroup
			for i := range 64 {
				wg.Go(func() { sibling(ctx, f, rows, &said, fmt.Sprint(round, " ", i), strict) })
			}
			wg.Wait()
			return nil
		})
		if strict {
			require.NoError(t, outer)
		}
		n := said.check(t, f, outer)
		kept += n
		if outer != nil {
			failed++
		}
	}
	t.Log(kept, "rows kept,", failed, "outer blocks failed")
}

// sibling runs one block with a row of that name, and notes in said how it
// ended.
func sibling(ctx context.Context, f fixture, rows *repo.Repository[note], said *told, name string, strict bool) {
	write := func(ctx context.Context, name string) error {
		switch rand.N(3) {
		case 0:
			return rows.Create(ctx, &note{Text: name})
		case 1:
			return f.db.WithContext(ctx).Exec("INSERT INTO notes (text) VALUES (?)", name).Error
		}
		return gormango.Native(ctx, f.db, func(conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "INSERT INTO notes (text) VALUES ($1)", name)
			return err
		})
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	body := func(ctx context.Context) error {
		if err := write(ctx, name); err != nil {
			return err
		}
		switch rand.N(8) {
		case 0:
			return errBoom
		case 1:
			panic(errBoom)
		case 2:
			cancel()
		case 3:
			_ = f.db.WithContext(ctx).Exec("SELECT nonsense") // hidden
		case 4:
			said.say(name+" deep", txutil.Atomic(ctx, f.db, func(ctx context.Context) error {
				return errors.Join(write(ctx, name+" deep"), errors.New("deep"))
			}))
		}
		return nil
	}
	kinds := 2
	if !strict && rand.N(64) == 0 {
		kinds = 4
	}
	var err error
	func() {
		defer func() {
			if p := recover(); p != nil {
				err = errBoom
			}
		}()
		switch rand.N(kinds) {
		case 0:
			err = txutil.Atomic(inner, f.db, body)
		case 1:
			err = f.db.WithContext(inner).Transaction(func(tx *gorm.DB) error { return body(pgpool.WithTx(inner, pgpool.TxOf(inner, tx))) })
		case 2:
			err = write(ctx, name) // of the outer block
		case 3:
			err = txutil.Atomic(inner, f.db, body, txutil.WithoutSavepoint())
		}
	}()
	said.say(name, err)
}
