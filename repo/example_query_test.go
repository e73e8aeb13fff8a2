package repo_test

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Refine a QuerySet; All, Count and the other terminals ask the database.
func ExampleQuerySet_Filter() {
	ctx, _, books, done := openLibrary()
	defer done()

	anns := books.Filter("author__name__iexact", "ANN").OrderBy("-pages")
	list, err := anns.SelectRelated("author").All(ctx)
	check(err)
	for _, b := range list {
		fmt.Println(b.Title, b.Pages, b.Author.Name)
	}
	n, err := anns.Filter("stock__gt", 0).Count(ctx)
	fmt.Println(n, err)
	// Output:
	// Go 380 Ann
	// More Go 90 Ann
	// 1 <nil>
}

// Conditions are values that combine with And, Or and Not.
func ExampleQuerySet_Where() {
	ctx, _, books, done := openLibrary()
	defer done()

	list, err := books.Where(books.Q("title__startswith", "SQL").Or(books.Q("pages__lt", 100))).OrderBy("title").All(ctx)
	check(err)
	for _, b := range list {
		fmt.Println(b.Title)
	}
	// Output:
	// More Go
	// SQL
}

// Get wants exactly one row; that there is none is GORM's error too.
func ExampleQuerySet_Get() {
	ctx, _, books, done := openLibrary()
	defer done()

	b, err := books.Filter("title", "Go").Get(ctx)
	fmt.Println(b.Pages, err)
	_, err = books.Filter("title", "C").Get(ctx)
	fmt.Println(err, errors.Is(err, repo.ErrDoesNotExist), errors.Is(err, gorm.ErrRecordNotFound))
	_, err = books.Get(ctx)
	fmt.Println(err)
	// Output:
	// 380 <nil>
	// repo: no Book matches true true
	// repo: more than one row: Get found 3 of Book
}

// A slip in a name is an error that knows what could stand there.
func ExampleQuerySet_Err() {
	_, _, books, done := openLibrary()
	defer done()

	err := books.Filter("athor__name", "Ann").Err()
	var fe *repo.FieldError
	if errors.As(err, &fe) {
		fmt.Println(fe.Model, fe.Part, fe.Nearest)
	}
	// Output: Book athor author
}
