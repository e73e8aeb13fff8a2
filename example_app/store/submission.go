package store

import (
	"time"

	"github.com/gormango/gormango/models"
)

// Submission is a form that was handled, so that the same form does nothing
// when it comes a second time. Key is a sum of what was sent, Location and
// Flash are what it was answered with.
type Submission struct {
	Key       string    `gorm:"primaryKey;size:64"`
	Location  string    `gorm:"not null"`
	Flash     string    `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// Meta has the index that finds old ones.
func (Submission) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{{Fields: []string{"created_at"}}}}
}
