// Package library has the models of the test of vet.
package library

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type Author struct {
	models.AutoKey
	Name   string `gorm:"not null"`
	Email  *string
	Born   time.Time `gorm:"type:date"`
	Active bool
	Books  []Book
}

type Publisher struct {
	models.AutoKey
	Title   string
	Founded int
}

type Tag struct {
	Slug string `gorm:"primaryKey"`
}

type Address struct{ City, Street string }

type Book struct {
	models.AutoKey
	models.SoftDelete
	Title       string
	Pages       int
	Price       float64 `gorm:"type:numeric(8,2)"`
	Draft       bool
	PublishedAt time.Time
	Opens       string            `gorm:"type:time"`
	Lent        time.Duration     `gorm:"type:interval"`
	Code        uuid.UUID         `gorm:"type:uuid"`
	Data        json.RawMessage   `gorm:"type:jsonb"`
	Labels      []string          `gorm:"type:text[]"`
	Attrs       map[string]string `gorm:"type:hstore"`
	Seats       string            `gorm:"type:int4range"`
	Words       string            `gorm:"type:tsvector"`
	Extra       map[string]any    `gorm:"serializer:json"`
	Kinds       models.Array[string]
	Rooms       models.Range[int64]
	Contact     models.Email
	Subtitle    models.Null[string]
	Facts       models.JSON[map[string]any]
	Nick        string  `gorm:"column:short_name"`
	Home        Address `gorm:"embedded;embeddedPrefix:home_"`
	AuthorID    int64
	Author      *Author
	PublisherID *int64
	Publisher   *Publisher
	Tags        []Tag `gorm:"many2many:book_tags"`
}

func (Book) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"publisher": {RelatedName: "titles"}, "tags": {RelatedName: "tagged"}}}
}

// Shelf has a key of two columns.
type Shelf struct {
	Room  int `gorm:"primaryKey"`
	Place int `gorm:"primaryKey"`
}

func init() {
	repo.RegisterLookup(repo.LookupDef{Name: "differs", On: repo.OnAny, SQL: "$1 <> $2"})
	repo.RegisterTransform(repo.TransformDef{Name: "length", On: repo.OnText, SQL: "LENGTH($1)", Type: repo.TypeInt})
}

// Counted annotates authors with the number of their books.
func Counted(authors *repo.QuerySet[Author]) *repo.QuerySet[Author] {
	return authors.Annotate("written", repo.Count(repo.F("books")))
}
