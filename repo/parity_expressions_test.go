package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// EX-02, EX-03: a name behind a relation to many means the row of the same
// call's condition; an update has none.
func TestParityFAcrossRelations(t *testing.T) {
	t.Parallel()
	ctx, posts, writers := filled(t)
	n, err := writers.Filter("posts__likes__gt", repo.F("posts__words")).Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "one post is compared with itself")
	n, err = writers.Filter("posts__likes__gt", 10).Filter("posts__words", repo.F("posts__likes").Mul(0).Add(900)).Count(ctx)
	require.NoError(t, err)
	require.Positive(t, n)
	_, err = posts.AllRows().Update(ctx, posts.Set("likes", repo.F("writer__id")))
	require.ErrorContains(t, err, "an update sees the row's own columns only")
}

// EX-10, AG-06: aggregates over two relations to many multiply each other's
// rows; distinct mends counts, subqueries sums.
func TestParityTwoAggregatesMultiply(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, blog.Models()...)
	require.NoError(t, blog.Fill(ctx, db))
	posts, comment := repo.New[Post](db), repo.New[Comment](db)
	type row struct{ A, B int64 }
	read := func(a, b repo.Operand) row {
		t.Helper()
		rows, err := repo.Values[row](ctx, posts.Filter("id", 1).Annotate("a", a).Annotate("b", b), "a", "b")
		require.NoError(t, err)
		return rows[0]
	}
	comments, labels := repo.Count(repo.F("comments")), repo.Count(repo.F("labels"))
	alone := row{read(comments, repo.Value(0)).A, read(labels, repo.Value(0)).A}
	require.Greater(t, alone.A*alone.B, max(alone.A, alone.B))
	require.Equal(t, row{alone.A * alone.B, alone.A * alone.B}, read(comments, labels))
	require.Equal(t, alone, read(comments.Distinct(), labels.Distinct()))
	stars := comment.Filter("post", repo.OuterRef("pk")).OrderBy().GroupBy("post").Annotate("s", repo.Sum(repo.F("stars"))).Columns("s")
	sum, err := repo.Scalar[int64](ctx, comment.Filter("post", 1), repo.Sum(repo.F("stars")))
	require.NoError(t, err)
	require.Equal(t, row{sum, alone.B}, read(stars, labels))
}

// FN-04, FN-09: the clocks of the statement and of the transaction; a UUID for
// each row.
func TestParityNowAndRandom(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	l.book(t, "Go", ann)
	l.book(t, "SQL", ann)
	type row struct {
		Now, Began time.Time
		UUID       uuid.UUID
	}
	read := func(ctx context.Context) []row {
		qs := l.books.Annotate("now", fn.Now()).Annotate("began", fn.TransactionNow()).Annotate("uuid", fn.RandomUUID())
		rows, err := repo.Values[row](ctx, qs, "now", "began", "uuid")
		require.NoError(t, err)
		return rows
	}
	require.NoError(t, txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		first, second := read(ctx), read(ctx)
		require.Equal(t, first[0].Now, first[1].Now)
		require.True(t, second[0].Now.After(first[0].Now))
		require.Equal(t, first[0].Began, second[0].Began)
		require.NotEqual(t, first[0].UUID, first[1].UUID)
		return nil
	}))
}

// AG-01: a count of rows takes a filter, which Django's Count("*") does not.
func TestParityCountAllFilter(t *testing.T) {
	t.Parallel()
	ctx, posts, _ := filled(t)
	n, err := repo.Scalar[int64](ctx, posts, repo.CountAll().Filter(posts.Q("draft", true)))
	require.NoError(t, err)
	want, err := posts.Filter("draft", true).Count(ctx)
	require.NoError(t, err)
	require.Equal(t, want, n)
}

type searched struct {
	ID     int64 `gorm:"primaryKey"`
	Body   string
	Vector *string `gorm:"type:tsvector"`
}

// PL-17: a column that holds a vector is searched as it is.
func TestParityVectorColumn(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t, &searched{})
	docs := repo.New[searched](db)
	ctx := t.Context()
	require.NoError(t, docs.Create(ctx, &searched{ID: 1, Body: "the rivers"}, &searched{ID: 2, Body: "a night"}))
	n, err := docs.AllRows().Update(ctx, docs.Set("vector", fn.SearchVector(repo.F("body")).Config("english")))
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	found := docs.Filter("vector", fn.SearchQuery("river").Config("english"))
	sql, _, err := found.SQL()
	require.NoError(t, err)
	require.NotContains(t, sql, "to_tsvector")
	ids, err := repo.Values[int64](ctx, found, "id")
	require.NoError(t, err)
	require.Equal(t, []int64{1}, ids)
}
