package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Playlist is a list of tracks. Two may have the same name.
type Playlist struct {
	models.AutoKey
	models.Versioned
	Name   string   `gorm:"size:120;not null" json:"name"`
	Tracks []*Track `gorm:"many2many:playlist_tracks" json:"-"`
}

// Meta lists playlists by name.
func (Playlist) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "id"}} }

// Clean checks a playlist before it is written.
func (p *Playlist) Clean(context.Context) error {
	return models.Validate(models.Text("name", p.Name).NotBlank().MaxLength(120))
}

// PlaylistTrack says that a track is on a playlist. It goes with the playlist
// and keeps the track from being deleted.
type PlaylistTrack struct {
	PlaylistID int64     `gorm:"primaryKey;autoIncrement:false" json:"playlist_id"`
	Playlist   *Playlist `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	TrackID    int64     `gorm:"primaryKey;autoIncrement:false" json:"track_id"`
	Track      *Track    `json:"-"`
}

// Meta has the index for the way from a track to its playlists.
func (PlaylistTrack) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"playlist_id", "track_id"},
		Indexes:  []models.Index{{Fields: []string{"track_id"}}},
	}
}
