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

func TestAFailedBlockWithoutSavepoint(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	cause, later := errors.New("cause"), errors.New("later")
	ctx, tx := f.begin(t)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "half"}).Error)
	tx.Fail(cause)
	tx.Fail(later)
	for name, err := range map[string]error{
		"exec":      f.db.WithContext(ctx).Exec("SELECT 1").Error,
		"query":     f.db.WithContext(ctx).First(&note{}).Error,
		"native":    f.src.Do(ctx, func(context.Context, *pgx.Conn) error { return nil }),
		"savepoint": f.db.WithContext(ctx).Transaction(func(*gorm.DB) error { return nil }),
		"commit":    tx.Commit(),
	} {
		require.ErrorIs(t, err, cause, name)
		require.NotErrorIs(t, err, later, "the first one counts")
	}
	require.Zero(t, f.count(t))

	// The rollback of a savepoint around it takes the damage away, also of one that
	// GORM made.
	ctx, tx = f.begin(t)
	sp, err := f.src.Begin(ctx, pgx.TxOptions{})
	require.NoError(t, err)
	sp.Fail(cause)
	require.ErrorIs(t, sp.Commit(), cause)
	require.ErrorIs(t, f.db.WithContext(ctx).Transaction(func(inner *gorm.DB) error {
		src, _ := pgpool.Of(inner)
		src.Tx(ctx).Fail(cause)
		return inner.Exec("SELECT 1").Error
	}), cause)
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "whole"}).Error)
	require.NoError(t, tx.Commit())
	require.EqualValues(t, 1, f.count(t))
}

func TestSetRollback(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	undone := false
	require.NoError(t, tx.OnRollback(func() { undone = true }))
	require.NoError(t, tx.OnCommit(func(context.Context) error { t.Error("committed"); return nil }))
	require.NoError(t, tx.SetRollback())
	require.NoError(t, f.db.WithContext(ctx).Create(&note{Text: "trial"}).Error)
	require.NoError(t, tx.Commit())
	require.True(t, undone)
	require.ErrorIs(t, tx.SetRollback(), sql.ErrTxDone)
	require.ErrorIs(t, tx.Commit(), sql.ErrTxDone)
	require.Zero(t, f.count(t))
}
