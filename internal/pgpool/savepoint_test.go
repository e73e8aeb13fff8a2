package pgpool_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

var errBoom = errors.New("boom")

func TestNestedBeginIsASavepoint(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "outer"}).Error)
	require.ErrorIs(t, f.db.WithContext(ctx).Transaction(func(sp *gorm.DB) error {
		require.NoError(t, sp.Create(&note{Text: "inner"}).Error)
		require.Error(t, sp.Create(&note{Text: "outer"}).Error)
		return errBoom
	}), errBoom)
	require.NoError(t, f.db.WithContext(ctx).Transaction(func(sp *gorm.DB) error {
		return sp.Transaction(func(deep *gorm.DB) error { return deep.Create(&note{Text: "deep"}).Error })
	}))
	require.NoError(t, tx.Commit())
	var texts []string
	require.NoError(t, f.db.Model(&note{}).Order("id").Pluck("text", &texts).Error)
	require.Equal(t, []string{"outer", "deep"}, texts)
}

func TestSavepointIsReleased(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	require.NoError(t, sp.Commit())
	require.ErrorContains(t, f.db.WithContext(ctx).Exec("ROLLBACK TO SAVEPOINT gormango_1").Error, "3B001")
	require.NoError(t, tx.Rollback())

	ctx, tx = f.begin(t)
	sp, err = f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	require.NoError(t, sp.Rollback())
	require.ErrorIs(t, sp.Rollback(), sql.ErrTxDone)
	require.ErrorContains(t, f.db.WithContext(ctx).Exec("ROLLBACK TO SAVEPOINT gormango_1").Error, "3B001")
	require.NoError(t, tx.Rollback())
}

func TestCommitOfAnAbortedSavepoint(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "outer"}).Error)
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	inner := pgpool.WithTx(ctx, sp)
	require.NoError(t, f.db.WithContext(inner).Create(&note{Text: "inner"}).Error)
	first := f.db.WithContext(inner).Exec("SELECT nonsense").Error
	require.Error(t, first)
	err = sp.Commit()
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.ErrorIs(t, err, first)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "after"}).Error, "the outer block goes on")
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 2, f.count(t))
}

func TestSavepointErrorsSurface(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	first := f.db.WithContext(ctx).Exec("SELECT nonsense").Error
	require.Error(t, first)
	entered := func(*gorm.DB) error { t.Error("a block without its savepoint"); return nil }
	require.ErrorIs(t, f.db.WithContext(ctx).Transaction(entered), first)
	require.NoError(t, tx.Rollback())

	handle := f.db.Begin()
	require.NoError(t, handle.Error)
	require.Error(t, handle.Exec("SELECT nonsense").Error)
	require.ErrorContains(t, handle.Session(&gorm.Session{}).Transaction(entered), "25P02", "GORM's own nested block")
	require.NoError(t, handle.Rollback().Error)
}

func TestNamedSavepoints(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	tx := f.db.Begin()
	require.NoError(t, tx.Error)
	require.NoError(t, tx.SavePoint("one").Error)
	require.NoError(t, tx.Create(&note{Text: "a"}).Error)
	require.NoError(t, tx.SavePoint(`odd "name"`).Error)
	require.NoError(t, tx.Create(&note{Text: "b"}).Error)
	require.NoError(t, tx.RollbackTo(`odd "name"`).Error)
	require.NoError(t, tx.RollbackTo("one").Error)
	require.NoError(t, tx.RollbackTo("one").Error, "the savepoint stays")
	require.ErrorContains(t, tx.Session(&gorm.Session{}).RollbackTo("missing").Error, "3B001")
	require.ErrorContains(t, tx.Session(&gorm.Session{}).SavePoint("in_aborted").Error, "25P02")
	require.NoError(t, tx.Rollback().Error)
	require.ErrorIs(t, f.db.Session(&gorm.Session{}).SavePoint("x").Error, gorm.ErrInvalidTransaction)
	require.Zero(t, f.count(t))
}

func TestSavepointThatCannotRollBackDoomsTheTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	require.NoError(t, f.db.WithContext(pgpool.WithTx(ctx, sp)).Create(&note{Text: "inner"}).Error)
	require.NoError(t, f.db.WithContext(ctx).Exec("RELEASE SAVEPOINT gormango_1; SAVEPOINT other").Error)
	require.ErrorContains(t, sp.Rollback(), "3B001")
	require.ErrorContains(t, f.db.WithContext(ctx).Exec("ROLLBACK TO SAVEPOINT other").Error, "savepoint could not be rolled back")
	require.ErrorContains(t, tx.Commit(), "savepoint could not be rolled back")
	require.Zero(t, f.count(t), "what the inner block wrote must not be saved")
}

func TestSavepointObeysItsContext(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	short, cancel := context.WithCancel(ctx)
	sp, err := f.src.Begin(short, pgx.TxOptions{})
	require.NoError(t, err)
	require.NoError(t, f.db.WithContext(pgpool.WithTx(ctx, sp)).Create(&note{Text: "inner"}).Error)
	cancel()
	require.ErrorIs(t, sp.Commit(), context.Canceled)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "outer"}).Error)
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 1, f.count(t))
}

func TestABlockDoesNotCommitAroundAnOpenOne(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	err = tx.Commit()
	require.ErrorIs(t, err, pgpool.ErrConnBusy)
	require.ErrorContains(t, err, "the block begun at pgpool/savepoint_test.go")
	require.ErrorIs(t, sp.Commit(), sql.ErrTxDone)
	require.ErrorIs(t, f.db.WithContext(pgpool.WithTx(ctx, sp)).Exec("SELECT 1").Error, sql.ErrTxDone)
}
