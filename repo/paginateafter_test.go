package repo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// shuffled fills the library with books of few different values, many of them
// NULL.
func shuffled(t testing.TB, l *library, r *rand.Rand, n int) {
	t.Helper()
	var authors []*Author
	for _, name := range []string{"Ann", "Bob", "ann", "Ünal", "Bob"} {
		authors = append(authors, l.author(t, name))
	}
	for i := range n {
		shuffledBook(t, l, r, authors, fmt.Sprint("b", i))
	}
}

func shuffledBook(t testing.TB, l *library, r *rand.Rand, authors []*Author, title string) *Book {
	return l.book(t, title, authors[r.IntN(len(authors))], func(b *Book) {
		b.Pages, b.Sold = r.IntN(4), r.IntN(2) == 0
		b.Status = Status([]string{"", "new", "it's \"old\", \\ {x}", "50%_"}[r.IntN(4)])
		b.Price = decimal.New(int64(r.IntN(3)), int32(-r.IntN(3)))
		if r.IntN(2) == 0 {
			b.Rating = ptr([]float64{0.1, -1e-7, 1.0 / 3, 1e20}[r.IntN(4)])
		}
		if r.IntN(2) == 0 {
			b.Subtitle = ptr([]string{"", "a", "B", "ä"}[r.IntN(4)])
		}
		if r.IntN(2) == 0 {
			b.PublishedAt = ptr(time.Date(1850+60*r.IntN(4), 6, 1, 12, 0, 0, 123000*r.IntN(2), time.UTC))
		}
		if r.IntN(2) == 0 {
			b.Day = ptr(time.Date(2020+r.IntN(2), 6, 1, 0, 0, 0, 0, time.UTC))
		}
		if r.IntN(2) == 0 {
			b.EditorID = &authors[r.IntN(len(authors))].ID
		}
	})
}

// annotated has values to order by that are no columns, NULLs among them.
func annotated(l *library) *repo.QuerySet[Book] {
	return l.books.Annotate("worth", repo.F("rating").Mul(2)).Alias("cheap", l.books.Q("price__lt", 1)).
		Alias("born", repo.F("editor__born"))
}

var orderTerms = []string{"pages", "sold", "status", "price", "rating", "subtitle", "published_at", "published_at__year", "day", "author__name", "author",
	"editor__name", "editor", "editor_id", "worth", "cheap", "born", "title"}

// someOrder is one to three random terms.
func someOrder(r *rand.Rand, from []string) (terms []repo.Ordering[Book]) {
	for range 1 + r.IntN(3) {
		t := from[r.IntN(len(from))]
		if r.IntN(2) == 0 {
			t = "-" + t
		}
		terms = append(terms, repo.Ordering[Book](t+[]string{"", "", " nulls first", " nulls last"}[r.IntN(4)]))
	}
	return terms
}

// withKey is an order with what pages add to it.
func withKey(terms []repo.Ordering[Book]) []repo.Ordering[Book] {
	key := repo.Ordering[Book]("id")
	if strings.HasPrefix(string(terms[len(terms)-1]), "-") {
		key = "-id"
	}
	return append(terms, key)
}

func ids(books []*Book) []int64 {
	out := []int64{}
	for _, b := range books {
		out = append(out, b.ID)
	}
	return out
}

// forwards reads all pages from the first on, and calls between after each.
func forwards(t testing.TB, qs *repo.QuerySet[Book], size int, between func(), opts ...repo.PageOption) (pages [][]int64, last repo.Page[Book]) {
	t.Helper()
	for cursor := ""; ; cursor = last.Next {
		var err error
		last, err = repo.PaginateAfter(context.Background(), qs, cursor, size, opts...)
		require.NoError(t, err)
		require.Equal(t, cursor != "", last.HasPrev())
		pages = append(pages, ids(last.Items))
		if !last.HasNext() {
			return pages, last
		}
		require.Len(t, last.Items, size, "only the last page is short")
		require.Less(t, len(pages), 500)
		between()
	}
}

// backwards reads from a page on to the first.
func backwards(t testing.TB, qs *repo.QuerySet[Book], size int, from repo.Page[Book], between func(), opts ...repo.PageOption) (pages [][]int64) {
	t.Helper()
	for from.HasPrev() {
		between()
		var err error
		from, err = repo.PaginateAfter(context.Background(), qs, from.Prev, size, opts...)
		require.NoError(t, err)
		require.True(t, from.HasNext())
		pages = append([][]int64{ids(from.Items)}, pages...)
		require.Less(t, len(pages), 500)
	}
	return pages
}

// Whatever the order is, the pages in both directions are the list.
func TestPaginateAfterWalks(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	r := rand.New(rand.NewPCG(1, 2))
	shuffled(t, l, r, 60)
	nothing := func() {}
	for i := range longtest.Count(40, 150) {
		terms := someOrder(r, orderTerms)
		name := fmt.Sprint(i, terms)
		qs := annotated(l).OrderBy(terms...)
		if i%3 == 0 {
			qs = qs.Filter("pages__gt", 0).SelectRelated("editor")
		}
		if i%5 == 0 {
			qs = qs.Distinct()
		}
		ordered := annotated(l).OrderBy(withKey(terms)...)
		if i%7 == 0 {
			qs, ordered = qs.Reverse(), ordered.Reverse()
		}
		whole, err := ordered.All(ctx)
		require.NoError(t, err)
		want := ids(whole)
		if i%3 == 0 {
			want = slices.DeleteFunc(want, func(id int64) bool {
				return slices.ContainsFunc(whole, func(b *Book) bool { return b.ID == id && b.Pages == 0 })
			})
		}
		size := 1 + r.IntN(20)
		pages, last := forwards(t, qs, size, nothing)
		require.Equal(t, want, slices.Concat(pages...), name)
		back := append(backwards(t, qs, size, last, nothing), ids(last.Items))
		require.Equal(t, pages, back, name)
	}
}

// Rows that stay are met once, in their order, while others come and go between
// pages.
func TestPaginateAfterWhileRowsChange(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	r := rand.New(rand.NewPCG(3, 4))
	shuffled(t, l, r, 60)
	authors, err := l.authors.All(ctx)
	require.NoError(t, err)
	made := 0
	for i := range longtest.Count(8, 40) {
		terms := someOrder(r, orderTerms)
		qs := annotated(l).OrderBy(terms...)
		before, err := annotated(l).OrderBy(withKey(terms)...).All(ctx)
		require.NoError(t, err)
		gone := map[int64]bool{}
		change := func() {
			made++
			shuffledBook(t, l, r, authors, fmt.Sprint("new", made))
			victim := before[r.IntN(len(before))].ID
			gone[victim] = true
			_, err := l.books.Filter("id", victim).Delete(ctx)
			require.NoError(t, err)
		}
		size := 3 + r.IntN(10)
		check := func(pages [][]int64) {
			seen := slices.Concat(pages...)
			sorted := slices.Clone(seen)
			slices.Sort(sorted)
			require.Len(t, slices.Compact(sorted), len(seen), "a row was met twice: %v", terms)
			stayed := slices.DeleteFunc(ids(before), func(id int64) bool { return gone[id] })
			seen = slices.DeleteFunc(seen, func(id int64) bool { return !slices.Contains(stayed, id) })
			require.Equal(t, stayed, seen, "%d %v", i, terms)
		}
		pages, last := forwards(t, qs, size, change)
		check(pages)
		back := append(backwards(t, qs, size, last, change), ids(last.Items))
		check(back)
	}
}

// A page whose rows were all deleted leads back to where it was.
func TestPaginateAfterEmptyPage(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(5, 6)), 9)
	qs := l.books.OrderBy("-rating", "id")
	whole, err := qs.All(ctx)
	require.NoError(t, err)
	page := func(cursor string) repo.Page[Book] {
		p, err := repo.PaginateAfter(ctx, qs, cursor, 3)
		require.NoError(t, err)
		return p
	}
	first := page("")
	second := page(first.Next)
	third := page(second.Next)
	require.Equal(t, ids(whole), slices.Concat(ids(first.Items), ids(second.Items), ids(third.Items)))
	require.Empty(t, third.Next)
	_, err = l.books.Filter("id__in", ids(third.Items)).Delete(ctx)
	require.NoError(t, err)
	empty := page(second.Next)
	require.NotNil(t, empty.Items)
	require.Empty(t, empty.Items)
	require.Empty(t, empty.Next)
	require.Equal(t, ids(second.Items), ids(page(empty.Prev).Items))

	_, err = l.books.Filter("id__in", ids(first.Items)).Delete(ctx)
	require.NoError(t, err)
	empty = page(second.Prev)
	require.Empty(t, empty.Items)
	require.False(t, empty.HasPrev())
	require.Equal(t, ids(second.Items), ids(page(empty.Next).Items))
	require.Empty(t, page("").Next)
}

// Aggregates, window functions and rows that are grouped page as columns do.
func TestPaginateAfterComputed(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	r := rand.New(rand.NewPCG(7, 8))
	shuffled(t, l, r, 40)
	var tags []*Tag
	for i := range 5 {
		tags = append(tags, &Tag{Name: fmt.Sprint("t", i)})
		require.NoError(t, l.tags.Create(ctx, tags[i]))
	}
	books, err := l.books.All(ctx)
	require.NoError(t, err)
	for _, b := range books {
		for _, tag := range tags[:r.IntN(4)] {
			require.NoError(t, l.db.Exec("INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?)", b.ID, tag.ID).Error)
		}
	}
	for name, qs := range map[string]*repo.QuerySet[Book]{
		"count":            l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("-n"),
		"count and column": l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("n", "-author__name", "rating"),
		"nullable":         l.books.Annotate("m", repo.Max(repo.F("tags__name"))).OrderBy("-m nulls last", "rating nulls first"),
		"average":          l.books.Annotate("a", repo.Avg(repo.F("tags__id"))).OrderBy("a"),
		"column first":     l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("-rating", "n"),
		"narrowed":         l.books.Annotate("n", repo.Count(repo.F("tags"))).Filter("n__gte", 1).OrderBy("status", "-n"),
		"related rows":     l.books.Filter("tags__name__in", []string{"t0", "t1"}).Distinct().OrderBy("-author__name", "price"),
		"expression":       l.books.OrderByExpr(repo.F("pages").Add(repo.F("rating")).Desc().NullsLast(), repo.F("author__name").Asc()),
		"exists":           l.books.Annotate("has", repo.Exists(l.tags.Filter("books", repo.OuterRef("pk")))).OrderBy("-has", "sold"),
		"never":            l.books.Annotate("has", repo.Exists(l.tags.None())).OrderBy("-has", "sold"),
		"none":             l.books.None().OrderBy("rating"),
		"key":              l.books.OrderBy("-pk", "title"),
		"model's":          l.books.OrderBy("sold", "-id"),
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := qs.All(ctx)
			require.NoError(t, err)
			for _, size := range []int{1, 7} {
				pages, last := forwards(t, qs, size, func() {})
				require.ElementsMatch(t, ids(rows), slices.Concat(pages...))
				require.Equal(t, pages, append(backwards(t, qs, size, last, func() {}), ids(last.Items)))
			}
		})
	}
	pages, _ := forwards(t, l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("-n"), 7, func() {})
	whole, err := l.books.Annotate("n", repo.Count(repo.F("tags"))).OrderBy("-n", "-id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, ids(whole), slices.Concat(pages...))
}

// Relations are loaded for the rows of the page alone, and hidden and joined
// columns stay what they are.
func TestPaginateAfterLoads(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	shuffled(t, l, rand.New(rand.NewPCG(9, 9)), 5)
	page, err := repo.PaginateAfter(ctx, l.books.Only("title", "editor", "author").SelectRelated("editor").PrefetchRelated("author").OrderBy("author__name"), "", 3)
	require.NoError(t, err)
	require.Len(t, page.Items, 3)
	for _, b := range page.Items {
		require.NotNil(t, b.Author)
		require.NotEmpty(t, b.Title)
	}
	require.Zero(t, page.Total)

	// Every kind of model: the order of Meta holds, and a soft delete hides its
	// rows.
	people, err := repo.PaginateAfter(ctx, l.authors, "", 2)
	require.NoError(t, err)
	require.Equal(t, "ann", strings.ToLower(people.Items[0].Name))
	people, err = repo.PaginateAfter(ctx, l.authors, people.Next, 2)
	require.NoError(t, err)
	require.Len(t, people.Items, 2)
}

func TestPaginateAfterSQL(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	for i := range 4 {
		l.book(t, fmt.Sprint("b", i), ann, func(b *Book) { b.Rating = ptr(1.5) })
	}
	for order, want := range map[string]string{
		"title":                    `WHERE ROW("books"."title", "books"."id") > ROW($1, $2) ORDER BY`,
		"-title":                   `WHERE ROW("books"."title", "books"."id") < ROW($1, $2) ORDER BY "books"."title" DESC, "books"."id" DESC`,
		"id":                       `WHERE "books"."id" > $1 ORDER BY`,
		"-pages, id":               `WHERE ("books"."pages" <= $1 AND ("books"."pages" < $1 OR ("books"."pages" = $1 AND "books"."id" > $2))) ORDER BY`,
		"-rating nulls first, -id": `WHERE ("books"."rating" <= $1 AND ("books"."rating" < $1 OR ("books"."rating" = $1 AND "books"."id" < $2))) ORDER BY`,
	} {
		sent := statementsOf(l, func(books *repo.Repository[Book]) {
			var terms []repo.Ordering[Book]
			for _, t := range strings.Split(order, ", ") {
				terms = append(terms, repo.Ordering[Book](t))
			}
			qs := books.OrderBy(terms...)
			page, err := repo.PaginateAfter(ctx, qs, "", 2)
			require.NoError(t, err)
			_, err = repo.PaginateAfter(ctx, qs, page.Next, 2)
			require.NoError(t, err)
		})
		require.Len(t, sent, 2, "one statement a page")
		require.Contains(t, sent[1], "LIMIT 3")
		require.Contains(t, sent[1], want)
	}
}

// recorded keeps the statements that ran.
type recorded struct {
	logger.Interface
	mu  sync.Mutex
	all []string
}

func (w *recorded) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	sql, _ := fc()
	sql = strings.NewReplacer("$1$", "$1", "$2$", "$2").Replace(sql) // GORM's own dialect writes them so
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, sql)
}

func (w *recorded) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// statementsOf are those that fn runs on the books, with their parameters as $1
// and so on.
func statementsOf(l *library, fn func(books *repo.Repository[Book])) []string {
	w := &recorded{Interface: logger.Discard}
	fn(repo.New[Book](l.db.Session(&gorm.Session{Logger: w})))
	return w.take()
}

func (w *recorded) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.all
	w.all = nil
	return all
}
