package repo_test

import (
	"context"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// exampleTB lets an example have what a test has: a database of its own.
type exampleTB struct {
	testing.TB
	cleanups []func()
}

func (e *exampleTB) Helper()                      {}
func (e *exampleTB) Cleanup(fn func())            { e.cleanups = append(e.cleanups, fn) }
func (e *exampleTB) Errorf(f string, args ...any) { fmt.Printf(f, args...) }
func (e *exampleTB) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (e *exampleTB) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (e *exampleTB) FailNow()                     { panic("the example failed") }

func (e *exampleTB) close() {
	for i := len(e.cleanups) - 1; i >= 0; i-- {
		e.cleanups[i]()
	}
}

// openLibrary returns repositories over a small library; call done at the end.
func openLibrary() (ctx context.Context, authors *repo.Repository[Author], books *repo.Repository[Book], done func()) {
	ctx, _, authors, books, done = openLibraryDB()
	return ctx, authors, books, done
}

func openLibraryDB() (ctx context.Context, db *gorm.DB, authors *repo.Repository[Author], books *repo.Repository[Book], done func()) {
	t := &exampleTB{}
	db = repotest.Open(t, &Author{}, &Book{}, &Tag{})
	ctx, authors, books = context.Background(), repo.New[Author](db), repo.New[Book](db)
	ann, bob := &Author{Name: "Ann"}, &Author{Name: "Bob"}
	check(authors.Create(ctx, ann, bob))
	check(books.Create(ctx,
		&Book{Title: "Go", Author: ann, Pages: 380, Stock: 2},
		&Book{Title: "More Go", Author: ann, Pages: 90, Stock: 0},
		&Book{Title: "SQL", Author: bob, Pages: 250, Stock: 1},
	))
	return ctx, db, authors, books, t.close
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
