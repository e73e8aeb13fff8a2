package repo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

func TestLists(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &psTag{}, &psPost{})
	posts, tags := repo.New[psPost](db), repo.New[psTag](db)
	list := []*psTag{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	require.NoError(t, repo.CreateAll(ctx, tags, nil))
	require.NoError(t, repo.CreateAll(ctx, tags, list))
	require.EqualValues(t, 3, list[2].ID)
	post := &psPost{Title: "x"}
	require.NoError(t, posts.Create(ctx, post))
	linked := repo.RelatedByName[psTag](posts, post, "tags")
	count := func(want int64) {
		t.Helper()
		n, err := linked.Count(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.NoError(t, repo.AddAll(ctx, linked, nil))
	require.NoError(t, repo.AddAll(ctx, linked, list))
	count(3)
	require.NoError(t, repo.RemoveAll(ctx, linked, list[1:]))
	require.NoError(t, repo.RemoveAll(ctx, linked, nil))
	count(1)
	ids := []int64{1, 2, 3}
	require.NoError(t, linked.AddKeys(ctx, ids), "a slice of keys stands for all of them")
	count(3)
	require.NoError(t, linked.RemoveKeys(ctx, ids[:2]))
	count(1)
	require.NoError(t, linked.ReplaceKeys(ctx, []int64{}))
	count(0)
}

func TestUpdateReturningOne(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &psTag{})
	tags := repo.New[psTag](db)
	require.NoError(t, tags.Create(ctx, &psTag{Name: "a"}, &psTag{Name: "b"}))
	tag, err := repo.UpdateReturningOne[psTag](ctx, tags.Filter("name", "a"), tags.Set("name", "c"))
	require.NoError(t, err)
	require.Equal(t, "c", tag.Name)
	id, err := repo.UpdateReturningOne[int64](ctx, tags.Filter("name", "c").Columns("id"), tags.Set("name", "d"))
	require.NoError(t, err)
	require.EqualValues(t, 1, id)
	_, err = repo.UpdateReturningOne[psTag](ctx, tags.Filter("name", "a"), tags.Set("name", "c"))
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	_, err = repo.UpdateReturningOne[psTag](ctx, tags.AllRows(), tags.Set("name", "x"))
	require.ErrorIs(t, err, repo.ErrMultipleObjectsReturned)
	n, err := tags.Filter("name", "x").Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "nothing is changed")
}
