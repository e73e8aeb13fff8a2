package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Album is a work of one artist. An artist with albums cannot be deleted.
type Album struct {
	models.AutoKey
	models.Versioned
	Title    string  `gorm:"size:160;not null" json:"title"`
	ArtistID int64   `gorm:"not null" json:"artist_id"`
	Artist   *Artist `json:"-"`
}

// Meta orders albums by title.
func (Album) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"title", "id"},
		Indexes:  []models.Index{{Fields: []string{"artist_id"}}},
	}
}

// Clean validates an album.
func (a *Album) Clean(context.Context) error {
	return models.Validate(models.Text("title", a.Title).NotBlank().MaxLength(160))
}
