package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Track is an article of the store. It cannot be deleted while an invoice or a
// playlist refers to it.
type Track struct {
	models.AutoKey
	models.Versioned
	Name         string      `gorm:"size:200;not null" json:"name"`
	AlbumID      *int64      `json:"album_id"`
	Album        *Album      `json:"-"`
	MediaTypeID  int64       `gorm:"not null" json:"media_type_id"`
	MediaType    *MediaType  `json:"-"`
	GenreID      *int64      `json:"genre_id"`
	Genre        *Genre      `json:"-"`
	Composer     *string     `gorm:"size:220" json:"composer"`
	Milliseconds int64       `gorm:"not null" json:"milliseconds"`
	Bytes        *int64      `json:"bytes"`
	UnitPrice    Price       `gorm:"not null" json:"unit_price"`
	Playlists    []*Playlist `gorm:"many2many:playlist_tracks" json:"-"`
}

// Meta orders tracks by name.
func (Track) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"name", "id"},
		Indexes: []models.Index{
			{Fields: []string{"album_id"}}, {Fields: []string{"media_type_id"}}, {Fields: []string{"genre_id"}},
		},
	}
}

// Clean validates a track.
func (t *Track) Clean(context.Context) error {
	return models.Validate(
		models.Text("name", t.Name).NotBlank().MaxLength(200),
		models.NullText("composer", t.Composer).MaxLength(220),
		models.Number("milliseconds", t.Milliseconds).Min(0),
		models.NullNumber("bytes", t.Bytes).Min(0),
		checkPrice("unit_price", t.UnitPrice),
	)
}
