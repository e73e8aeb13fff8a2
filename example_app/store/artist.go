package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Artist makes albums.
type Artist struct {
	models.AutoKey
	models.Versioned
	Name string `gorm:"size:120;not null" json:"name"`
}

// Meta orders artists by name.
func (Artist) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "id"}} }

// Clean validates an artist.
func (a *Artist) Clean(context.Context) error {
	return models.Validate(models.Text("name", a.Name).NotBlank().MaxLength(120))
}
