package shop

import (
	"net/http"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
)

func (s *site) invoiceRoutes(t routes) { t.handle("GET /invoices/{id}", s.invoice) }

// invoicePage is an invoice with its lines.
type invoicePage struct {
	Invoice *store.Invoice
	Lines   []*store.InvoiceLine
}

// invoice answers GET /invoices/1.
func (s *site) invoice(w http.ResponseWriter, r *http.Request) error {
	invoice, err := one(r, s.invoices.SelectRelated("customer"))
	if err != nil {
		return err
	}
	data := invoicePage{Invoice: invoice}
	if data.Lines, err = s.lines.Filter("invoice", invoice.ID).SelectRelated("track__album__artist").All(r.Context()); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "invoice.html", page{Title: "Invoice " + strconv.FormatInt(invoice.ID, 10), Section: "/customers", Data: data})
}

// Sum returns the price of a line.
func (invoicePage) Sum(l *store.InvoiceLine) store.Price { return l.UnitPrice.Times(l.Quantity) }
