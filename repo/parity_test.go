package repo_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// filled are the repositories of a blog with its rows.
func filled(t *testing.T) (context.Context, *repo.Repository[Post], *repo.Repository[Writer]) {
	t.Helper()
	ctx, db := context.Background(), openDB(t, blog.Models()...)
	require.NoError(t, blog.Fill(ctx, db))
	return ctx, repo.New[Post](db), repo.New[Writer](db)
}

// QS-12: the model's ordering does not split groups, an order that was asked
// for does.
func TestParityOrderOfGroups(t *testing.T) {
	t.Parallel()
	ctx, _, writers := filled(t)
	groups := writers.GroupBy("mentor_id").Annotate("n", repo.CountAll())
	rows, err := repo.Values[map[string]any](ctx, groups)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	rows, err = repo.Values[map[string]any](ctx, groups.OrderBy("name"))
	require.NoError(t, err)
	require.Len(t, rows, 3)
}

// QS-08, QS-13, QS-14, QS-29: aliases, orders turned round, distinct rows
// beside an order.
func TestParityOrdersAndAliases(t *testing.T) {
	t.Parallel()
	ctx, posts, _ := filled(t)
	double := posts.Alias("double", repo.F("likes").Mul(2)).Filter("double__gte", 80).OrderBy("-double", "id")
	require.Equal(t, "Go for Snakes, More Go", list(ctx, double))
	rows, err := repo.Values[map[string]any](ctx, double)
	require.NoError(t, err)
	require.NotContains(t, rows[0], "double")
	rows, err = repo.Values[map[string]any](ctx, double.Annotate("shown", repo.F("double")).Columns("shown"))
	require.NoError(t, err)
	require.EqualValues(t, 80, rows[0]["shown"])

	require.Equal(t, "Untold, Go for Snakes, NULL and void, Joins, More Go", list(ctx, posts.OrderBy("-published_at nulls last", "id").Reverse()))
	ids, err := repo.Values[int64](ctx, posts.Columns("writer_id").Distinct().OrderBy("likes"))
	require.NoError(t, err)
	require.Len(t, ids, 5, "the column of the order makes rows different")
	ids, err = repo.Values[int64](ctx, posts.Columns("writer_id").Distinct().OrderBy("writer_id"))
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, 3}, ids)
}

// That an order is turned round stays for the order that comes later, as in
// Django.
func TestParityReverseStays(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for _, title := range []string{"a", "b", "c"} {
		l.book(t, title, ann)
	}
	back := l.books.Reverse()
	require.Equal(t, []string{"c", "b", "a"}, titles(t, back.OrderBy("title")))
	require.Equal(t, []string{"a", "b", "c"}, titles(t, back.OrderBy("title").Reverse()))
	require.Equal(t, []string{"c", "b", "a"}, titles(t, back.Union(l.books.Filter("title", "b")).OrderBy("title")))
	require.Equal(t, []string{"a", "b", "c"}, titles(t, l.books.CombineOr(back.OrderBy("title")).Filter("id__gt", 0)))
	for want, read := range map[string]func() (*Book, error){
		"c": func() (*Book, error) { return back.First(ctx) }, "a": func() (*Book, error) { return back.Last(ctx) },
		"c ": func() (*Book, error) { return back.Earliest(ctx, "title") }, "a ": func() (*Book, error) { return back.Latest(ctx, "title") },
	} {
		got, err := read()
		require.NoError(t, err)
		require.Equal(t, want[:1], got.Title)
	}
	page, err := repo.Paginate(ctx, back.OrderBy("title"), 1, 2)
	require.NoError(t, err)
	require.Equal(t, "c", page.Items[0].Title)
	after, err := repo.PaginateAfter(ctx, back.OrderBy("title"), page.Next, 2)
	require.NoError(t, err)
	require.Equal(t, "c", after.Items[0].Title)
}

// QS-26: Only replaces, Defer adds up, what was deferred stays so, the key is
// always there.
func TestParityOnlyAndDefer(t *testing.T) {
	t.Parallel()
	_, posts, _ := filled(t)
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Post]
		want string
	}{
		"only":            {posts.Only("title"), "[words likes draft published_at writer_id editor_id]"},
		"only replaces":   {posts.Only("likes").Only("title"), "[words likes draft published_at writer_id editor_id]"},
		"defer":           {posts.Defer("title").Defer("words"), "[title words]"},
		"nothing":         {posts.Defer("title").Defer(), "[]"},
		"only, deferred":  {posts.Defer("words").Only("title", "words"), "[words likes draft published_at writer_id editor_id]"},
		"the key":         {posts.Defer("id", "title"), "[title]"},
		"only a relation": {posts.Only("writer"), "[title words likes draft published_at editor_id]"},
	} {
		assert.Equal(t, c.want, fmt.Sprint(c.qs.Deferred()), name)
	}
}

// QS-26: a foreign key that SelectRelated follows cannot be deferred.
func TestParityDeferredRelation(t *testing.T) {
	t.Parallel()
	ctx, posts, _ := filled(t)
	_, err := posts.SelectRelated("writer").Defer("writer").All(ctx)
	require.Error(t, err)
	_, err = posts.Only("title").SelectRelated("writer").All(ctx)
	require.Error(t, err)
}

// FL-11, FL-12, FL-14, FL-16, FL-17: conditions on annotations.
func TestParityConditionsOnAnnotations(t *testing.T) {
	t.Parallel()
	ctx, posts, _ := filled(t)
	n := repo.Count(repo.F("comments"))
	counted := posts.Annotate("n", n)
	require.Equal(t, "Go for Snakes, More Go, Untold", list(ctx, counted.Where(posts.Q("n__gte", 2).Or(posts.Q("draft", true))).OrderBy("id")))

	counts := func(qs *repo.QuerySet[Post]) []int64 {
		out, err := repo.Values[int64](ctx, qs.OrderBy("id"), "n")
		require.NoError(t, err)
		return out
	}
	require.Equal(t, []int64{1, 1, 2}, counts(posts.Filter("comments__approved", true).Annotate("n", n)), "a filter before limits what is counted")
	require.Equal(t, []int64{2, 1, 4}, counts(counted.Filter("comments__approved", true)), "a filter after joins again, and multiplies")

	ranked := posts.Annotate("r", repo.Window(fn.Rank()).PartitionBy(repo.F("writer")).OrderBy(repo.F("likes").Desc()))
	require.Equal(t, "Go for Snakes, More Go, Untold", list(ctx, ranked.Filter("r", 1).OrderBy("id")))
	require.Equal(t, "Go for Snakes, More Go", list(ctx, ranked.Filter("r", 1).OrderBy("id").Limit(2)))

	good := posts.FilteredRelation("good", "comments", posts.Q("comments__stars__gte", 4))
	require.Equal(t, []int64{1, 1, 0, 1, 0}, counts(good.Annotate("n", repo.Count(repo.F("good")))))
	require.Equal(t, "Go for Snakes, Joins, More Go", list(ctx, good.Filter("good__isnull", false).OrderBy("id")))

	c, err := posts.Annotate("writer__name", repo.Value("x")).Filter("writer__name", "x").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 5, c, "an annotation hides a path")
}

// FL-07, LK-10, LK-12: paths of every kind of relation; parts of times, in
// every place of a name.
func TestParityPathsAndParts(t *testing.T) {
	t.Parallel()
	ctx, posts, writers := filled(t)
	require.Equal(t, "NULL and void, More Go", list(ctx, posts.Filter("labels__posts__writer__mentor__posts__comments__name", "Eve").Distinct().OrderBy("id").Filter("writer__name", "Bob")))
	n, err := writers.Filter("mentor__posts__labels__name", "go").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	first := posts.Filter("id", 1) // Saturday, 10 January 2026, 9:00
	for lookup, v := range map[repo.Lookup[Post]]int{"year": 2026, "iso_year": 2026, "quarter": 1, "month": 1, "week": 2, "day": 10, "week_day": 7, "iso_week_day": 6,
		"hour": 9, "minute": 0, "second": 0, "date__day": 10, "time__hour": 9, "date__iso_year__lte": 2026, "month__in": 1} {
		var value any = v
		if lookup == "month__in" {
			value = []int{1, 2}
		}
		some, err := first.Filter("published_at__"+lookup, value).Exists(ctx)
		assert.NoError(t, err, lookup)
		assert.True(t, some, lookup)
	}
	months, err := repo.Values[*int](ctx, posts.OrderBy("-published_at__month nulls last", "id"), "published_at__month")
	require.NoError(t, err)
	require.Equal(t, []*int{ptr(3), ptr(2), ptr(2), ptr(1), nil}, months)
}

// LK-15: a uuid is compared as text with its hyphens.
func TestParityUUIDAsText(t *testing.T) {
	t.Parallel()
	sql, args, err := repo.New[textKey](openDB(t)).Filter("id__icontains", "A-b").SQL()
	require.NoError(t, err)
	require.Contains(t, sql, `UPPER("text_keys"."id"::text) LIKE UPPER($1)`)
	require.Equal(t, []any{"%A-b%"}, args)
}

type pairKey struct {
	A int64 `gorm:"primaryKey"`
	B int64 `gorm:"primaryKey"`
}

// LK-16: a key of several columns is no single value.
func TestParityKeyOfSeveralColumns(t *testing.T) {
	t.Parallel()
	pairs := repo.New[pairKey](openDB(t))
	require.ErrorContains(t, pairs.Filter("pk", 1).Err(), `pairKey has no single primary key for "pk"`)
	sql, _, err := pairs.Filter("a", 1).And("b", 2).SQL()
	require.NoError(t, err)
	require.Contains(t, sql, `WHERE ("pair_keys"."a" = $1 AND "pair_keys"."b" = $2)`)
}

// Every test that docs/parity.md and docs/gorm-pains.md name is there.
func TestPagesNameTests(t *testing.T) {
	t.Parallel()
	var sources strings.Builder
	folders := []string{".", "fn", "..", "../conformance", "../internal/query", "../internal/lookup", "../internal/pgpool",
		"../internal/modelinfo", "../internal/valuematrix", "../models", "../migrate", "../repotest", "../manage", "../checks", "../fixtures"}
	for _, folder := range folders {
		files, err := filepath.Glob(folder + "/*_test.go")
		require.NoError(t, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			sources.Write(text)
		}
	}
	for name, atLeast := range map[string]int{"parity": 80, "gorm-pains": 30} {
		page, err := os.ReadFile("../docs/" + name + ".md")
		require.NoError(t, err)
		names := regexp.MustCompile(`\b(Test[A-Z]\w+|Example[A-Z_]\w+)\b`).FindAllString(string(page), -1)
		require.Greater(t, len(names), atLeast, name)
		for _, name := range names {
			if name != "TestCase" { // Django's class
				require.Contains(t, sources.String(), "func "+name+"(")
			}
		}
	}
}
