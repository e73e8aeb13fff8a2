package repo_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	for i, title := range []string{"a", "b", "c"} {
		l.book(t, title, ann, func(b *Book) { b.Stock, b.Pages, b.Price = int32(i), 100*i, decimal.New(250, -2) })
	}
	n, err := l.books.Filter("stock__gt", 0).Update(ctx, l.books.Set("stock", repo.F("stock").Sub(1)), l.books.Set("pages", repo.F("pages").Mul(2).Add(repo.F("stock"))))
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	c, err := l.books.Filter("title", "c").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, int32(1), c.Stock)
	require.Equal(t, 402, c.Pages, "the right sides see the row as it was")

	_, err = l.books.Filter("title", "a").Update(ctx, l.books.Set("price", repo.F("price").Mul(decimal.New(15, -1))), l.books.Set("editor", bob), l.books.Set("rating", 4.5))
	require.NoError(t, err)
	a, err := l.books.Filter("title", "a").SelectRelated("editor").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "3.75", a.Price.String())
	require.Equal(t, "Bob", a.Editor.Name)
	require.Equal(t, 4.5, *a.Rating)

	// A condition across a relation chooses the rows by a subquery.
	n, err = l.books.Filter("editor__name", "Bob").Update(ctx, l.books.Set("editor", nil), l.books.Set("rating", nil))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	n, err = l.books.Filter("editor", nil).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, n)

	n, err = l.books.Filter("pages__in", []int{}).Update(ctx, l.books.Set("pages", 1))
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = l.books.AllRows().Update(ctx, l.books.Set("subtitle", "x"))
	require.NoError(t, err)
	require.EqualValues(t, 3, n)
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	l.book(t, "a", l.author(t, "Ann"))
	set := l.books.Set("pages", 1)
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Book]
		set  repo.Assign[Book]
		want string
	}{
		"no condition":      {l.books, set, "repo: Book: WHERE conditions required (call AllRows() to write every row)"},
		"always true":       {l.books.Exclude("pages__in", []int{}), set, "repo: Book: WHERE conditions required (call AllRows() to write every row)"},
		"neutral condition": {l.books.Where(repo.Cond[Book]{}), set, "repo: Book: WHERE conditions required (call AllRows() to write every row)"},
		"slice":             {l.books.Filter("pages", 1).Limit(1), set, "repo: a limit or an offset was set: Book cannot be updated by slices (choose the rows by a condition) [repo/write_test.go:"},
		"unknown column":    {l.books.AllRows(), l.books.Set("pgaes", 1), `repo: Book has no field "pgaes" (did you mean "pages"?); choices are author,`},
		"wrong type":        {l.books.AllRows(), l.books.Set("pages", "x"), `repo: Book.pages takes an integer, not string [repo/write_test.go:`},
		"too large":         {l.books.AllRows(), l.books.Set("stock", 1<<40), `repo: Book.stock takes an integer from -2147483648 to 2147483647, not int [repo/write_test.go:`},
		"joined expression": {l.books.AllRows(), l.books.Set("pages", repo.F("author__born")), `repo: Book.pages cannot be set from a column of Author: an update sees the row's own columns only [repo/write_test.go:`},
		"another's column":  {l.books.AllRows(), l.books.Set("author__name", "x"), `repo: Book has no column "author__name": it belongs to Author [repo/write_test.go:`},
		"empty":             {l.books.AllRows(), repo.Assign[Book]{}, `repo: an empty assignment (make it with Set)`},
		"empty expression":  {l.books.AllRows(), l.books.Set("pages", repo.Expr{}), `repo: Book: an empty expression (make one with repo.F)`},
	} {
		_, err := c.qs.Update(ctx, c.set)
		require.ErrorContains(t, err, c.want, name)
	}
	_, err := l.books.Update(ctx, set)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)
	_, err = l.books.Delete(ctx)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)

	_, err = l.books.AllRows().Update(ctx, l.books.Set("stock", -1))
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	require.Equal(t, gormango.Check, ie.Kind)
	require.Equal(t, "books", ie.Table)
}

func TestDeleteRows(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	l.book(t, "a", ann)
	l.book(t, "b", bob)
	l.book(t, "c", bob, func(b *Book) { b.Pages = 1 })
	d, err := l.books.Filter("author__name", "Bob").Exclude("pages", 1).Delete(ctx)
	require.NoError(t, err)
	require.Equal(t, repo.Deleted{Total: 1, By: map[string]int64{"Book": 1}}, d)
	require.Equal(t, []string{"a", "c"}, titles(t, l.books.OrderBy("title")))

	_, err = l.authors.Filter("name", "Ann").Delete(ctx)
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	require.Equal(t, gormango.ForeignKey, ie.Kind)
	require.ErrorIs(t, err, gorm.ErrForeignKeyViolated)

	d, err = l.books.Filter("title", "zzz").Delete(ctx)
	require.NoError(t, err)
	require.Equal(t, repo.Deleted{By: map[string]int64{}}, d)
	d, err = l.books.AllRows().Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
}
