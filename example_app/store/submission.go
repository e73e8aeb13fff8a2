package store

import (
	"time"

	"github.com/gormango/gormango/models"
)

// Submission is a form that was handled, so that the same form has no effect a
// second time. Key is a hash of the form, Location, Flash and Basket (the token
// of the visitor's basket) are its answer.
type Submission struct {
	Key       string    `gorm:"primaryKey;size:64"`
	Location  string    `gorm:"not null"`
	Flash     string    `gorm:"not null"`
	Basket    string    `gorm:"size:32;not null;default:''"`
	CreatedAt time.Time `gorm:"not null"`
}

// Meta returns an index for the deletion of old submissions.
func (Submission) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{{Fields: []string{"created_at"}}}}
}
