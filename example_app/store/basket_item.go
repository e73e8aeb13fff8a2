package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// BasketItem is a track in a basket, at the price at which it was added. It is
// deleted with the basket and with the track.
type BasketItem struct {
	models.AutoKey
	BasketID  int64   `gorm:"not null" json:"basket_id"`
	Basket    *Basket `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	TrackID   int64   `gorm:"not null" json:"track_id"`
	Track     *Track  `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	UnitPrice Price   `gorm:"not null" json:"unit_price"`
	Quantity  int64   `gorm:"not null" json:"quantity"`
}

// Meta allows a track once in a basket and orders items as they were added.
func (BasketItem) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"id"},
		Indexes:  []models.Index{{Fields: []string{"basket_id", "track_id"}, Unique: true}, {Fields: []string{"track_id"}}},
	}
}

// MaxQuantity is the greatest quantity of a track in a basket and in a line of
// an invoice, MaxLines the greatest number of either.
const (
	MaxQuantity = 1000
	MaxLines    = 100
)

// Clean validates an item.
func (i *BasketItem) Clean(context.Context) error {
	return models.Validate(
		checkPrice("unit_price", i.UnitPrice),
		models.Number("quantity", i.Quantity).Between(1, MaxQuantity),
	)
}
