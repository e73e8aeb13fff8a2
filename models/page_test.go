package models_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// The page begins

type Book struct {
	models.AutoKey
	models.SoftDelete
	Title    string `gorm:"size:200;not null"`
	Slug     string `gorm:"size:50;not null;unique"`
	Status   Status `gorm:"size:20;not null"`
	Price    int    `gorm:"not null"`
	Count    int    `gorm:"not null"`
	Total    int    `gorm:"not null"`
	Text     string `gorm:"not null"`
	AuthorID int64  `gorm:"not null"`
	Author   *Author
}

func (Book) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"author__name", "-title"},
		Fields: map[string]models.FieldOptions{
			"status": {Label: "State", Help: "How far it is.", Checked: true},
			"total":  {Generated: "price * count"},
			"text":   {Deferred: true},
		},
		Indexes: []models.Index{{Expressions: []string{"lower(title)"}}},
		Constraints: []models.Constraint{
			{Check: "price >= 0"},
			{Unique: []string{"author_id", "title"}, Where: "status = 'done'"},
		},
		Relations: map[string]models.RelationOptions{"author": {OnDelete: models.Protect}},
	}
}

// The page ends

// The choices begin

type Status string

func (Status) Choices() []models.Choice {
	return models.Labeled[Status]("draft", "in_review", "done")
}

// The choices end

type Author struct {
	models.AutoKey
	Name string `gorm:"not null"`
}

// The models on docs/models.md are these, and do what the page says.
func TestModelsPage(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("page_test.go")
	require.NoError(t, err)
	page, err := os.ReadFile("../docs/models.md")
	require.NoError(t, err)
	for _, part := range []string{"page", "choices"} {
		_, code, _ := bytes.Cut(source, []byte("\n// The "+part+" begin"))
		_, code, _ = bytes.Cut(code, []byte("\n\n"))
		code, _, _ = bytes.Cut(code, []byte("\n// The "+part+" end"))
		require.Contains(t, string(page), "```go\n"+string(code)+"```", part)
	}

	ctx, db := t.Context(), repotest.Open(t, &Author{}, &Book{})
	books, author := repo.New[Book](db), &Author{Name: "Ann"}
	require.NoError(t, repo.New[Author](db).Create(ctx, author))
	b := &Book{Title: "T", Slug: "t", Status: "in_review", Price: 3, Count: 4, Text: "long", Author: author}
	require.NoError(t, books.Create(ctx, b))
	require.Equal(t, 12, b.Total)
	label, err := repo.Label(books, b, "status")
	require.NoError(t, err)
	require.Equal(t, "In Review", label)
	got, err := books.SelectRelated("author").Get(ctx)
	require.NoError(t, err)
	require.Empty(t, got.Text)
	_, err = books.Delete(ctx, got)
	require.NoError(t, err)
	require.NoError(t, books.Create(ctx, &Book{Title: "T", Slug: "t", Status: "done", AuthorID: author.ID}))
	require.Error(t, books.Create(ctx, &Book{Title: "T", Slug: "t2", Status: "done", AuthorID: author.ID}))
	require.Error(t, books.Create(ctx, &Book{Title: "U", Slug: "u", Status: "lost", AuthorID: author.ID}))
}
