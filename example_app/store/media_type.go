package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// MediaType is the format of a track.
type MediaType struct {
	models.AutoKey
	Name string `gorm:"size:120;not null" json:"name"`
}

// Meta orders media types by name.
func (MediaType) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "id"}} }

// Clean validates a media type.
func (m *MediaType) Clean(context.Context) error {
	return models.Validate(models.Text("name", m.Name).NotBlank().MaxLength(120))
}
