package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type Status string

type Author struct {
	models.AutoKey
	Name  string `gorm:"not null"`
	Born  *int32
	Books []Book
}

func (Author) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

type Book struct {
	models.AutoKey
	Title       string `gorm:"not null;uniqueIndex"`
	Subtitle    *string
	Pages       int             `gorm:"not null"`
	Stock       int32           `gorm:"not null"`
	Status      Status          `gorm:"not null"`
	Price       decimal.Decimal `gorm:"type:numeric(10,2);not null"`
	Rating      *float64
	Sold        bool `gorm:"not null"`
	PublishedAt *time.Time
	Day         *time.Time `gorm:"type:date"`
	AuthorID    int64      `gorm:"not null"`
	Author      *Author
	EditorID    *int64
	Editor      *Author
	Tags        []*Tag `gorm:"many2many:book_tags"`
}

func (Book) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Name: "chk_books_stock", Check: "stock >= 0"}}}
}

func (b *Book) Clean(context.Context) error {
	return models.Validate(models.Text("title", b.Title).NotBlank().MaxLength(200))
}

type Tag struct {
	models.AutoKey
	Name  string `gorm:"not null;uniqueIndex"`
	Books []Book `gorm:"many2many:book_tags"`
}

// library is an empty library of its own.
type library struct {
	db      *gorm.DB
	authors *repo.Repository[Author]
	books   *repo.Repository[Book]
	tags    *repo.Repository[Tag]
}

func setup(t testing.TB) (context.Context, *library) {
	t.Helper()
	db := openDB(t, &Author{}, &Book{}, &Tag{})
	return context.Background(), &library{db, repo.New[Author](db), repo.New[Book](db), repo.New[Tag](db)}
}

func (l *library) author(t testing.TB, name string) *Author {
	t.Helper()
	a := &Author{Name: name}
	require.NoError(t, l.authors.Create(context.Background(), a))
	return a
}

func (l *library) book(t testing.TB, title string, author *Author, edit ...func(*Book)) *Book {
	t.Helper()
	b := &Book{Title: title, AuthorID: author.ID}
	for _, fn := range edit {
		fn(b)
	}
	require.NoError(t, l.books.Create(context.Background(), b))
	return b
}

func ptr[V any](v V) *V { return &v }

// titles reads the titles of a QuerySet in its order.
func titles(t testing.TB, qs *repo.QuerySet[Book]) []string {
	t.Helper()
	books, err := qs.All(context.Background())
	require.NoError(t, err)
	out := []string{}
	for _, b := range books {
		out = append(out, b.Title)
	}
	return out
}

func key(id int64) models.AutoKey { return models.AutoKey{ID: id} }

// inUse returns the number of connections of the pool that are in use.
func inUse(t testing.TB, l *library) int32 {
	t.Helper()
	src, ok := pgpool.Of(l.db)
	if !ok {
		pool, err := l.db.DB()
		require.NoError(t, err)
		return int32(pool.Stats().InUse)
	}
	return src.Pool().Pgx().Stat().AcquiredConns()
}
