package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// MediaType is a format that tracks are sold in.
type MediaType struct {
	models.AutoKey
	Name string `gorm:"size:120;not null" json:"name"`
}

// Meta lists media types by name.
func (MediaType) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "id"}} }

// Clean checks a media type before it is written.
func (m *MediaType) Clean(context.Context) error {
	return models.Validate(models.Text("name", m.Name).NotBlank().MaxLength(120))
}
