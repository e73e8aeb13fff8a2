package repo_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// Rows that a part holds twice are one in a slice of a Union too where the
// other part can have none.
func TestUnionOfOnePart(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	book, none := l.book(t, "a", l.author(t, "Ann")), l.books.Filter("id__in", []int64{})
	for _, name := range []string{"x", "y"} {
		tag := &Tag{Name: name}
		require.NoError(t, l.tags.Create(ctx, tag))
		require.NoError(t, l.db.Model(book).Association("Tags").Append(tag))
	}
	twice := l.books.Filter("tags__isnull", false)
	require.Equal(t, []string{"a", "a"}, titles(t, twice.UnionAll(none).OrderBy("title").Limit(5)))
	for _, qs := range []*repo.QuerySet[Book]{twice.Union(none), none.Union(twice)} {
		require.Equal(t, []string{"a"}, titles(t, qs.OrderBy("title").Limit(5)))
		n, err := qs.Limit(5).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.Equal(t, []string{"a", "a"}, titles(t, qs), "as Django has it without a slice")
	}
}

// Conditions of a query that is itself combined stay with its own joins.
func TestCombineWithin(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	tags := map[string]*Tag{"x": {Name: "x"}, "y": {Name: "y"}, "z": {Name: "z"}}
	for _, title := range []string{"x", "xy", "xyz", "yz", "z"} {
		book := l.book(t, title, ann)
		for _, c := range title {
			if tags[string(c)].ID == 0 {
				require.NoError(t, l.tags.Create(ctx, tags[string(c)]))
			}
			require.NoError(t, l.db.Model(book).Association("Tags").Append(tags[string(c)]))
		}
	}
	x, y, z := l.books.Filter("tags__name", "x"), l.books.Filter("tags__name", "y"), l.books.Filter("tags__name__gt", "y").Filter("author__name", "Ann")
	require.Equal(t, []string{"xyz"}, titles(t, x.CombineAnd(y.CombineAnd(z)).OrderBy("title")))
	require.Equal(t, []string{"xyz"}, titles(t, x.CombineAnd(y).CombineAnd(z).OrderBy("title")))
	require.Equal(t, []string{"x", "xy", "xyz", "yz"}, slices.Compact(titles(t, x.CombineOr(y.CombineAnd(z)).OrderBy("title"))))
}

// The rows of another model are a QuerySet like others: mistakes are errors,
// and terminals that read no objects run.
func TestRowsOf(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	l.book(t, "Go", l.author(t, "Ann"))
	titles := repo.From(repo.RowsOf[Author](l.books.Columns("title")))
	var field *repo.FieldError
	require.ErrorAs(t, titles.Filter("nope", 1).Err(), &field)
	require.Equal(t, "Book", field.Model)
	require.Contains(t, field.Place, "combine_test.go")
	require.EqualValues(t, 1, count(t, ctx, titles))
	_, err := titles.All(ctx)
	require.ErrorIs(t, err, repo.ErrGrouped)

	require.ErrorAs(t, repo.From(repo.RowsOf[Author](l.books.Filter("nope", 1))).Err(), &field)
	require.ErrorIs(t, repo.From(repo.RowsOf[Author](l.books)).Err(), repo.ErrMismatch)
	require.ErrorIs(t, repo.From(repo.RowsOf[Author](nil)).Err(), repo.ErrMismatch)
}

// The parts of a set operation have their own annotations, whatever is chosen
// of the whole.
func TestUnionOfAnnotations(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	type row struct {
		X string
		N int
	}
	books := l.books.Filter("title", "Go")
	as := func(x string, n int) *repo.QuerySet[Book] {
		return books.Annotate("x", repo.Value(x)).Annotate("n", repo.Value(n).Add(repo.F("pages")))
	}
	pages := 380
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Book]
		want []row
	}{
		"union":           {as("a", 1).Union(as("b", 2)), []row{{"a", pages + 1}, {"b", pages + 2}}},
		"of three":        {as("a", 1).Union(as("b", 2), as("c", 3)), []row{{"a", pages + 1}, {"b", pages + 2}, {"c", pages + 3}}},
		"of unions":       {as("a", 1).Union(as("b", 2)).Union(as("c", 3).Union(as("d", 4))), []row{{"a", pages + 1}, {"b", pages + 2}, {"c", pages + 3}, {"d", pages + 4}}},
		"all":             {as("a", 1).UnionAll(as("b", 2)), []row{{"a", pages + 1}, {"b", pages + 2}}},
		"difference":      {as("a", 1).Difference(as("b", 1)), []row{{"a", pages + 1}}},
		"intersection":    {as("a", 1).Intersection(as("b", 1)), []row{}},
		"chosen by parts": {as("a", 1).Columns("x", "n").Union(as("b", 2).Columns("x", "n")), []row{{"a", pages + 1}, {"b", pages + 2}}},
	} {
		got, err := repo.Values[row](ctx, c.qs.OrderBy("x"), "x", "n")
		if name == "chosen by parts" {
			got, err = repo.Values[row](ctx, c.qs.OrderBy("x"))
		}
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
		n, err := c.qs.Count(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, len(c.want), n, name)
	}
	swapped := books.Annotate("n", repo.Value(2)).Annotate("x", repo.Value("b"))
	got, err := repo.Values[row](ctx, books.Annotate("x", repo.Value("a")).Annotate("n", repo.Value(1)).Union(swapped).OrderBy("-n"), "n", "x")
	require.NoError(t, err)
	require.Equal(t, []row{{"b", 2}, {"a", 1}}, got)
	_, err = repo.Values[string](ctx, as("a", 1).Union(books), "x")
	require.ErrorContains(t, err, `no annotation "x"`)
}
