package store

import (
	"context"

	"github.com/gormango/gormango/models"
)

// InvoiceLine is a track on an invoice, at the price of that day. It is deleted
// with the invoice.
type InvoiceLine struct {
	models.AutoKey
	InvoiceID int64    `gorm:"not null" json:"invoice_id"`
	Invoice   *Invoice `gorm:"constraint:OnDelete:CASCADE" json:"-"`
	TrackID   int64    `gorm:"not null" json:"track_id"`
	Track     *Track   `json:"-"`
	UnitPrice Price    `gorm:"not null" json:"unit_price"`
	Quantity  int64    `gorm:"not null" json:"quantity"`
}

// Meta orders the lines as they were written.
func (InvoiceLine) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"id"},
		Indexes:  []models.Index{{Fields: []string{"invoice_id"}}, {Fields: []string{"track_id"}}},
	}
}

// Clean validates an invoice line.
func (l *InvoiceLine) Clean(context.Context) error {
	return models.Validate(
		checkPrice("unit_price", l.UnitPrice),
		models.Number("quantity", l.Quantity).Between(1, MaxQuantity),
	)
}
