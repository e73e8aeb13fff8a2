package shop

import (
	"context"
	"errors"
	"time"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

var (
	errEmpty      = errors.New("the basket is empty")
	errPrices     = errors.New("a price has changed since the track was put into the basket")
	errChanged    = errors.New("the basket has changed since it was shown")
	errNoCustomer = errors.New("there is no such customer")
)

// checkout creates the customer's invoice of a basket. A basket is bought once:
// the first of several calls, even concurrent ones, creates the invoice, and
// all return it. total is the sum that the buyer has seen. Another sum is an
// error.
func (t till) checkout(ctx context.Context, token string, customerID int64, total store.Price) (*store.Invoice, error) {
	var invoice *store.Invoice
	err := t.atomic(ctx, func(ctx context.Context) error {
		basket, err := t.lock(ctx, token)
		if err != nil {
			return err
		}
		if basket.InvoiceID != nil {
			invoice, err = t.invoices.ByPK(ctx, *basket.InvoiceID)
			return err
		}
		// An item is deleted with its track, so the tracks are locked until the invoice
		// refers to them.
		items, err := t.items.Filter("basket", basket.ID).SelectRelated("track").SelectForUpdate().All(ctx)
		if err != nil {
			return err
		}
		if err := buyable(items, total); err != nil {
			return err
		}
		customer, err := t.customers.ByPK(ctx, customerID)
		if errors.Is(err, repo.ErrDoesNotExist) {
			return errNoCustomer
		}
		if err != nil {
			return err
		}
		if invoice, err = t.write(ctx, customer, items); err != nil {
			return err
		}
		basket.InvoiceID = &invoice.ID
		return t.baskets.Save(ctx, basket, "invoice_id")
	})
	return invoice, err
}

// buyable returns an error if the items cannot be bought for the total.
func buyable(items []*store.BasketItem, total store.Price) error {
	if len(items) == 0 {
		return errEmpty
	}
	for _, item := range items {
		if !item.UnitPrice.Equal(item.Track.UnitPrice.Decimal) {
			return errPrices
		}
	}
	if !sum(items).Equal(total.Decimal) {
		return errChanged
	}
	return nil
}

// sum returns the sum of the items at the prices at which they were added.
func sum(items []*store.BasketItem) store.Price {
	var total store.Price
	for _, item := range items {
		total = total.Plus(item.UnitPrice.Times(item.Quantity))
	}
	return total
}

// write creates the invoice and its lines, with one statement each.
func (t till) write(ctx context.Context, customer *store.Customer, items []*store.BasketItem) (*store.Invoice, error) {
	invoice := &store.Invoice{InvoiceDate: time.Now(), Total: sum(items)}
	invoice.BillTo(customer)
	if err := t.invoices.Create(ctx, invoice); err != nil {
		return nil, err
	}
	lines := make([]*store.InvoiceLine, len(items))
	for i, item := range items {
		lines[i] = &store.InvoiceLine{InvoiceID: invoice.ID, TrackID: item.TrackID, UnitPrice: item.UnitPrice, Quantity: item.Quantity}
	}
	return invoice, t.lines.BulkCreate(ctx, lines)
}
