package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// Create checks the object first; nothing is sent when it is not valid.
func ExampleRepository_Create() {
	ctx, _, books, done := openLibrary()
	defer done()

	err := books.Create(ctx, &Book{Title: " "})
	var ve *models.ValidationError
	if errors.As(err, &ve) {
		fmt.Println(ve.Messages()["title"])
	}
	// Output: [This field cannot be blank.]
}

// Save writes every column, or the named ones.
func ExampleRepository_Save() {
	ctx, _, books, done := openLibrary()
	defer done()

	b, err := books.Filter("title", "Go").Get(ctx)
	check(err)
	b.Stock, b.Pages = 0, 999
	check(books.Save(ctx, b, "stock"))
	check(books.Refresh(ctx, b))
	fmt.Println(b.Stock, b.Pages)
	// Output: 0 380
}

// Update changes rows where they are; an expression sees the row's own columns.
func ExampleQuerySet_Update() {
	ctx, _, books, done := openLibrary()
	defer done()

	n, err := books.Filter("stock__gt", 0).Update(ctx, books.Set("stock", repo.F("stock").Sub(1)))
	fmt.Println(n, err)
	n, err = books.Update(ctx, books.Set("stock", 0))
	fmt.Println(n, err)
	// Output:
	// 2 <nil>
	// 0 repo: Book: WHERE conditions required (call AllRows() to write every row)
}

// GetOrCreate says whether the row is new.
func ExampleMatch_GetOrCreate() {
	ctx, authors, _, done := openLibrary()
	defer done()

	for range 2 {
		cid := &Author{Name: "Cid"}
		created, err := authors.By("name").GetOrCreate(ctx, cid)
		fmt.Println(created, cid.ID, err)
	}
	// Output:
	// true 3 <nil>
	// false 3 <nil>
}

// Inside a transaction the loop may write while it reads.
func ExampleQuerySet_Iter() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		for b, err := range books.OrderBy("id").Iter(ctx) {
			if err != nil {
				return err
			}
			b.Stock += 10
			if err := books.Save(ctx, b, "stock"); err != nil {
				return err
			}
		}
		return nil
	})
	n, _ := books.Filter("stock__gte", 10).Count(ctx)
	fmt.Println(n, err)
	// Output: 3 <nil>
}
