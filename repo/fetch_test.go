package repo_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

func TestGet(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := l.author(t, "Ann")
	for i := range 25 {
		l.book(t, fmt.Sprint("b", i), a, func(b *Book) { b.Pages = i })
	}
	b, err := l.books.Filter("pages", 3).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "b3", b.Title)
	b, err = l.books.ByPK(ctx, b.ID)
	require.NoError(t, err)
	require.Equal(t, "b3", b.Title)

	b, err = l.books.Filter("pages", 99).Get(ctx)
	require.Nil(t, b)
	require.EqualError(t, err, "repo: no Book matches")
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.ErrorIs(t, err, gorm.ErrRecordNotFound)

	_, err = l.books.Filter("pages__lt", 3).Get(ctx)
	require.ErrorIs(t, err, repo.ErrMultipleObjectsReturned)
	require.EqualError(t, err, "repo: more than one row: Get found 3 of Book")
	_, err = l.books.Get(ctx)
	require.EqualError(t, err, "repo: more than one row: Get found more than 20 of Book")

	b, err = l.books.OrderBy("-pages").Limit(1).Get(ctx)
	require.NoError(t, err, "a slice of one row")
	require.Equal(t, "b24", b.Title)
	_, err = l.books.None().Get(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}

// Get asks for rows without an order: none is needed, and one could cost an
// index its use.
func TestGetHasNoOrder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	seen := &statements{}
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Models: []any{&Author{}}, Logger: slog.New(seen)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	_, err = migrate.Auto(ctx, db)
	require.NoError(t, err)
	authors := repo.New[Author](db) // Meta orders them by name
	require.NoError(t, authors.Create(ctx, &Author{Name: "Ann"}))
	seen.take()
	_, err = authors.Filter("name", "Ann").Get(ctx)
	require.NoError(t, err)
	_, err = authors.OrderBy("-born").Filter("name", "Ann").Get(ctx)
	require.NoError(t, err)
	for _, sql := range seen.take() {
		require.NotContains(t, sql, "ORDER BY")
	}
}

func TestFirstAndLast(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	_, err := l.books.First(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	none, err := repo.Maybe(l.books.First(ctx))
	require.NoError(t, err)
	require.Nil(t, none)

	a := l.author(t, "Ann")
	for _, title := range []string{"b", "a", "c"} {
		l.book(t, title, a)
	}
	title := func(b *Book, err error) string {
		require.NoError(t, err)
		return b.Title
	}
	require.Equal(t, "b", title(l.books.First(ctx)), "by the key when there is no order")
	require.Equal(t, "c", title(l.books.Last(ctx)))
	require.Equal(t, "a", title(l.books.OrderBy("title").First(ctx)))
	require.Equal(t, "c", title(l.books.OrderBy("title").Last(ctx)))
	require.Equal(t, "b", title(l.books.OrderBy("title").Offset(1).First(ctx)), "the first of a slice")
	require.Equal(t, "a", title(repo.Maybe(l.books.OrderBy("title").First(ctx))))

	// The model's own order counts too.
	l.author(t, "Aaron")
	first, err := l.authors.First(ctx)
	require.NoError(t, err)
	require.Equal(t, "Aaron", first.Name)
	last, err := l.authors.Last(ctx)
	require.NoError(t, err)
	require.Equal(t, "Ann", last.Name)

	_, err = l.books.OrderBy("title").Limit(0).First(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	_, err = l.books.Limit(2).Last(ctx)
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = l.books.Limit(2).First(ctx)
	require.ErrorIs(t, err, repo.ErrSliced, "a slice without an order has no first row")
}

func TestCountAndExists(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := l.author(t, "Ann")
	for i := range 5 {
		l.book(t, fmt.Sprint("b", i), a, func(b *Book) { b.Pages = i })
	}
	for want, qs := range map[int64]*repo.QuerySet[Book]{
		5: l.books.OrderBy("author__name", "title"),
		2: l.books.Filter("pages__gte", 3),
		3: l.books.Limit(3),
		1: l.books.Offset(4).Limit(3),
		0: l.books.Limit(0),
	} {
		n, err := qs.Count(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
		exists, err := qs.Exists(ctx)
		require.NoError(t, err)
		require.Equal(t, want > 0, exists)
	}
	exists, err := l.books.Offset(5).Exists(ctx)
	require.NoError(t, err)
	require.False(t, exists)
	all, err := l.books.Filter("pages", 77).All(ctx)
	require.NoError(t, err)
	require.Equal(t, []*Book{}, all, "no rows are an empty slice")
}

func TestSelectRelated(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	l.book(t, "both", ann, func(b *Book) { b.EditorID = &bob.ID })
	l.book(t, "one", ann)
	books, err := l.books.SelectRelated("author", "editor", "author").OrderBy("title").All(ctx)
	require.NoError(t, err)
	require.Equal(t, "Ann", books[0].Author.Name)
	require.Equal(t, "Bob", books[0].Editor.Name)
	require.Equal(t, "Ann", books[1].Author.Name)
	require.Nil(t, books[1].Editor, "a NULL key has no object")
	require.Nil(t, books[0].Tags, "not loaded")

	books, err = l.books.Filter("author__name", "Ann").SelectRelated("author").OrderBy("-author__name", "title").Limit(1).All(ctx)
	require.NoError(t, err)
	require.Equal(t, "Ann", books[0].Author.Name, "one join serves filter, order and loading")
}
