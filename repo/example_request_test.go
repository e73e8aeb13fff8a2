package repo_test

import (
	"errors"
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

// A page by its number comes with how many there are.
func ExamplePaginate() {
	ctx, _, books, done := openLibrary()
	defer done()

	page, err := repo.Paginate(ctx, books.OrderBy("title"), 2, 2)
	check(err)
	fmt.Println(page.Total, page.Number, page.Pages, page.HasNext(), page.Items[0].Title)

	_, err = repo.Paginate(ctx, books, 3, 2)
	fmt.Println(err, errors.Is(err, repo.ErrPage))
	// Output:
	// 3 2 2 false SQL
	// repo: no such page: 3 (the last is 2) true
}

// A page by a cursor begins where its neighbour ends, whatever was inserted or
// deleted in between.
func ExamplePaginateAfter() {
	ctx, _, books, done := openLibrary()
	defer done()

	byTitle := books.OrderBy("title")
	first, err := repo.PaginateAfter(ctx, byTitle, "", 2)
	check(err)
	_, err = books.Filter("title", first.Items[0].Title).Delete(ctx)
	check(err)
	second, err := repo.PaginateAfter(ctx, byTitle, first.Next, 2)
	check(err)
	fmt.Println(first.Items[1].Title, "|", second.Items[0].Title, second.HasNext(), second.HasPrev())

	_, err = repo.PaginateAfter(ctx, books.OrderBy("pages"), first.Next, 2)
	var wrong *repo.ParamError
	fmt.Println(errors.As(err, &wrong), wrong.Want)
	// Output:
	// More Go | SQL false true
	// true a cursor of this list in this order (begin without one)
}

// With CursorKeys a client can neither read nor make a cursor.
func ExampleCursorKeys() {
	ctx, _, books, done := openLibrary()
	defer done()

	sealed := repo.CursorKeys([]byte("32 random bytes out of a secret"))
	page, err := repo.PaginateAfter(ctx, books.OrderBy("-pages"), "", 2, sealed)
	check(err)
	page, err = repo.PaginateAfter(ctx, books.OrderBy("-pages"), page.Next, 2, sealed)
	check(err)
	fmt.Println(page.Items[0].Title)
	// Output: More Go
}

// PageAfter reads the cursor and everything else out of a query string.
func ExampleParams_PageAfter() {
	ctx, _, books, done := openLibrary()
	defer done()

	params := repo.Params[Book]{Orderings: []repo.Ordering[Book]{"title", "pages"}, Limit: 2}
	asked := url.Values{"order_by": {"-pages"}}
	page, err := params.PageAfter(ctx, books, asked)
	check(err)
	asked.Set("cursor", page.Next)
	page, err = params.PageAfter(ctx, books, asked)
	check(err)
	fmt.Println(page.Items[0].Title, page.Next == "")
	// Output: More Go true
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
