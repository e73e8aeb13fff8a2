package pgpool_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/pgpool"
)

func TestTransactionOfAContext(t *testing.T) {
	t.Parallel()
	f := setup(t)
	require.Nil(t, f.pool.TxFrom(f.ctx))
	require.Equal(t, f.ctx, pgpool.Without(f.ctx))
	ctx, tx := f.begin(t)
	require.Same(t, tx, f.pool.TxFrom(ctx))
	require.Same(t, f.pool, tx.Pool())

	outside := pgpool.Without(ctx)
	require.Nil(t, f.pool.TxFrom(outside))
	second, err := f.src.Begin(outside, pgx.TxOptions{})
	require.NoError(t, err)
	again := pgpool.WithTx(outside, second)
	require.Same(t, second, f.pool.TxFrom(again))
	require.Nil(t, f.pool.TxFrom(pgpool.Without(again)))
	require.NoError(t, second.Rollback())
	require.NoError(t, tx.Rollback())
}
