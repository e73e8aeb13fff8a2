package repo_test

import (
	"fmt"

	"github.com/gormango/gormango/repo"
)

// A struct takes columns by name, behind relations too.
func ExampleValues() {
	ctx, _, books, done := openLibrary()
	defer done()

	rows, err := repo.Values[struct {
		Title      string
		AuthorName string
	}](ctx, books.OrderBy("-pages"), "title", "author__name")
	check(err)
	for _, r := range rows {
		fmt.Println(r.Title, "by", r.AuthorName)
	}
	titles, err := repo.Values[string](ctx, books.OrderBy("title"), "title")
	fmt.Println(titles, err)
	// Output:
	// Go by Ann
	// SQL by Bob
	// More Go by Ann
	// [Go More Go SQL] <nil>
}

// GroupBy and an aggregate return a row for each group.
func ExampleValues_groups() {
	ctx, _, books, done := openLibrary()
	defer done()

	perAuthor := books.GroupBy("author__name").Annotate("pages", repo.Sum(repo.F("pages"))).OrderBy("author__name")
	rows, err := repo.Values[[]any](ctx, perAuthor)
	check(err)
	for _, r := range rows {
		fmt.Println(r...)
	}
	// Output:
	// Ann 470
	// Bob 250
}

// Objects come with their annotations in a struct that embeds the model.
func ExampleInto() {
	ctx, authors, _, done := openLibrary()
	defer done()

	rows, err := repo.Into[struct {
		Author
		N int64
	}](ctx, authors.Annotate("n", repo.Count(repo.F("books"))).Filter("n__gte", 1).OrderBy("name"))
	check(err)
	for _, r := range rows {
		fmt.Println(r.Name, r.N)
	}
	// Output:
	// Ann 2
	// Bob 1
}

// Several aggregates cost one statement.
func ExampleAggregate() {
	ctx, _, books, done := openLibrary()
	defer done()

	stats, err := repo.Aggregate[struct {
		Stock   int64
		Longest int
		Long    int64
	}](ctx, books, repo.Sum(repo.F("stock")).As("stock"), repo.Max(repo.F("pages")).As("longest"),
		repo.CountAll().Filter(books.Q("pages__gt", 200)).As("long"))
	fmt.Println(stats, err)
	avg, err := repo.Scalar[float64](ctx, books, repo.Avg(repo.F("pages")))
	fmt.Println(avg, err)
	// Output:
	// {3 380 2} <nil>
	// 240 <nil>
}

// InBulk returns objects by key; a key without a row is not in the map.
func ExampleInBulkBy() {
	ctx, _, books, done := openLibrary()
	defer done()

	byTitle, err := repo.InBulkBy(ctx, books, "title", []string{"Go", "C"})
	check(err)
	fmt.Println(len(byTitle), byTitle["Go"].Pages)
	// Output: 1 380
}

// SelectRaw reads SQL that the application writes; arguments never become text.
func ExampleSelectRaw() {
	ctx, db, _, _, done := openLibraryDB()
	defer done()

	for row, err := range repo.SelectRaw[struct {
		Title string
		Pages int
	}](ctx, db, "SELECT title, pages FROM books WHERE pages > ? ORDER BY pages", 100) {
		check(err)
		fmt.Println(row.Title, row.Pages)
	}
	// Output:
	// SQL 250
	// Go 380
}
