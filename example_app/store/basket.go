package store

import (
	"context"
	"regexp"
	"time"

	"github.com/gormango/gormango/models"
)

// Basket is the basket of a visitor, whose browser knows its token. After the
// purchase it has an invoice and does not change.
type Basket struct {
	models.AutoKey
	Token     string       `gorm:"size:32;not null;unique" json:"-"`
	InvoiceID *int64       `json:"invoice_id"`
	Invoice   *Invoice     `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	CreatedAt time.Time    `gorm:"not null" json:"created_at"`
	Items     []BasketItem `gorm:"constraint:OnDelete:CASCADE" json:"items,omitzero"`
}

// Meta orders baskets from the newest.
func (Basket) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"-created_at", "-id"},
		Indexes:  []models.Index{{Fields: []string{"invoice_id"}}},
	}
}

var basketToken = regexp.MustCompile(`^[0-9a-f]{32}$`)

// IsBasketToken reports whether a text has the form of a basket's token.
func IsBasketToken(text string) bool { return basketToken.MatchString(text) }

// Clean validates a basket.
func (b *Basket) Clean(context.Context) error {
	return models.Validate(models.Text("token", b.Token).Matches(basketToken))
}
