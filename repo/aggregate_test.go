package repo_test

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

func aggregate(t *testing.T, src repo.Source[Book], exprs ...repo.Aliased) map[string]any {
	t.Helper()
	got, err := repo.Aggregate[map[string]any](context.Background(), src, exprs...)
	require.NoError(t, err)
	return got
}

func TestAggregateOverRows(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	b, pages := l.books, repo.F("pages")
	require.Equal(t, map[string]any{"n": int64(3), "sum": int64(721), "avg": 721.0 / 3, "least": int64(91), "most": int64(380), "rated": int64(2), "authors": int64(2)},
		aggregate(t, b, repo.CountAll().As("n"), repo.Sum(pages).As("sum"), repo.Avg(pages).As("avg"), repo.Min(pages).As("least"), repo.Max(pages).As("most"),
			repo.Count(repo.F("rating")).As("rated"), repo.Count(repo.F("author")).Distinct().As("authors")))
	type stats struct {
		Total  decimal.Decimal
		Newest *string
		N      int
	}
	got, err := repo.Aggregate[stats](ctx, b, repo.Sum(repo.F("price").Mul(repo.F("stock"))).As("total"), repo.Max(repo.F("title")).As("newest"),
		repo.Count(repo.F("id")).Filter(b.Q("pages__gt", 100)).Filter(b.Q("stock__gt", 1)).As("n"))
	require.NoError(t, err)
	require.Equal(t, "21", got.Total.String())
	require.Equal(t, stats{got.Total, ptr("SQL"), 1}, got)
	require.Equal(t, map[string]any{"d": 1.0, "ds": 0.0, "v": 2.0}, map[string]any{
		"d":  aggregate(t, b.Filter("stock__in", []int{0, 2}), repo.StdDev(repo.F("stock")).As("x"))["x"],
		"ds": aggregate(t, b.Filter("pages__in", []int{91, 92}), repo.VarianceSample(repo.F("stock")).Default(0).As("x"))["x"],
		"v":  aggregate(t, b.Filter("stock__in", []int{0, 2}), repo.VarianceSample(repo.F("stock")).As("x"))["x"]})
	// A later expression sees an earlier one, and annotations; across relations
	// rows multiply as in Django.
	require.Equal(t, map[string]any{"a": int64(721), "b": int64(1442)}, aggregate(t, b, repo.Sum(pages).As("a"), repo.F("a").Mul(2).As("b")))
	require.Equal(t, map[string]any{"x": int64(724)}, aggregate(t, b.Annotate("more", pages.Add(1)), repo.Sum(repo.F("more")).As("x")))
	sum, err := repo.Scalar[int64](ctx, l.authors, repo.Sum(repo.F("books__pages")))
	require.NoError(t, err)
	require.Equal(t, int64(721), sum)
	n, err := repo.Scalar[int](ctx, l.authors.Filter("books__pages__gt", 100), repo.CountAll())
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

// What stands before the aggregate is done before it: slices, groups, distinct,
// sets, windows' and subqueries' values.
func TestAggregateOverAQueryWithin(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	b, sum := l.books, repo.Sum(repo.F("pages")).As("s")
	require.Equal(t, map[string]any{"s": int64(341)}, aggregate(t, b.OrderBy("pages").Limit(2), sum))
	require.Equal(t, map[string]any{"s": int64(630)}, aggregate(t, b.OrderBy("pages").Offset(1), sum))
	require.Equal(t, map[string]any{"n": int64(2)}, aggregate(t, b.OrderBy("pages").Limit(2), repo.CountAll().As("n")))
	require.Equal(t, map[string]any{"n": int64(2)}, aggregate(t, b.Columns("author").Distinct(), repo.Count(repo.F("author")).As("n")))
	_, err := repo.Aggregate[map[string]any](ctx, b.Distinct("author_id").OrderBy("author_id", "-pages"), sum)
	require.ErrorContains(t, err, "Aggregate of Book cannot follow Distinct with names", "as in Django")
	require.Equal(t, map[string]any{"s": int64(471)}, aggregate(t, b.Distinct().Alias("up", repo.F("pages").Add(0)).OrderBy("-stock").Filter("author__name", "Ann"), repo.Sum(repo.F("up")).As("s")))
	require.Equal(t, map[string]any{"s": int64(341)}, aggregate(t, b.Columns("title").Distinct().Alias("up", repo.F("pages").Add(0)).OrderBy("pages").Limit(2), repo.Sum(repo.F("up")).As("s")))
	require.Equal(t, map[string]any{"s": int64(630)}, aggregate(t, b.Filter("title", "Go").Union(b.Filter("title", "SQL")), sum))
	require.Equal(t, map[string]any{"s": int64(380)}, aggregate(t, b.Filter("title", "Go").UnionAll(b.None()), sum))

	perAuthor := l.authors.Annotate("n", repo.Count(repo.F("books")))
	avg, err := repo.Scalar[float64](ctx, perAuthor, repo.Avg(repo.F("n")))
	require.NoError(t, err)
	require.Equal(t, 1.5, avg)
	most, err := repo.Scalar[int](ctx, perAuthor.Filter("n__gt", 1), repo.Max(repo.F("n").Add(1)))
	require.NoError(t, err)
	require.Equal(t, 3, most)
	require.Equal(t, map[string]any{"groups": int64(2), "most": int64(471)}, aggregate(t, b.GroupBy("author").Annotate("s", repo.Sum(repo.F("pages"))),
		repo.CountAll().As("groups"), repo.Max(repo.F("s")).As("most")))
	require.Equal(t, map[string]any{"s": int64(721)}, aggregate(t, b.GroupBy("author").Annotate("n", repo.CountAll()), sum))
	newest := repo.Sub(b.Filter("author", repo.OuterRef("author")).OrderBy("-pages").Limit(1), "pages")
	require.Equal(t, map[string]any{"s": int64(1010)}, aggregate(t, b.Annotate("top", newest), repo.Sum(repo.F("top")).As("s")))
	// A condition inside the aggregate moves with it.
	require.Equal(t, map[string]any{"n": int64(1), "s": int64(350)}, aggregate(t, b.OrderBy("pages").Limit(2), repo.Count(repo.F("id")).Filter(b.Q("author__name", "Bob")).As("n"),
		repo.Sum(repo.F("pages").Add(100)).Filter(b.Q("title__startswith", "SQL")).As("s")))
}

// Where no row can match nothing is sent.
func TestAggregateOfNothing(t *testing.T) {
	t.Parallel()
	_, l := stocked(t)
	none := l.books.None()
	require.Equal(t, map[string]any{"n": int64(0), "s": nil, "d": int64(7)}, aggregate(t, none, repo.CountAll().As("n"), repo.Sum(repo.F("pages")).As("s"),
		repo.Sum(repo.F("pages")).Default(7).As("d")))
	type row struct {
		N *int
		S *int64
		D decimal.Decimal
	}
	over, cancel := context.WithCancel(context.Background())
	cancel() // no statement would get through
	got, err := repo.Aggregate[row](over, l.books.Filter("pages__in", []int{}), repo.CountAll().As("n"), repo.Sum(repo.F("pages")).As("s"), repo.Sum(repo.F("price")).Default("1.5").As("d"))
	require.NoError(t, err)
	require.Equal(t, row{ptr(0), nil, decimal.RequireFromString("1.5")}, got)
	// Expressions over aggregates are sent to the database.
	require.Equal(t, map[string]any{"x": int64(3), "y": int64(0)}, aggregate(t, none, repo.CountAll().Add(3).As("x"), repo.Sum(repo.F("pages")).Default(repo.Value(0)).As("y")))
	require.Equal(t, map[string]any{"x": int64(1)}, aggregate(t, none.Distinct(), repo.Count(repo.F("id")).Add(1).As("x")))
	require.Equal(t, map[string]any{"s": nil, "d": int64(2)}, aggregate(t, l.books.Filter("title", "x"), repo.Sum(repo.F("pages")).As("s"), repo.Sum(repo.F("pages")).Default(2).As("d")))
}

func TestAggregateMistakes(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	b := l.books
	for want, exprs := range map[string][]repo.Aliased{
		"no expression was passed":              {},
		`"x" is no aggregate expression`:        {repo.F("pages").As("x")},
		`two aggregates have the name "x"`:      {repo.CountAll().As("x"), repo.CountAll().As("x")},
		`cannot be the name`:                    {repo.CountAll().As("x; --")},
		`"a" is an aggregate`:                   {repo.CountAll().As("a"), repo.Sum(repo.F("a")).As("b")},
		`COUNT is computed within another`:      {repo.Sum(repo.Count(repo.F("id"))).As("b")},
		`Filter belongs to an aggregate`:        {repo.F("pages").Filter(b.Q("id", 1)).As("x")},
		`COUNT is 0 without rows`:               {repo.CountAll().Default(1).As("x")},
		`CountAll has no values to be distinct`: {repo.CountAll().Distinct().As("x")},
		`SUM needs an operand`:                  {repo.Sum(nil).As("x")},
		`no field "pagse"`:                      {repo.Sum(repo.F("pagse")).As("x")},
		`repo.F`:                                {repo.Expr{}.As("x")},
		`Distinct belongs to an aggregate`:      {repo.Expr{}.Distinct().As("x")},
	} {
		_, err := repo.Aggregate[map[string]any](ctx, b, exprs...)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "repo/aggregate_test.go", want)
	}
	_, err := repo.Aggregate[struct{ N int }](ctx, b, repo.CountAll().As("m"))
	require.ErrorContains(t, err, `no field for the column "m"`)
	_, err = repo.Scalar[int](ctx, b, nil)
	require.ErrorContains(t, err, "an operand is nil")
	_, err = repo.Aggregate[map[string]any](ctx, b.Filter("x", 1), repo.CountAll().As("n"))
	require.Error(t, err)
	require.ErrorContains(t, l.authors.Annotate("n", repo.Count(repo.F("books"))).Annotate("s", repo.Sum(repo.F("n"))).Err(), `"n" is an aggregate`)
	_, err = repo.Aggregate[map[string]any](ctx, b.Columns("title").Union(b.Columns("title")), repo.Sum(repo.F("pages")).As("x"))
	require.ErrorContains(t, err, "after Union is about the columns")
}

// A comparison with an aggregate over no row never holds, as in Django: Filter
// finds no row, Exclude keeps all. One with a default is compared.
func TestConditionsOnAnAggregateOfNothing(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, blog.Models()...)
	writers := repo.New[Writer](db)
	require.NoError(t, writers.Create(ctx, &Writer{Name: "Ann"}, &Writer{Name: "Ben"}))
	none := repo.Sum(repo.F("posts__words")).Filter(repo.New[Post](db).Q("id__in", []int64{}))
	for _, c := range []struct {
		sum                          repo.Expr
		found, excluded, null, count int64
	}{{none, 0, 2, 0, 2}, {none.Add(1), 0, 2, 0, 2}, {none.Default(7), 2, 0, 0, 2}} {
		rows := writers.Annotate("n", c.sum)
		require.Equal(t, c.found, count(t, ctx, rows.Filter("n__gt", 1)))
		require.Equal(t, c.excluded, count(t, ctx, rows.Exclude("n__gt", 1)))
		require.Equal(t, c.null, count(t, ctx, rows.Filter("n__isnull", true)))
		require.Equal(t, c.count, count(t, ctx, rows))
	}
}
