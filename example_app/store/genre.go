package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// Genre is a kind of music.
type Genre struct {
	models.AutoKey
	Name string `gorm:"size:120;not null;unique" json:"name"`
}

// Meta orders genres by name.
func (Genre) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

// Clean validates a genre.
func (g *Genre) Clean(context.Context) error {
	return models.Validate(models.Text("name", g.Name).NotBlank().MaxLength(120))
}
