package repo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

func TestPaginate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	empty, err := repo.Paginate(ctx, l.books, 1, 5)
	require.NoError(t, err)
	require.Equal(t, repo.Page[Book]{Items: []*Book{}, Number: 1, Pages: 1}, empty)
	require.False(t, empty.HasNext() || empty.HasPrev())
	_, err = repo.Paginate(ctx, l.books, 2, 5)
	require.ErrorIs(t, err, repo.ErrPage)

	shuffled(t, l, rand.New(rand.NewPCG(1, 1)), 23)
	for name, qs := range map[string]*repo.QuerySet[Book]{
		"no order": l.books.OrderBy(), "equal rows": l.books.OrderBy("-sold"), "model's": l.books, "sliced": l.books.OrderBy("pages").Slice(2, 20),
		"first of each": l.books.Distinct("pages", "sold"), "union": l.books.Filter("sold", true).Union(l.books.Filter("pages", 1)),
		"grouped": l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("n"), "none": l.books.None(),
	} {
		total, err := qs.Count(ctx)
		require.NoError(t, err)
		seen := map[int64]bool{}
		for number := 1; ; number++ {
			page, err := repo.Paginate(ctx, qs, number, 4)
			require.NoError(t, err, name)
			require.Equal(t, total, page.Total)
			require.Equal(t, number, page.Number)
			require.Equal(t, max(int(total+3)/4, 1), page.Pages)
			require.Equal(t, number > 1, page.HasPrev())
			for _, b := range page.Items {
				require.False(t, seen[b.ID], name)
				seen[b.ID] = true
			}
			if !page.HasNext() {
				break
			}
			require.Len(t, page.Items, 4)
		}
		require.Len(t, seen, int(total), name)
	}
	whole, err := l.books.OrderBy("title").All(ctx)
	require.NoError(t, err)
	second, err := repo.Paginate(ctx, l.books.OrderBy("title"), 2, 10, repo.Orphans(3))
	require.NoError(t, err)
	require.Equal(t, ids(whole)[10:], ids(second.Items), "three orphans are on the page before")
	require.Equal(t, 2, second.Pages)
	third, err := repo.Paginate(ctx, l.books.OrderBy("title"), 3, 10, repo.Orphans(2))
	require.NoError(t, err)
	require.Len(t, third.Items, 3)
	sent := statementsOf(l, func(books *repo.Repository[Book]) {
		_, err = repo.Paginate(ctx, books, 1, 3)
	})
	require.NoError(t, err)
	require.Len(t, sent, 2, "a count and a page")
}

func TestPaginateRefuses(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 5 {
		l.book(t, fmt.Sprint("b", i), ann)
	}
	for number, want := range map[int]string{
		4:  "repo: no such page: 4 (the last is 3)",
		0:  "repo: no such page: 0 (pages count from 1, and the last is 3)",
		-1: "repo: no such page: -1 (pages count from 1, and the last is 3)",
	} {
		_, err := repo.Paginate(ctx, l.books, number, 2)
		require.EqualError(t, err, want)
		var pe *repo.PageError
		require.ErrorAs(t, err, &pe)
		require.Equal(t, repo.PageError{Number: number, Pages: 3}, *pe)
		require.ErrorIs(t, err, repo.ErrPage)
	}
	_, err := repo.Paginate(ctx, l.books, 1, 0)
	require.ErrorContains(t, err, "repo: Book: Paginate takes a size of 1 row or more, not 0 [repo/paginate_test.go:")
	_, err = repo.Paginate(ctx, l.books, 1, 1, repo.Orphans(-1))
	require.ErrorContains(t, err, "repo: Book: Orphans takes 0 or more, not -1")
	_, err = repo.Paginate(ctx, l.books.Columns("title"), 1, 1)
	require.ErrorIs(t, err, repo.ErrGrouped)
	_, err = repo.Paginate(ctx, l.books.Filter("titel", ""), 1, 1)
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe)
	_, err = repo.Paginate(ctx, &repo.QuerySet[Book]{}, 1, 1)
	require.ErrorIs(t, err, repo.ErrUnbound)
	_, err = repo.PaginateAfter(ctx, &repo.QuerySet[Book]{}, "", 1)
	require.ErrorIs(t, err, repo.ErrUnbound)
}

func TestPaginateAfterRefuses(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 5 {
		l.book(t, fmt.Sprint("b", i), ann)
	}
	for _, c := range []struct {
		qs   *repo.QuerySet[Book]
		is   error
		want string
	}{
		{l.books.Limit(3), repo.ErrSliced, "repo: a limit or an offset was set: Book cannot be read page by page any more (page first)"},
		{l.books.Union(l.books.Filter("sold", true)), repo.ErrCombined, "repo: a set operation does not allow this call: PaginateAfter of Book is not possible after Union"},
		{l.books.Columns("title"), repo.ErrGrouped, "repo: the rows hold columns, not objects"},
		{l.books.GroupBy("title"), repo.ErrGrouped, "repo: the rows hold columns, not objects"},
		{l.books.Distinct("title"), repo.ErrMismatch, "PaginateAfter of Book cannot follow Distinct with names"},
		{l.books.OrderBy("title", "?"), nil, "repo: Book: a random order has no next page"},
		{l.books.OrderBy("tags__name"), nil, "repo: Book: the order goes over Book.tags, which leads to many rows, so a row has several places (order by an aggregate)"},
		{l.books.Annotate("tag", repo.F("tags__name")).OrderBy("tag"), nil, "the order goes over Book.tags"},
	} {
		_, err := repo.PaginateAfter(ctx, c.qs, "", 2)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, "[repo/paginate_test.go:")
		if c.is != nil {
			require.ErrorIs(t, err, c.is)
		}
	}
	_, err := repo.PaginateAfter(ctx, l.books, "", 0)
	require.ErrorContains(t, err, "repo: Book: PaginateAfter takes a size of 1 row or more, not 0")
	_, err = repo.PaginateAfter(ctx, l.books, "", 2, repo.CursorKeys([]byte("short")))
	require.ErrorContains(t, err, "repo: Book: a key for cursors has 16 bytes or more")
	all := slices.Repeat([]string{"long"}, 3000)
	_, err = repo.PaginateAfter(ctx, l.books.Annotate("long", repo.Value(fmt.Sprint(all))).OrderBy("long"), "", 2)
	require.ErrorContains(t, err, "repo: Book: the values of a row in the order are too long for a cursor (")
}
