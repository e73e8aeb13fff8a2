package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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

// create runs in the transaction of the request: an error leaves nothing.
func (m invoiceMaker) create(ctx context.Context, body []byte) (*store.Invoice, error) {
	order, err := decodeOrder(body)
	if err != nil {
		return nil, err
	}
	problems := &models.ValidationError{}
	if err := m.address(ctx, order, problems); err != nil {
		return nil, err
	}
	if err := m.price(ctx, order, problems); err != nil {
		return nil, err
	}
	if problems.Fields != nil {
		return nil, problems
	}
	invoice := order.invoice
	if err := m.invoices.Create(ctx, invoice); err != nil {
		return nil, err
	}
	for _, line := range order.lines {
		line.InvoiceID = invoice.ID
	}
	return invoice, m.lines.BulkCreate(ctx, order.lines)
}

// order is the body of the request.
type order struct {
	invoice *store.Invoice
	came    []repo.Name[store.Invoice]
	lines   []*store.InvoiceLine
	missing []error // of each line, nil if it is complete
}

func (o *order) has(name repo.Name[store.Invoice]) bool { return slices.Contains(o.came, name) }

// decodeOrder decodes the body. The members of the invoice and of each line are
// decoded as those of other resources.
func decodeOrder(body []byte) (*order, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, &repo.PatchError{Err: fmt.Errorf("malformed JSON, or no object: %w", err)}
	}
	lines := members["lines"]
	delete(members, "lines")
	rest, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	o := &order{invoice: &store.Invoice{InvoiceDate: time.Now()}}
	o.came, err = repo.DecodePatch(bytes.NewReader(rest), o.invoice, "customer_id", "invoice_date",
		"billing_address", "billing_city", "billing_state", "billing_country", "billing_postal_code")
	var bad *repo.PatchError
	if errors.As(err, &bad) && bad.Choices != nil {
		bad.Choices = append(bad.Choices, "lines")
	}
	if err != nil {
		return nil, err
	}
	return o, o.decodeLines(lines)
}

func (o *order) decodeLines(text json.RawMessage) error {
	if text == nil {
		return nil
	}
	var lines []json.RawMessage
	if err := json.Unmarshal(text, &lines); err != nil || lines == nil {
		return &repo.PatchError{Member: "lines", Err: errors.New("a list of objects is wanted")}
	}
	for i, text := range lines {
		line := &store.InvoiceLine{}
		came, err := repo.DecodePatch(bytes.NewReader(text), line, "track_id", "quantity")
		var bad *repo.PatchError
		if errors.As(err, &bad) {
			if bad.Member == "" {
				return &repo.PatchError{Member: fmt.Sprintf("lines.%d", i), Err: errors.New("an object is wanted")}
			}
			bad.Member = fmt.Sprintf("lines.%d.%s", i, bad.Member)
		}
		if err != nil {
			return err
		}
		o.lines = append(o.lines, line)
		o.missing = append(o.missing, missing([]repo.Name[store.InvoiceLine]{"track_id", "quantity"}, came))
	}
	return nil
}

// address reads the customer and uses the customer's address if the order has
// none.
func (m invoiceMaker) address(ctx context.Context, o *order, problems *models.ValidationError) error {
	if !o.has("customer_id") {
		problems.Add("customer_id", models.Problem{Code: "required", Message: "This field is required."})
		return nil
	}
	customer, err := repo.Maybe(m.customers.ByPK(ctx, o.invoice.CustomerID))
	if err != nil {
		return err
	}
	if customer == nil {
		problems.Add("customer_id", models.Problem{Code: "unknown", Message: "There is no such customer."})
		return nil
	}
	if o.has("billing_address") || o.has("billing_city") || o.has("billing_state") || o.has("billing_country") || o.has("billing_postal_code") {
		return nil // half of one address and half of another is no address
	}
	o.invoice.BillTo(customer)
	return nil
}

// price sets the price of each line to that of its track, and the total of the
// invoice to their sum.
func (m invoiceMaker) price(ctx context.Context, o *order, problems *models.ValidationError) error {
	if len(o.lines) == 0 {
		problems.Add("lines", models.Problem{Code: "required", Message: "An invoice has at least one line."})
		return nil
	}
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
		line.UnitPrice = price
		o.invoice.Total = o.invoice.Total.Plus(price.Times(line.Quantity))
		err := o.missing[i]
		if err == nil {
			err = line.Clean(ctx)
			if !known {
				err = models.Join(err, models.Invalid("track_id", "There is no such track."))
			}
		}
		var wrong *models.ValidationError
		if errors.As(err, &wrong) {
			for name, list := range wrong.Fields {
				for _, p := range list {
					problems.Add(fmt.Sprintf("lines.%d.%s", i, name), p)
				}
			}
		}
	}
	return nil
}
