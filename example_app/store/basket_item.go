package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// BasketItem is a track in a basket, at the price that it had when it was put
// in. It goes with the basket, and with the track.
type BasketItem struct {
	models.AutoKey
	BasketID  int64   `gorm:"not null" json:"basket_id"`
	Basket    *Basket `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	TrackID   int64   `gorm:"not null" json:"track_id"`
	Track     *Track  `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	UnitPrice Price   `gorm:"not null" json:"unit_price"`
	Quantity  int64   `gorm:"not null" json:"quantity"`
}

// Meta has a track in a basket once, and keeps items in the order they were
// put in.
func (BasketItem) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"id"},
		Indexes:  []models.Index{{Fields: []string{"basket_id", "track_id"}, Unique: true}, {Fields: []string{"track_id"}}},
	}
}

// MaxQuantity is the most pieces of a track that a basket takes.
const MaxQuantity = 1000

// Clean checks an item before it is written.
func (i *BasketItem) Clean(context.Context) error {
	return models.Validate(
		checkPrice("unit_price", i.UnitPrice),
		models.Number("quantity", i.Quantity).Between(1, MaxQuantity),
	)
}
