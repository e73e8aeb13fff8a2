package repo_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// where returns the text behind WHERE in the statement of a QuerySet.
func where(t *testing.T, qs *repo.QuerySet[Book]) string {
	t.Helper()
	sql, _, err := qs.SQL()
	require.NoError(t, err)
	if sql == "" {
		return "nothing is sent"
	}
	_, from, _ := strings.Cut(sql, ` FROM "books"`)
	return strings.TrimSpace(from)
}

func TestLookupsAsSQL(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	b := l.books
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const (
		author = `INNER JOIN "authors" ON ("books"."author_id" = "authors"."id") WHERE `
		editor = `INNER JOIN "authors" ON ("books"."editor_id" = "authors"."id") WHERE `
		left   = `LEFT JOIN "authors" ON ("books"."editor_id" = "authors"."id") WHERE `
	)
	cases := map[string]struct {
		qs   *repo.QuerySet[Book]
		want string
	}{
		"exact":               {b.Filter("title", "x"), `WHERE "books"."title" = $1`},
		"pk":                  {b.Filter("pk", 1), `WHERE "books"."id" = $1`},
		"nil":                 {b.Filter("rating", nil), `WHERE "books"."rating" IS NULL`},
		"nil pointer":         {b.Filter("rating", (*float64)(nil)), `WHERE "books"."rating" IS NULL`},
		"isnull":              {b.Filter("rating__isnull", false), `WHERE "books"."rating" IS NOT NULL`},
		"iexact":              {b.Filter("title__iexact", "x"), `WHERE UPPER("books"."title") = UPPER($1)`},
		"icontains a number":  {b.Filter("pages__icontains", 1), `WHERE UPPER("books"."pages"::text) LIKE UPPER($1)`},
		"contains":            {b.Filter("title__contains", "x"), `WHERE "books"."title" LIKE $1`},
		"in":                  {b.Filter("pages__in", []int{1, 2}), `WHERE "books"."pages" = ANY($1)`},
		"in of nothing":       {b.Filter("pages__in", []int{}), `nothing is sent`},
		"in of NULLs":         {b.Filter("pages__in", []*int{nil}), `nothing is sent`},
		"not in of nothing":   {b.Exclude("pages__in", []int{}), ``},
		"or with nothing":     {b.Where(b.Q("pages__in", []int{}).Or(b.Q("pages", 1))), `WHERE "books"."pages" = $1`},
		"and with nothing":    {b.Filter("pages", 1).Filter("pages__in", []int{}), `nothing is sent`},
		"range":               {b.Filter("pages__range", []int{1, 2}), `WHERE "books"."pages" BETWEEN $1 AND $2`},
		"beyond an integer":   {b.Filter("stock", int64(1)<<40), `nothing is sent`},
		"below an integer":    {b.Filter("stock__gt", -(int64(1) << 40)), ``},
		"range reaching out":  {b.Filter("stock__range", []int64{5, 1 << 40}), `WHERE "books"."stock" BETWEEN $1 AND $2`},
		"range beyond":        {b.Filter("stock__range", []int64{1 << 40, 1 << 41}), `nothing is sent`},
		"year":                {b.Filter("published_at__year", 2026), `WHERE "books"."published_at" BETWEEN $1 AND $2`},
		"year after":          {b.Filter("published_at__year__gt", 2026), `WHERE "books"."published_at" > $1`},
		"years":               {b.Filter("day__year__in", []int{2025, 2026}), `WHERE ("books"."day" BETWEEN $1 AND $2 OR "books"."day" BETWEEN $3 AND $4)`},
		"time":                {b.Filter("published_at__lte", at), `WHERE "books"."published_at" <= $1`},
		"decimal by text":     {b.Filter("price", "1.50"), `WHERE "books"."price" = $1`},
		"a named type":        {b.Filter("status", Status("x")), `WHERE "books"."status" = $1`},
		"an expression":       {b.Filter("pages__gt", repo.F("stock").Add(1)), `WHERE "books"."pages" > ("books"."stock" + $1::integer)`},
		"relation":            {b.Filter("author", 1), `WHERE "books"."author_id" = $1`},
		"relation's object":   {b.Filter("author", &Author{AutoKey: key(7)}), `WHERE "books"."author_id" = $1`},
		"relation's key":      {b.Filter("author__id", 1), `WHERE "books"."author_id" = $1`},
		"relation isnull":     {b.Filter("editor__isnull", true), `WHERE "books"."editor_id" IS NULL`},
		"across":              {b.Filter("author__name", "x"), author + `"authors"."name" = $1`},
		"across nullable":     {b.Filter("editor__name", "x"), editor + `"authors"."name" = $1`},
		"across, NULL wanted": {b.Filter("editor__name__isnull", true), left + `"authors"."name" IS NULL`},
		"exclude":             {b.Exclude("pages", 1), `WHERE NOT ("books"."pages" = $1)`},
		"exclude nullable":    {b.Exclude("rating", 1.5), `WHERE NOT ("books"."rating" = $1 AND "books"."rating" IS NOT NULL)`},
		"exclude across":      {b.Exclude("editor__name", "x"), left + `NOT ("authors"."name" = $1 AND "authors"."name" IS NOT NULL)`},
		"exclude several":     {b.Exclude("pages", 1).And("stock", 2), `WHERE NOT ("books"."pages" = $1 AND "books"."stock" = $2)`},
		"filter several":      {b.Filter("pages", 1).And("stock", 2), `WHERE ("books"."pages" = $1 AND "books"."stock" = $2)`},
		"or promotes":         {b.Where(b.Q("editor__name", "x").Or(b.Q("pages", 1))), left + `("authors"."name" = $1 OR "books"."pages" = $2)`},
		"and demotes again":   {b.Where(b.Q("editor__name", "x").Or(b.Q("pages", 1))).Filter("editor__born", 1), editor + `("authors"."name" = $1 OR "books"."pages" = $2) AND "authors"."born" = $3`},
		"or on one relation":  {b.Where(b.Q("editor__name", "x").Or(b.Q("editor__name", "y"))), editor + `("authors"."name" = $1 OR "authors"."name" = $2)`},
		"two relations":       {b.Filter("author__name", "x").Filter("editor__name", "y"), `INNER JOIN "authors" ON ("books"."author_id" = "authors"."id") INNER JOIN "authors" "T3" ON ("books"."editor_id" = "T3"."id") WHERE "authors"."name" = $1 AND "T3"."name" = $2`},
		"not of or":           {b.Where(b.Q("pages", 1).Or(b.Q("stock", 2)).Not()), `WHERE NOT ("books"."pages" = $1 OR "books"."stock" = $2)`},
		"not not":             {b.Where(b.Q("rating", 1).Not().Not()), `WHERE "books"."rating" = $1`},
		"neutral conditions":  {b.Where(repo.Cond[Book]{}, repo.Cond[Book]{}.Not().Or(repo.Cond[Book]{})), ``},
		"order":               {b.OrderBy("-pages", "title nulls first", "rating"), `ORDER BY "books"."pages" DESC, "books"."title" ASC NULLS FIRST, "books"."rating" ASC`},
		"order twice":         {b.OrderBy("pages", "-pages"), `ORDER BY "books"."pages" ASC`},
		"order methods":       {b.OrderBy(repo.Ordering[Book]("-rating").NullsLast(), repo.Ordering[Book]("day").NullsFirst()), `ORDER BY "books"."rating" DESC NULLS LAST, "books"."day" ASC NULLS FIRST`},
		"order by relation":   {b.OrderBy("-author"), `INNER JOIN "authors" ON ("books"."author_id" = "authors"."id") ORDER BY "authors"."name" DESC`},
		"order by nullable":   {b.OrderBy("editor__name"), `LEFT JOIN "authors" ON ("books"."editor_id" = "authors"."id") ORDER BY "authors"."name" ASC`},
		"order by column":     {b.OrderBy("author_id"), `ORDER BY "books"."author_id" ASC`},
		"order by its key":    {b.OrderBy("author__pk"), `ORDER BY "books"."author_id" ASC`},
		"order removed":       {b.OrderBy("pages").OrderBy(), ``},
		"slice":               {b.Limit(2).Offset(3), `LIMIT 2 OFFSET 3`},
		"limit 0":             {b.Limit(0), `nothing is sent`},
		"none":                {b.None().Filter("pages", 1), `nothing is sent`},
		"scopes":              {b.Scopes(long, long), `WHERE "books"."pages" > $1 AND "books"."pages" > $2`},
	}
	for name, c := range cases {
		require.Equal(t, c.want, where(t, c.qs), name)
	}
	sql, args, err := b.Filter("author__name__icontains", `50%_\`).SelectRelated("author").OrderBy("-pages").Limit(10).SQL()
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(sql, `SELECT "books"."id", "books"."title",`), sql)
	require.Contains(t, sql, `, "authors"."id", "authors"."name", "authors"."born" FROM "books" INNER JOIN`)
	require.Equal(t, []any{`%50\%\_\\%`}, args, "the signs that LIKE knows are escaped")
}

func long(q *repo.QuerySet[Book]) *repo.QuerySet[Book] { return q.Filter("pages__gt", 300) }

func TestTextLookups(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	a := l.author(t, "Ann")
	for _, title := range []string{"Go", "go fast", "gO 100%", "under_score", `back\slash`, "underXscore"} {
		l.book(t, title, a)
	}
	b := l.books.OrderBy("id")
	for lookup, c := range map[repo.Lookup[Book]]struct {
		value string
		want  []string
	}{
		"title__exact":       {"Go", []string{"Go"}},
		"title__iexact":      {"GO", []string{"Go"}},
		"title__contains":    {"o", []string{"Go", "go fast", "under_score", "underXscore"}},
		"title__icontains":   {"O", []string{"Go", "go fast", "gO 100%", "under_score", "underXscore"}},
		"title__startswith":  {"go", []string{"go fast"}},
		"title__istartswith": {"GO", []string{"Go", "go fast", "gO 100%"}},
		"title__endswith":    {"0%", []string{"gO 100%"}},
		"title__iendswith":   {"R_SCORE", []string{"under_score"}},
	} {
		require.Equal(t, c.want, titles(t, b.Filter(lookup, c.value)), lookup)
	}
	require.Equal(t, []string{"under_score"}, titles(t, b.Filter("title__contains", "r_s")))
	require.Equal(t, []string{`back\slash`}, titles(t, b.Filter("title__contains", `\`)))
}

// A child of a QuerySet never changes its parent or its siblings.
func TestQuerySetsAreValues(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	base := l.books.Filter("pages", 1).OrderBy("title")
	want := where(t, base)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			one := base.Filter("stock", i).Limit(i + 1).SelectRelated("author")
			two := base.And("sold", true)
			_, args, err := one.SQL()
			if err != nil || len(args) != 2 || args[1] != int64(i) {
				t.Errorf("args %v, err %v", args, err)
			}
			if two.Err() == nil {
				t.Error("And after OrderBy was taken")
			}
		}()
	}
	wg.Wait()
	require.Equal(t, want, where(t, base))
}

func TestYearInTheDatabasesZone(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	a := l.author(t, "Ann")
	l.book(t, "last moment", a, func(b *Book) { b.PublishedAt = ptr(time.Date(2025, 12, 31, 23, 59, 59, 999999000, time.UTC)) })
	l.book(t, "first moment", a, func(b *Book) { b.PublishedAt = ptr(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) })
	l.book(t, "never", a)
	for lookup, want := range map[repo.Lookup[Book]][]string{
		"published_at__year":      {"first moment"},
		"published_at__year__gt":  {},
		"published_at__year__gte": {"first moment"},
		"published_at__year__lt":  {"last moment"},
		"published_at__year__lte": {"last moment", "first moment"},
	} {
		require.Equal(t, want, titles(t, l.books.Filter(lookup, 2026).OrderBy("id")), lookup)
	}
	require.Equal(t, []string{"last moment", "never"}, titles(t, l.books.Exclude("published_at__year", 2026).OrderBy("id")))
	require.Equal(t, []string{"last moment", "first moment"}, titles(t, l.books.Filter("published_at__year__range", []int{2025, 2026}).OrderBy("id")))
}

// Zero values are written, found and filtered by.
func TestZeroValues(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := l.author(t, "")
	l.book(t, "zero", a)
	l.book(t, "other", a, func(b *Book) { b.Pages, b.Sold, b.Price = 1, true, decimal.New(1, 0) })
	for lookup, v := range map[repo.Lookup[Book]]any{"pages": 0, "sold": false, "price": decimal.Zero, "stock__lte": 0, "status": ""} {
		got := titles(t, l.books.Filter(lookup, v).OrderBy("id"))
		require.Equal(t, "zero", got[0], lookup)
	}
	b, err := l.books.Filter("title", "other").Get(ctx)
	require.NoError(t, err)
	b.Pages, b.Sold, b.Price = 0, false, decimal.Zero
	require.NoError(t, l.books.Save(ctx, b))
	n, err := l.books.Filter("pages", 0).And("sold", false).And("price", 0).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	changed, err := l.books.Filter("title", "zero").Update(ctx, l.books.Set("pages", 5), l.books.Set("sold", true))
	require.NoError(t, err)
	require.EqualValues(t, 1, changed)
	changed, err = l.books.Filter("pages", 5).Update(ctx, l.books.Set("pages", 0), l.books.Set("sold", false))
	require.NoError(t, err)
	require.EqualValues(t, 1, changed)
	exists, err := l.books.Filter("title", "zero").And("pages", 0).And("sold", false).Exists(ctx)
	require.NoError(t, err)
	require.True(t, exists)
}

func TestFrom(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	l.author(t, "Ann")
	type authors struct{ *repo.Repository[Author] }
	for _, src := range []repo.Source[Author]{l.authors, l.authors, authors{l.authors}, l.authors.Filter("name", "Ann")} {
		require.EqualValues(t, 1, count(t, ctx, repo.From(src).Filter("name__startswith", "A")))
	}
	_, err := repo.From[Author](nil).All(ctx)
	require.ErrorIs(t, err, repo.ErrUnbound)
	_, err = repo.From((*repo.Repository[Author])(nil)).All(ctx)
	require.ErrorIs(t, err, repo.ErrUnbound)
}
