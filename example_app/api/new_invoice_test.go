package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
)

func TestNewInvoice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := time.Now().Add(-time.Second)
	got := s.do("POST", "/api/invoices", `{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 2}, {"track_id": 8, "quantity": 1}, {"track_id": 1, "quantity": 1}]}`)
	require.Equal(t, 201, got.status, got.body)
	require.Equal(t, "/api/invoices/4", got.header.Get("Location"))
	row := members(t, got.body)
	when, err := time.Parse(time.RFC3339Nano, row["invoice_date"].(string))
	require.NoError(t, err)
	require.WithinRange(t, when, before, time.Now().Add(time.Second))
	delete(row, "invoice_date")
	require.Equal(t, members(t, `{"id": 4, "customer_id": 1, "billing_address": "Dlouhá 12", "billing_city": "Praha", "billing_state": null,
		"billing_country": "Czech Republic", "billing_postal_code": "110 00", "total": "4.47", "lines": [
			{"id": 7, "invoice_id": 4, "track_id": 1, "unit_price": "0.99", "quantity": 2},
			{"id": 8, "invoice_id": 4, "track_id": 8, "unit_price": "1.50", "quantity": 1},
			{"id": 9, "invoice_id": 4, "track_id": 1, "unit_price": "0.99", "quantity": 1}]}`), row)
	s.want("GET", "/api/invoices/4", "", 200, got.body)

	// A sale keeps the price of its day.
	require.Equal(t, 200, s.do("PATCH", "/api/tracks/1", `{"unit_price": "5"}`).status)
	s.want("GET", "/api/invoices/4", "", 200, got.body)
}

func TestNewInvoiceKeepsTheGivenAddressAndDate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	row := s.object("POST", "/api/invoices", `{"customer_id": 1, "invoice_date": "2026-01-02T03:04:05Z", "billing_city": "Brno", "lines": [{"track_id": 12, "quantity": 1}]}`, 201)
	require.Equal(t, "2026-01-02T03:04:05Z", row["invoice_date"])
	require.Equal(t, "Brno", row["billing_city"])
	require.Nil(t, row["billing_country"])
	require.Equal(t, "0.00", row["total"])
}

func TestNewInvoiceRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.Equal(t, 200, s.do("PATCH", "/api/tracks/2", `{"unit_price": "99999999.99"}`).status)
	const line = `{"track_id": 1, "quantity": 1}`
	for _, c := range []struct{ body, want string }{
		{`{}`, `{"customer_id": ["This field is required."], "lines": ["An invoice has at least one line."]}`},
		{`{"customer_id": 1}`, `{"lines": ["An invoice has at least one line."]}`},
		{`{"customer_id": 1, "lines": []}`, `{"lines": ["An invoice has at least one line."]}`},
		{`{"lines": [` + line + `]}`, `{"customer_id": ["This field is required."]}`},
		{`{"customer_id": 999, "lines": [` + line + `]}`, `{"customer_id": ["There is no such customer."]}`},
		{`{"customer_id": 0, "lines": [` + line + `]}`, `{"customer_id": ["There is no such customer."]}`},
		{`{"customer_id": 1, "lines": [{"track_id": 999, "quantity": 1}]}`, `{"lines.0.track_id": ["There is no such track."]}`},
		{`{"customer_id": 1, "lines": [` + line + `, {"track_id": 1, "quantity": 0}]}`, `{"lines.1.quantity": ["Ensure this value is greater than or equal to 1."]}`},
		{`{"customer_id": 1, "lines": [` + line + `, {"track_id": 1}]}`, `{"lines.1.quantity": ["This field is required."]}`},
		{`{"customer_id": 1, "lines": [{}]}`, `{"lines.0.track_id": ["This field is required."], "lines.0.quantity": ["This field is required."]}`},
		{
			`{"customer_id": 999, "lines": [{"track_id": 998, "quantity": 1}, {"track_id": 997, "quantity": 1}]}`,
			`{"customer_id": ["There is no such customer."], "lines.0.track_id": ["There is no such track."], "lines.1.track_id": ["There is no such track."]}`,
		},
		{
			`{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 9223372036854775807}, {"track_id": 1, "quantity": 1001}]}`,
			`{"lines.0.quantity": ["Ensure this value is less than or equal to 1000."], "lines.1.quantity": ["Ensure this value is less than or equal to 1000."]}`,
		},
		{`{"customer_id": 1, "lines": [{"track_id": 2, "quantity": 1000}]}`, `{"total": ["Enter an amount from 0 to 99999999.99 with at most two decimal places."]}`},
		{`{"customer_id": 1, "lines": [` + strings.Repeat(line+",", 100) + line + `]}`, `{"lines": ["An invoice has at most 100 lines."]}`},
		{`{"customer_id": 1, "lines": [` + strings.Repeat(line+",", 100) + `"what follows is not decoded"]}`, `{"lines": ["An invoice has at most 100 lines."]}`},
		{`{"customer_id": 1, "billing_city": "a\u0000b", "lines": [` + line + `]}`, `{"billing_city": ["Null characters are not allowed."]}`},
		{`{"customer_id": 1, "invoice_date": "0000-01-01T00:00:00Z", "lines": [` + line + `]}`, `{"invoice_date": ["Enter a time in the years 1 to 9999."]}`},
	} {
		s.want("POST", "/api/invoices", c.body, 422, `{"errors": `+c.want+`}`)
	}
	for _, c := range []struct{ body, want string }{
		{"", "malformed JSON"}, {"null", "object"}, {"[]", "object"}, {"{", "malformed JSON"}, {`{} {}`, "malformed JSON"},
		{`{"customer_id": "1", "lines": []}`, `member "customer_id"`},
		{`{"customer_id": null, "lines": []}`, `member "customer_id": null is not allowed`},
		{`{"customer_id": 1, "lines": {}}`, `member "lines": a list of objects is wanted`},
		{`{"customer_id": 1, "lines": null}`, `member "lines"`},
		{`{"customer_id": 1, "lines": [1]}`, `member "lines.0": an object is wanted`},
		{`{"customer_id": 1, "lines": [null]}`, `member "lines.0": an object is wanted`},
		{`{"customer_id": 1, "lines": [` + line + `, {"track_id": "1", "quantity": 1}]}`, `member "lines.1.track_id"`},
		{`{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 1.5}]}`, `member "lines.0.quantity"`},
		{`{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 1, "unit_price": "0"}]}`, `unknown member "lines.0.unit_price"; choices are quantity, track_id`},
		{`{"customer_id": 1, "total": "0", "lines": [` + line + `]}`, `unknown member "total"`},
		{`{"customer_id": 1, "total": "0", "lines": [` + line + `]}`, `invoice_date, lines`},
		{`{"id": 7, "customer_id": 1, "lines": [` + line + `]}`, `unknown member "id"`},
	} {
		s.error("POST", "/api/invoices", c.body, 400, c.want)
	}
	for _, broken := range []string{"\xff", `\ud800`} {
		s.error("POST", "/api/invoices", `{"customer_id": 1, "billing_city": "`+broken+`", "lines": [`+line+`]}`, 400, "not valid Unicode")
		s.error("POST", "/api/invoices", `{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 1, "`+broken+`": 1}]}`, 400, "not valid Unicode")
	}
	s.error("POST", "/api/invoices", `{"customer_id": 1, "lines": [`+strings.Repeat(line+",", 50000)+line+`]}`, 413, "larger than 65536 bytes")
	require.Equal(t, 3, s.rows("invoices"))
	require.Equal(t, 6, s.rows("invoice_lines"))
}

func TestNewInvoiceOfManyLines(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	lines := strings.TrimSuffix(strings.Repeat(`{"track_id":1,"quantity":1000},`, 100), ",")
	row := s.object("POST", "/api/invoices", fmt.Sprintf(`{"customer_id":1,"lines":[%s]}`, lines), 201)
	require.Len(t, row["lines"], 100)
	require.Equal(t, "99000.00", row["total"])
}

// Whatever is wrong with the lines, the answer is short, comes at once, and no
// statement was sent for it.
func TestNewInvoiceOfWrongLinesIsCheap(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.NoError(t, gormango.Close(s.db)) // a statement would be an internal error
	list := func(line string, n int) string {
		return fmt.Sprintf(`{"customer_id":1,"lines":[%s]}`, strings.TrimSuffix(strings.Repeat(line+",", n), ","))
	}
	for body, status := range map[string]int{
		list(`{}`, 349518):                             413,
		list(`{}`, 20000):                              422,
		list(`{}`, 100):                                422,
		list(`{"track_id":1,"quantity":0}`, 100):       422,
		list(`{"track_id":1,"quantity":0}`, 101):       422,
		list(`[]`, 20000):                              400,
		list(`{"track_id":"1"}`, 3000):                 400,
		list(`{"quantity":1,"quantity":1}`, 2000):      422,
		`{"lines":` + strings.Repeat("[", 60000):       400,
		`{` + strings.Repeat(`"customer_id":1,`, 4000): 400,
	} {
		begin := time.Now()
		got := s.do("POST", "/api/invoices", body)
		require.Equal(t, status, got.status, "%.60s: %.200s", body, got.body)
		require.Less(t, len(got.body), 1500, "%.60s", body)
		require.Less(t, time.Since(begin), 5*time.Second, "%.60s", body)
	}
}

// An error after the invoice was written removes the invoice.
func TestNewInvoiceIsOneTransaction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.NoError(t, s.db.Exec("ALTER TABLE invoice_lines ADD CONSTRAINT refuse CHECK (quantity < 100)").Error)
	s.error("POST", "/api/invoices", `{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 100}]}`, 409, "refuse")
	require.Equal(t, 3, s.rows("invoices"))
}
