package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Playlist is a list of tracks. Names may be equal.
type Playlist struct {
	models.AutoKey
	models.Versioned
	Name   string   `gorm:"size:120;not null" json:"name"`
	Tracks []*Track `gorm:"many2many:playlist_tracks" json:"-"`
}

// Meta orders playlists by name.
func (Playlist) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "id"}} }

// Clean validates a playlist.
func (p *Playlist) Clean(context.Context) error {
	return models.Validate(models.Text("name", p.Name).NotBlank().MaxLength(120))
}

// PlaylistTrack is a track on a playlist. It is deleted with the playlist, and
// the track cannot be deleted before it.
type PlaylistTrack struct {
	PlaylistID int64     `gorm:"primaryKey;autoIncrement:false" json:"playlist_id"`
	Playlist   *Playlist `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	TrackID    int64     `gorm:"primaryKey;autoIncrement:false" json:"track_id"`
	Track      *Track    `json:"-"`
}

// Meta has an index for the playlists of a track.
func (PlaylistTrack) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"playlist_id", "track_id"},
		Indexes:  []models.Index{{Fields: []string{"track_id"}}},
	}
}
