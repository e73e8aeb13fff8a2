package repo_test

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gormango/gormango/repo"
)

// Params says what a request's query string may ask for.
func ExampleParams_Page() {
	ctx, _, books, done := openLibrary()
	defer done()

	params := repo.Params[Book]{
		Filters:   []repo.Lookup[Book]{"title__icontains", "author__name", "pages__gte"},
		Orderings: []repo.Ordering[Book]{"title", "pages"},
		MaxLimit:  100,
	}
	page, err := params.Page(ctx, books, url.Values{"title__icontains": {"go"}, "order_by": {"-pages"}, "limit": {"1"}})
	check(err)
	fmt.Println(page.Total, page.Items[0].Title)

	_, err = params.Page(ctx, books, url.Values{"titel__icontains": {"go"}})
	fmt.Println(err)
	// Output:
	// 2 Go
	// repo: unknown parameter "titel__icontains" (did you mean "title__icontains"?); choices are author__name, limit, offset, order_by, pages__gte, title__icontains
}

// DecodePatch reads the members that came, for Save to write just those.
func ExampleDecodePatch() {
	ctx, _, books, done := openLibrary()
	defer done()

	b, err := books.Filter("title", "Go").Get(ctx)
	check(err)
	names, err := repo.DecodePatch(strings.NewReader(`{"stock": 0}`), b, "title", "stock")
	check(err)
	check(books.Save(ctx, b, names...))
	fmt.Println(names, b.Stock)

	_, err = repo.DecodePatch(strings.NewReader(`{"id": 7}`), b, "title", "stock")
	fmt.Println(err)
	// Output:
	// [stock] 0
	// repo: unknown member "id"; choices are stock, title
}

// Related objects come by a join, or by one statement for each relation.
func ExampleQuerySet_PrefetchRelated() {
	ctx, authors, _, done := openLibrary()
	defer done()

	list, err := authors.PrefetchRelated("books").All(ctx)
	check(err)
	for _, a := range list {
		fmt.Println(a.Name, len(a.Books))
	}
	// Output:
	// Ann 2
	// Bob 1
}
