package pgpool_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// journal records callbacks.
type journal struct {
	t     *testing.T
	lines []string
}

func (j *journal) add(tx *pgpool.Tx, name string) {
	j.t.Helper()
	require.NoError(j.t, tx.OnCommit(func(context.Context) error { j.lines = append(j.lines, "commit "+name); return nil }))
	require.NoError(j.t, tx.OnRollback(func() { j.lines = append(j.lines, "undo "+name) }))
}

func TestCallbacksFollowTheirSavepoint(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	j := &journal{t: t}
	ctx, tx := f.begin(t)
	j.add(tx, "1")
	kept, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	j.add(kept, "2")
	require.NoError(t, kept.Commit())
	lost, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	j.add(lost, "3")
	deep, err := f.src.Begin(pgpool.WithTx(ctx, lost), pgx.TxOptions{})
	require.NoError(t, err)
	j.add(deep, "4")
	require.NoError(t, deep.Commit())
	j.add(tx, "5 of the outer block, inside the inner")
	require.NoError(t, lost.Rollback())
	require.Equal(t, []string{"undo 5 of the outer block, inside the inner", "undo 4", "undo 3"}, j.lines)
	j.add(tx, "6")
	require.NoError(t, tx.Commit())
	require.Equal(t, []string{"commit 1", "commit 2", "commit 6"}, j.lines[3:])
}

func TestCallbacksInGORMsOwnBlocks(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	j := &journal{t: t}
	of := func(db *gorm.DB) *pgpool.Tx {
		src, ok := pgpool.Of(db)
		require.True(t, ok)
		return src.Tx(f.ctx)
	}
	require.NoError(t, f.db.Transaction(func(tx *gorm.DB) error {
		j.add(of(tx), "1")
		require.Error(t, tx.Transaction(func(inner *gorm.DB) error {
			j.add(of(inner), "2")
			return errBoom
		}))
		return tx.Transaction(func(inner *gorm.DB) error {
			j.add(of(inner), "3")
			return nil
		})
	}))
	require.Equal(t, []string{"undo 2", "commit 1", "commit 3"}, j.lines)
}

// The goroutine of a guest may be using what its callback changes, so the
// rollback of another one's block leaves the callback to the guest.
func TestCallbacksOfGuestsWaitForThem(t *testing.T) {
	t.Parallel()
	for name, rollBack := range map[string]func(t *testing.T, f fixture, ctx context.Context, tx *pgpool.Tx) (opened, failed func()){
		"block": func(t *testing.T, f fixture, ctx context.Context, _ *pgpool.Tx) (opened, failed func()) {
			var sp *pgpool.Tx
			return func() {
					var err error
					sp, err = f.src.Begin(ctx, pgx.TxOptions{})
					require.NoError(t, err)
				}, func() {
					require.NoError(t, sp.Rollback())
				}
		},
		"savepoint by name": func(t *testing.T, _ fixture, ctx context.Context, tx *pgpool.Tx) (opened, failed func()) {
			return func() { require.NoError(t, tx.SavePoint(ctx, "mine")) },
				func() { require.NoError(t, tx.RollbackTo(ctx, "mine")) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t, one)
			j := &journal{t: t}
			ctx, tx := f.begin(t)
			opened, failed := rollBack(t, f, ctx, tx)
			inGoroutine(opened)
			j.add(tx, "guest")
			inGoroutine(failed)
			require.Empty(t, j.lines)
			require.NoError(t, tx.Rollback())
			require.Equal(t, []string{"undo guest"}, j.lines)
		})
	}
}

// inGoroutine runs fn to its end in another goroutine.
func inGoroutine(fn func()) {
	var wg sync.WaitGroup
	wg.Go(fn)
	wg.Wait()
}

func TestRollbackUndoesAll(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	j := &journal{t: t}
	ctx, tx := f.begin(t)
	j.add(tx, "1")
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	j.add(sp, "2")
	require.NoError(t, sp.Commit())
	require.NoError(t, tx.Rollback())
	require.Equal(t, []string{"undo 2", "undo 1"}, j.lines)
}

func TestCallbackAfterCommit(t *testing.T) {
	t.Parallel()
	f := setup(t, one) // a callback that still held the connection would wait for ever
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "a"}).Error)
	var seen int64
	mine := errors.New("mine")
	require.NoError(t, tx.OnCommit(func(ctx context.Context) error {
		require.Nil(t, f.pool.TxFrom(ctx))
		return f.db.WithContext(ctx).Model(&note{}).Count(&seen).Error
	}))
	require.NoError(t, tx.OnCommit(func(context.Context) error { return mine }))
	require.NoError(t, tx.OnCommit(func(context.Context) error { t.Error("after a failure"); return nil }))
	require.NoError(t, tx.OnRollback(func() { t.Error("the commit stands") }))
	require.Equal(t, mine, tx.Commit())
	require.EqualValues(t, 1, seen)
	require.EqualValues(t, 1, f.count(t))
}

func TestCommitCallbacksOfACommitThatFails(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	j := &journal{t: t}
	ctx, tx := f.begin(t)
	j.add(tx, "1")
	require.Error(t, f.db.WithContext(ctx).Exec("SELECT nonsense").Error)
	require.ErrorIs(t, tx.Commit(), pgx.ErrTxCommitRollback)
	require.Equal(t, []string{"undo 1"}, j.lines)
}
