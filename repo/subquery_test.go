package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// An EXISTS of no row is false, and the query that asks it is still sent: a
// count in it is 0, as in Django, where one of a condition that is impossible by
// itself is NULL.
func TestExistsOfNothingInASubquery(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, blog.Models()...)
	writers, posts, comments := repo.New[Writer](db), repo.New[Post](db), repo.New[Comment](db)
	require.NoError(t, writers.Create(ctx, &Writer{Name: "Ann"}))
	for name, c := range map[string]struct {
		posts *repo.QuerySet[Post]
		want  any
	}{
		"exists": {posts.Where(repo.Holds[Post](repo.Exists(comments.Filter("id__in", []int64{})))), int64(0)},
		"in":     {posts.Filter("id__in", []int64{}), nil},
	} {
		counted := c.posts.Filter("writer", repo.OuterRef("pk")).Annotate("k", repo.Value(1)).GroupBy("k").
			Annotate("c", repo.Count(repo.F("comments")))
		rows, err := repo.Values[map[string]any](ctx, writers.Annotate("n", repo.Sub(counted, "c")).Columns("n"))
		require.NoError(t, err, name)
		require.Equal(t, []map[string]any{{"n": c.want}}, rows, name)
	}
}

// A subquery that no row can match is NULL within an expression, and a
// comparison with the expression never holds.
func TestExpressionsOfASubqueryOfNothing(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, blog.Models()...)
	writers := repo.New[Writer](db)
	require.NoError(t, writers.Create(ctx, &Writer{Name: "Ann"}))
	none := repo.Sub(repo.New[Post](db).Filter("id__in", []int64{}).Limit(1), "words")
	for name, e := range map[string]repo.Expr{"left": none.Add(1), "right": repo.Value(5).Sub(none), "both": none.Mul(none), "deep": repo.F("id").Add(none.Add(1))} {
		rows := writers.Annotate("n", e)
		values, err := repo.Values[map[string]any](ctx, rows.Columns("n"))
		require.NoError(t, err, name)
		require.Equal(t, []map[string]any{{"n": nil}}, values, name)
		require.Zero(t, count(t, ctx, rows.Filter("n__gt", 0)), name)
		require.EqualValues(t, 1, count(t, ctx, rows.Exclude("n__gt", 0)), name)
	}
}
