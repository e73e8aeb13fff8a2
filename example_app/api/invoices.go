package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// invoices have no total and no lines to write, since a sale does not change.
// new_invoice.go creates one from its lines.
func invoices(db *gorm.DB) resource[store.Invoice] {
	return resource[store.Invoice]{
		db:   db,
		path: "invoices",
		key:  func(i *store.Invoice) *int64 { return &i.ID },
		columns: []repo.Name[store.Invoice]{
			"customer_id", "invoice_date",
			"billing_address", "billing_city", "billing_state", "billing_country", "billing_postal_code",
		},
		required: []repo.Name[store.Invoice]{"customer_id", "invoice_date"},
		readonly: []repo.Name[store.Invoice]{"total"},
		filters: []repo.Lookup[store.Invoice]{
			"id", "id__in", "customer", "customer_id", "customer__last_name", "customer__email",
			"invoice_date__gte", "invoice_date__lt", "invoice_date__year", "billing_city", "billing_country",
			"total", "total__gte", "total__lte",
		},
		detail: []repo.Rel[store.Invoice]{"lines"},
		decode: newInvoices(db).decode,
	}
}
