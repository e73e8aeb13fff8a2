package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// What is locked stays so until the transaction ends: another waits, fails at
// once, or passes over it.
func TestSelectForUpdate(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &seat{})
	seats := repo.New[seat](db)
	for _, code := range []string{"a", "b", "c"} {
		require.NoError(t, seats.Create(ctx, &seat{Code: code}))
	}
	locking := seats.OrderBy("code").SelectForUpdate
	for _, read := range []func() error{
		func() error { _, err := locking().All(ctx); return err },
		func() error { _, err := locking().First(ctx); return err },
		func() error { _, err := repo.Values[string](ctx, locking(), "code"); return err },
		func() error {
			for _, err := range locking().Iter(ctx) {
				return err
			}
			return nil
		},
	} {
		err := read()
		require.ErrorIs(t, err, repo.ErrNotInTransaction)
		require.EqualError(t, err, "repo: no transaction: rows of seat are locked until a transaction ends, so open one (txutil.Atomic)")
	}
	n, err := locking().Count(ctx)
	require.NoError(t, err, "it locks nothing")
	require.EqualValues(t, 3, n)
	require.ErrorIs(t, seats.Union(seats).SelectForUpdate().Err(), repo.ErrCombined)
	require.ErrorContains(t, locking(repo.NoWait(), repo.SkipLocked()).Err(), "SelectForUpdate takes NoWait or SkipLocked, not both")

	require.NoError(t, txutil.Atomic(ctx, db, func(in context.Context) error {
		held, err := seats.Filter("code", "b").SelectForUpdate(repo.NoKey()).Get(in)
		require.NoError(t, err)
		require.Equal(t, "b", held.Code)
		require.NoError(t, txutil.Atomic(txutil.Without(in), db, func(other context.Context) error {
			free, err := locking(repo.SkipLocked()).All(other)
			require.NoError(t, err)
			require.Len(t, free, 2)
			require.Equal(t, []string{"a", "c"}, []string{free[0].Code, free[1].Code})
			return nil
		}))
		err = txutil.Atomic(txutil.Without(in), db, func(other context.Context) error {
			_, err := locking(repo.NoWait()).All(other)
			return err
		})
		var pg *pgconn.PgError
		require.True(t, errors.As(err, &pg), err)
		require.Equal(t, "55P03", pg.Code)
		return nil
	}))
	sql, _, err := locking(repo.NoKey(), repo.NoWait()).SQL()
	require.NoError(t, err)
	require.Contains(t, sql, ` FOR NO KEY UPDATE OF "seats" NOWAIT`)
}
