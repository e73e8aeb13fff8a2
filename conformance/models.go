package main

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/repo"
)

// The models of the oracle on its tables. In snake case the fields have the
// oracle's names of fields and relations. A Prefetch into an attribute uses the
// field To… of its relation, a second one the field Also….

// Publisher publishes books.
type Publisher struct {
	ID      int64  `gorm:"primaryKey"`
	Name    string `gorm:"not null"`
	Country *string
	Founded *time.Time `gorm:"type:date"`
	Books   []*Book    `gorm:"foreignKey:PublisherID"`

	ToBooks   []repo.Row[Book] `gorm:"-"`
	AlsoBooks []repo.Row[Book] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Publisher) TableName() string { return "or_publisher" }

// Author writes, edits and reviews books.
type Author struct {
	ID       int64   `gorm:"primaryKey"`
	Name     string  `gorm:"not null"`
	Email    *string `gorm:"unique"`
	Age      *int32
	Rating   *float64 `gorm:"type:double precision"`
	Active   bool     `gorm:"not null"`
	MentorID *int64
	Mentor   *Author
	Mentees  []*Author `gorm:"foreignKey:MentorID"`
	Profile  *Profile  `gorm:"foreignKey:AuthorID"`
	Books    []*Book   `gorm:"many2many:or_book_authors;joinForeignKey:AuthorID;joinReferences:BookID"`
	Edited   []*Book   `gorm:"foreignKey:EditorID"`
	Reviews  []*Review `gorm:"foreignKey:ReviewerID"`

	ToMentor    *repo.Row[Author]  `gorm:"-"`
	ToMentees   []repo.Row[Author] `gorm:"-"`
	ToProfile   *repo.Row[Profile] `gorm:"-"`
	ToBooks     []repo.Row[Book]   `gorm:"-"`
	ToEdited    []repo.Row[Book]   `gorm:"-"`
	ToReviews   []repo.Row[Review] `gorm:"-"`
	AlsoMentor  *repo.Row[Author]  `gorm:"-"`
	AlsoMentees []repo.Row[Author] `gorm:"-"`
	AlsoProfile *repo.Row[Profile] `gorm:"-"`
	AlsoBooks   []repo.Row[Book]   `gorm:"-"`
	AlsoEdited  []repo.Row[Book]   `gorm:"-"`
	AlsoReviews []repo.Row[Review] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Author) TableName() string { return "or_author" }

// Profile belongs to one author.
type Profile struct {
	ID       int64 `gorm:"primaryKey"`
	AuthorID int64 `gorm:"unique;not null"`
	Author   *Author
	Bio      string          `gorm:"not null"`
	Prefs    json.RawMessage `gorm:"type:jsonb"`

	ToAuthor   *repo.Row[Author] `gorm:"-"`
	AlsoAuthor *repo.Row[Author] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Profile) TableName() string { return "or_profile" }

// Tag is a node of a tree.
type Tag struct {
	ID       int64  `gorm:"primaryKey"`
	Name     string `gorm:"unique;not null"`
	ParentID *int64
	Parent   *Tag
	Children []*Tag  `gorm:"foreignKey:ParentID"`
	Books    []*Book `gorm:"many2many:or_book_tags;joinForeignKey:TagID;joinReferences:BookID"`

	ToParent     *repo.Row[Tag]   `gorm:"-"`
	ToChildren   []repo.Row[Tag]  `gorm:"-"`
	ToBooks      []repo.Row[Book] `gorm:"-"`
	AlsoParent   *repo.Row[Tag]   `gorm:"-"`
	AlsoChildren []repo.Row[Tag]  `gorm:"-"`
	AlsoBooks    []repo.Row[Book] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Tag) TableName() string { return "or_tag" }

// Book is related to the other models.
type Book struct {
	ID          int64            `gorm:"primaryKey"`
	Title       string           `gorm:"not null"`
	Isbn        string           `gorm:"unique;not null"`
	Price       *decimal.Decimal `gorm:"type:numeric(8,2)"`
	Pages       int32            `gorm:"not null"`
	Published   *time.Time       `gorm:"type:date"`
	Created     time.Time        `gorm:"not null"`
	InPrint     *bool
	PublisherID int64 `gorm:"not null"`
	Publisher   *Publisher
	EditorID    *int64
	Editor      *Author
	Authors     []*Author       `gorm:"many2many:or_book_authors;joinForeignKey:BookID;joinReferences:AuthorID"`
	Tags        []*Tag          `gorm:"many2many:or_book_tags;joinForeignKey:BookID;joinReferences:TagID"`
	Stores      []*Store        `gorm:"many2many:or_store_books;joinForeignKey:BookID;joinReferences:StoreID"`
	Reviews     []*Review       `gorm:"foreignKey:BookID"`
	Meta        json.RawMessage `gorm:"type:jsonb"`
	Keywords    []string        `gorm:"type:varchar(20)[]"`

	ToPublisher   *repo.Row[Publisher] `gorm:"-"`
	ToEditor      *repo.Row[Author]    `gorm:"-"`
	ToAuthors     []repo.Row[Author]   `gorm:"-"`
	ToTags        []repo.Row[Tag]      `gorm:"-"`
	ToStores      []repo.Row[Store]    `gorm:"-"`
	ToReviews     []repo.Row[Review]   `gorm:"-"`
	AlsoPublisher *repo.Row[Publisher] `gorm:"-"`
	AlsoEditor    *repo.Row[Author]    `gorm:"-"`
	AlsoAuthors   []repo.Row[Author]   `gorm:"-"`
	AlsoTags      []repo.Row[Tag]      `gorm:"-"`
	AlsoStores    []repo.Row[Store]    `gorm:"-"`
	AlsoReviews   []repo.Row[Review]   `gorm:"-"`
}

// TableName returns the oracle's name.
func (Book) TableName() string { return "or_book" }

// Store sells books.
type Store struct {
	ID     int64  `gorm:"primaryKey"`
	Name   string `gorm:"not null"`
	City   *string
	Opened *time.Time
	Books  []*Book `gorm:"many2many:or_store_books;joinForeignKey:StoreID;joinReferences:BookID"`

	ToBooks   []repo.Row[Book] `gorm:"-"`
	AlsoBooks []repo.Row[Book] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Store) TableName() string { return "or_store" }

// Review is a review of a book.
type Review struct {
	ID         int64 `gorm:"primaryKey"`
	BookID     int64 `gorm:"not null"`
	Book       *Book
	ReviewerID *int64
	Reviewer   *Author
	Stars      *int16
	Text       *string
	Created    time.Time `gorm:"not null"`

	ToBook       *repo.Row[Book]   `gorm:"-"`
	ToReviewer   *repo.Row[Author] `gorm:"-"`
	AlsoBook     *repo.Row[Book]   `gorm:"-"`
	AlsoReviewer *repo.Row[Author] `gorm:"-"`
}

// TableName returns the oracle's name.
func (Review) TableName() string { return "or_review" }
