package gormango_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// The README shows what stands between the two marks, to the letter.

// README begins

type Author struct {
	models.AutoKey
	Name string `gorm:"not null"`
}

type Book struct {
	models.AutoKey
	Title    string `gorm:"not null"`
	Pages    int    `gorm:"not null"`
	AuthorID int64  `gorm:"not null"`
	Author   *Author
}

func (b *Book) Clean(ctx context.Context) error {
	return models.Validate(models.Text("title", b.Title).NotBlank().MaxLength(200))
}

func library(ctx context.Context, url string) error {
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: []any{&Author{}, &Book{}}})
	if err != nil {
		return err
	}
	defer gormango.Close(db)
	if _, err := migrate.Auto(ctx, db); err != nil { // creates what is missing
		return err
	}

	authors, books := repo.New[Author](db), repo.New[Book](db)
	ann := &Author{Name: "Ann"}
	if err := authors.Create(ctx, ann); err != nil {
		return err
	}
	if err := books.Create(ctx, &Book{Title: "Go", Pages: 380, Author: ann}, &Book{Title: "More Go", Pages: 90, Author: ann}); err != nil {
		return err
	}

	long, err := books.Filter("author__name__icontains", "ann").Filter("pages__gte", 100).SelectRelated("author").OrderBy("-pages").All(ctx)
	for _, b := range long {
		fmt.Println(b.Title, "by", b.Author.Name)
	}
	return err
}

// README ends

func Example() {
	url, drop := exampleDatabase()
	defer drop()
	if err := library(context.Background(), url); err != nil {
		log.Fatal(err)
	}
	// Output: Go by Ann
}

func TestREADMEShowsTheExample(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("example_readme_test.go")
	require.NoError(t, err)
	_, code, _ := bytes.Cut(source, []byte("// README begins\n\n"))
	code, _, _ = bytes.Cut(code, []byte("\n// README ends"))
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "```go\n"+string(code)+"```")
}
