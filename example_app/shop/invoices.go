package shop

import (
	"net/http"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) invoiceRoutes(t routes) { t.handle("GET /invoices/{id}", s.invoice) }

// invoicePage is an invoice with its lines.
type invoicePage struct {
	Invoice *store.Invoice
	List    listing[store.InvoiceLine]
}

// invoiceLines is the list of lines on an invoice's page, in the order they were
// written.
var invoiceLines = list[store.InvoiceLine]{Orderings: []repo.Ordering[store.InvoiceLine]{"id"}, Limit: store.MaxLines}

// invoice answers GET /invoices/1.
func (s *site) invoice(w http.ResponseWriter, r *http.Request) error {
	invoice, err := one(r, s.invoices.SelectRelated("customer"))
	if err != nil {
		return err
	}
	data := invoicePage{Invoice: invoice}
	if data.List, err = invoiceLines.read(r, s.lines.Filter("invoice", invoice.ID).SelectRelated("track__album__artist")); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "invoice.html", page{Title: "Invoice " + strconv.FormatInt(invoice.ID, 10), Section: "/customers", Data: data})
}

// Sum returns the price of a line.
func (invoicePage) Sum(l *store.InvoiceLine) store.Price { return l.UnitPrice.Times(l.Quantity) }
