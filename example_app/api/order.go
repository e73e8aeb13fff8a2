package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// order is the body of a request for an invoice.
type order struct {
	invoice *store.Invoice
	came    []repo.Name[store.Invoice]
	lines   []*store.InvoiceLine
	missing []error // of each line, nil if it is complete
	tooMany bool    // the body has more lines than an invoice, which are not decoded
}

func (o *order) has(name repo.Name[store.Invoice]) bool { return slices.Contains(o.came, name) }

func (o *order) hasAddress() bool { return slices.ContainsFunc(billing, o.has) }

// billing are the columns of an invoice's address.
var billing = []repo.Name[store.Invoice]{"billing_address", "billing_city", "billing_state", "billing_country", "billing_postal_code"}

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
	o.came, err = repo.DecodePatch(bytes.NewReader(rest), o.invoice, append([]repo.Name[store.Invoice]{"customer_id", "invoice_date"}, billing...)...)
	var bad *repo.PatchError
	if errors.As(err, &bad) && bad.Choices != nil {
		bad.Choices = append(bad.Choices, "lines")
	}
	if err != nil {
		return nil, err
	}
	return o, o.decodeLines(lines)
}

// decodeLines decodes the lines one by one, and none beyond those that an
// invoice may have.
func (o *order) decodeLines(text json.RawMessage) error {
	if text == nil {
		return nil
	}
	list := json.NewDecoder(bytes.NewReader(text))
	if open, err := list.Token(); err != nil || open != json.Delim('[') {
		return &repo.PatchError{Member: "lines", Err: errors.New("a list of objects is wanted")}
	}
	for i := 0; list.More(); i++ {
		if o.tooMany = i == store.MaxLines; o.tooMany {
			return nil
		}
		var text json.RawMessage
		if err := list.Decode(&text); err != nil {
			return err // the body was parsed before
		}
		if err := o.decodeLine(i, text); err != nil {
			return err
		}
	}
	return nil
}

func (o *order) decodeLine(i int, text json.RawMessage) error {
	line := &store.InvoiceLine{}
	came, err := repo.DecodePatch(bytes.NewReader(text), line, "track_id", "quantity")
	var bad *repo.PatchError
	if errors.As(err, &bad) {
		if text[0] != '{' {
			return &repo.PatchError{Member: fmt.Sprintf("lines.%d", i), Err: errors.New("an object is wanted")}
		}
		bad.Member = strings.TrimSuffix(fmt.Sprintf("lines.%d.%s", i, bad.Member), ".")
	}
	if err != nil {
		return err
	}
	o.lines = append(o.lines, line)
	o.missing = append(o.missing, missing([]repo.Name[store.InvoiceLine]{"track_id", "quantity"}, came))
	return nil
}

// check returns the problems of the order by itself.
func (o *order) check(ctx context.Context) error {
	problems := &problems{}
	if !o.has("customer_id") {
		problems.add("customer_id", models.Problem{Code: "required", Message: "This field is required."})
	}
	switch {
	case o.tooMany:
		problems.add("lines", models.Problem{Code: "max_length", Message: fmt.Sprintf("An invoice has at most %d lines.", store.MaxLines)})
	case len(o.lines) == 0:
		problems.add("lines", models.Problem{Code: "required", Message: "An invoice has at least one line."})
	}
	for i, line := range o.lines {
		err := o.missing[i]
		if err == nil {
			err = line.Clean(ctx)
		}
		var wrong *models.ValidationError
		if errors.As(err, &wrong) {
			for name, list := range wrong.Fields {
				problems.add(fmt.Sprintf("lines.%d.%s", i, name), list[0])
			}
		}
	}
	return problems.err()
}

// problems are the first problems of an order, so that the answer does not grow
// with the number of its lines.
type problems struct{ models.ValidationError }

const maxProblems = 10

func (p *problems) add(member string, problem models.Problem) {
	if len(p.Fields) < maxProblems {
		p.Add(member, problem)
	}
}

// err returns the problems as an error, nil if there are none.
func (p *problems) err() error {
	if p.Fields == nil {
		return nil
	}
	return &p.ValidationError
}
