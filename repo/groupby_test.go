package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// GroupBy without names makes all rows one group, and the model's own order has
// no say in it.
func TestGroupByNothing(t *testing.T) {
	t.Parallel()
	writers := repo.New[Writer](openDB(t, blog.Models()...))
	ctx := t.Context()
	counted := writers.GroupBy().Annotate("n", repo.CountAll())
	for range 3 {
		require.NoError(t, writers.Create(ctx, &Writer{Name: "a"}))
	}
	got, err := repo.Values[int64](ctx, counted)
	require.NoError(t, err)
	require.Equal(t, []int64{3}, got)
	got, err = repo.Values[int64](ctx, counted.Filter("n__gt", 3))
	require.NoError(t, err)
	require.Empty(t, got)
}
