package store

import (
	"context"
	"time"

	"github.com/gormango/gormango/models"
)

// Invoice is a sale. Lines are set if they were prefetched, else nil.
type Invoice struct {
	models.AutoKey
	CustomerID        int64         `gorm:"not null" json:"customer_id"`
	Customer          *Customer     `json:"-"`
	InvoiceDate       time.Time     `gorm:"not null" json:"invoice_date"`
	BillingAddress    *string       `gorm:"size:70" json:"billing_address"`
	BillingCity       *string       `gorm:"size:40" json:"billing_city"`
	BillingState      *string       `gorm:"size:40" json:"billing_state"`
	BillingCountry    *string       `gorm:"size:40" json:"billing_country"`
	BillingPostalCode *string       `gorm:"size:10" json:"billing_postal_code"`
	Total             Price         `gorm:"not null" json:"total"`
	Lines             []InvoiceLine `gorm:"constraint:OnDelete:CASCADE" json:"lines,omitzero"`
}

// Meta orders invoices from the newest.
func (Invoice) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"-invoice_date", "-id"},
		Indexes:  []models.Index{{Fields: []string{"customer_id"}}},
	}
}

// Clean validates an invoice.
func (i *Invoice) Clean(context.Context) error {
	return models.Validate(
		checkTime("invoice_date", &i.InvoiceDate),
		models.NullText("billing_address", i.BillingAddress).MaxLength(70),
		models.NullText("billing_city", i.BillingCity).MaxLength(40),
		models.NullText("billing_state", i.BillingState).MaxLength(40),
		models.NullText("billing_country", i.BillingCountry).MaxLength(40),
		models.NullText("billing_postal_code", i.BillingPostalCode).MaxLength(10),
		checkPrice("total", i.Total),
	)
}

// BillTo sets the customer of the invoice and the customer's address.
func (i *Invoice) BillTo(c *Customer) {
	i.CustomerID, i.Customer = c.ID, c
	i.BillingAddress, i.BillingCity, i.BillingState = c.Address, c.City, c.State
	i.BillingCountry, i.BillingPostalCode = c.Country, c.PostalCode
}
