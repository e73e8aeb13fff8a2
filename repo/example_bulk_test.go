package repo_test

import (
	"errors"
	"fmt"

	"github.com/gormango/gormango/repo"
)

// UpdateOrCreate saves the named fields, or the whole object.
func ExampleMatch_UpdateOrCreate() {
	ctx, authors, books, done := openLibrary()
	defer done()

	ann, err := authors.Filter("name", "Ann").Get(ctx)
	check(err)
	for _, title := range []string{"Go", "New"} {
		b := &Book{Title: title, AuthorID: ann.ID, Stock: 9}
		created, err := books.By("title").UpdateOrCreate(ctx, b, "stock")
		fmt.Println(created, b.Stock, b.Pages, err)
	}
	// Output:
	// false 9 380 <nil>
	// true 9 0 <nil>
}

// Each object has the key of the row that it became.
func ExampleRepository_OnConflict() {
	ctx, _, books, done := openLibrary()
	defer done()

	list := []*Book{{Title: "New", AuthorID: 1, Stock: 3}, {Title: "SQL", AuthorID: 2, Stock: 4}}
	check(books.OnConflict("title").Update("stock").BulkCreate(ctx, list))
	sql, err := books.ByPK(ctx, list[1].ID)
	check(err)
	fmt.Println(sql.Title, sql.Stock, sql.Pages)
	// Output: SQL 4 250
}

func ExampleRepository_BulkUpdate() {
	ctx, _, books, done := openLibrary()
	defer done()

	list, err := books.OrderBy("title").All(ctx)
	check(err)
	for i, b := range list {
		b.Stock = int32(10 * i)
	}
	fmt.Println(books.BulkUpdate(ctx, list, "stock"))
	list[1].Stock = -1
	_, err = books.BulkUpdate(ctx, list, "stock")
	var bad *repo.ObjectError
	fmt.Println(errors.As(err, &bad), bad.Index, bad.Field)
	// Output:
	// 3 <nil>
	// true 1 stock
}

func ExampleUpdateReturning() {
	ctx, _, books, done := openLibrary()
	defer done()

	titles, err := repo.UpdateReturning[string](ctx, books.Filter("stock", 0).Columns("title"), books.Set("stock", 5))
	fmt.Println(titles, err)
	// Output: [More Go] <nil>
}

func ExampleInsertFrom() {
	ctx, authors, books, done := openLibrary()
	defer done()

	n, err := repo.InsertFrom(ctx, authors, books.Filter("pages__gt", 100).Columns("title"), "name")
	fmt.Println(n, err)
	// Output: 2 <nil>
}
