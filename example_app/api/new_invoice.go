package api

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// invoiceMaker creates invoices from orders such as {"customer_id": 1, "lines":
// [{"track_id": 1, "quantity": 2}]}.
type invoiceMaker struct {
	customers *repo.Repository[store.Customer]
	tracks    *repo.Repository[store.Track]
	invoices  *repo.Repository[store.Invoice]
	lines     *repo.Repository[store.InvoiceLine]
}

func newInvoices(db *gorm.DB) invoiceMaker {
	return invoiceMaker{
		repo.New[store.Customer](db), repo.New[store.Track](db),
		repo.New[store.Invoice](db), repo.New[store.InvoiceLine](db),
	}
}

// decode refuses what can be seen in the order itself before a transaction
// begins: its form, its size, what is missing, the quantities.
func (m invoiceMaker) decode(ctx context.Context, body []byte) (creator[store.Invoice], error) {
	o, err := decodeOrder(body)
	if err == nil {
		err = o.check(ctx)
	}
	return func(ctx context.Context) (*store.Invoice, error) { return m.create(ctx, o) }, err
}

// create runs in the transaction of the request: an error leaves nothing.
func (m invoiceMaker) create(ctx context.Context, o *order) (*store.Invoice, error) {
	problems := &problems{}
	if err := m.address(ctx, o, problems); err != nil {
		return nil, err
	}
	if err := m.price(ctx, o, problems); err != nil {
		return nil, err
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	if err := m.invoices.Create(ctx, o.invoice); err != nil {
		return nil, err
	}
	for _, line := range o.lines {
		line.InvoiceID = o.invoice.ID
	}
	return o.invoice, m.lines.BulkCreate(ctx, o.lines)
}

// address uses the address of the customer if the order has none.
func (m invoiceMaker) address(ctx context.Context, o *order, problems *problems) error {
	customer, err := repo.Maybe(m.customers.ByPK(ctx, o.invoice.CustomerID))
	switch {
	case err != nil:
		return err
	case customer == nil:
		problems.add("customer_id", models.Problem{Code: "unknown", Message: "There is no such customer."})
	case !o.hasAddress(): // half of one address and half of another is no address
		o.invoice.BillTo(customer)
	}
	return nil
}

// price sets the price of each line to that of its track, and the total of the
// invoice to their sum.
func (m invoiceMaker) price(ctx context.Context, o *order, problems *problems) error {
	ids := make([]int64, len(o.lines))
	for i, line := range o.lines {
		ids[i] = line.TrackID
	}
	found, err := m.tracks.Filter("id__in", ids).OrderBy().All(ctx)
	if err != nil {
		return err
	}
	prices := make(map[int64]store.Price, len(found))
	for _, track := range found {
		prices[track.ID] = track.UnitPrice
	}
	for i, line := range o.lines {
		price, known := prices[line.TrackID]
		if !known {
			problems.add(fmt.Sprintf("lines.%d.track_id", i), models.Problem{Code: "unknown", Message: "There is no such track."})
		}
		line.UnitPrice = price
		o.invoice.Total = o.invoice.Total.Plus(price.Times(line.Quantity))
	}
	return nil
}
