// Package blog holds the models of docs/coming-from-django.md, and rows for
// them.
package blog

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

//go:generate go run -C ../../cmd/gormango . gen -C ../../internal/blog

// Writer writes and edits posts.
type Writer struct {
	models.AutoKey
	Name     string  `gorm:"not null"`
	Email    *string `gorm:"unique"`
	MentorID *int64
	Mentor   *Writer
	Posts    []Post `gorm:"foreignKey:WriterID"`
	Edited   []Post `gorm:"foreignKey:EditorID"`
}

// Meta lists writers by name.
func (Writer) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

// Post is what a writer wrote.
type Post struct {
	models.AutoKey
	Title       string `gorm:"not null"`
	Words       int    `gorm:"not null"`
	Likes       int    `gorm:"not null"`
	Draft       bool   `gorm:"not null"`
	PublishedAt *time.Time
	WriterID    int64 `gorm:"not null"`
	Writer      *Writer
	EditorID    *int64
	Editor      *Writer
	Comments    []Comment
	Labels      []*Label `gorm:"many2many:post_labels"`

	Approved []Comment `gorm:"-"` // for Prefetch, which fills it with some of the comments
}

// Comment is what a reader says of a post.
type Comment struct {
	models.AutoKey
	PostID   int64 `gorm:"not null"`
	Post     *Post
	Name     string `gorm:"not null"`
	Stars    int    `gorm:"not null"`
	Approved bool   `gorm:"not null"`
}

// Label is what a post is about.
type Label struct {
	models.AutoKey
	Name  string  `gorm:"unique;not null"`
	Posts []*Post `gorm:"many2many:post_labels"`
}

// Models are the models of the blog.
func Models() []any { return []any{&Writer{}, &Post{}, &Comment{}, &Label{}} }

// Fill writes three writers, five posts and what belongs to them.
func Fill(ctx context.Context, db *gorm.DB) error {
	email, boss := "ann@example.org", int64(1)
	day := func(month time.Month, day, hour int) *time.Time {
		at := time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
		return &at
	}
	if err := repo.New[Writer](db).Create(ctx, &Writer{Name: "Ann", Email: &email}, &Writer{Name: "Bob", MentorID: &boss}, &Writer{Name: "Cid", MentorID: &boss}); err != nil {
		return err
	}
	if err := repo.New[Post](db).Create(ctx,
		&Post{Title: "Go for Snakes", Words: 900, Likes: 40, PublishedAt: day(1, 10, 9), WriterID: 1, EditorID: &boss},
		&Post{Title: "Joins", Words: 1500, Likes: 12, PublishedAt: day(2, 3, 22), WriterID: 1},
		&Post{Title: "NULL and void", Words: 400, Likes: 7, PublishedAt: day(2, 3, 8), WriterID: 2, EditorID: &boss},
		&Post{Title: "More Go", Words: 700, Likes: 40, PublishedAt: day(3, 15, 12), WriterID: 2},
		&Post{Title: "Untold", Words: 50, Draft: true, WriterID: 3},
	); err != nil {
		return err
	}
	if err := repo.New[Comment](db).Create(ctx,
		&Comment{PostID: 1, Name: "Eve", Stars: 5, Approved: true},
		&Comment{PostID: 1, Name: "Fay", Stars: 2, Approved: false},
		&Comment{PostID: 2, Name: "Eve", Stars: 4, Approved: true},
		&Comment{PostID: 4, Name: "Gus", Stars: 5, Approved: true},
		&Comment{PostID: 4, Name: "Eve", Stars: 1, Approved: true},
	); err != nil {
		return err
	}
	if err := repo.New[Label](db).Create(ctx, &Label{Name: "go"}, &Label{Name: "sql"}, &Label{Name: "fun"}); err != nil {
		return err
	}
	return db.WithContext(ctx).Exec("INSERT INTO post_labels (post_id, label_id) VALUES (1, 1), (1, 3), (2, 2), (3, 2), (3, 3), (4, 1)").Error
}
