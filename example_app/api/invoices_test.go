package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInvoices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	list := s.object("GET", "/api/invoices", "", 200)
	require.EqualValues(t, 3, list["count"])
	require.NotContains(t, list["results"].([]any)[0], "lines", "a list shows no lines")
	require.Len(t, s.object("GET", "/api/invoices/2", "", 200)["lines"], 3)

	require.Equal(t, []int{1, 3}, s.ids("/api/invoices?customer=1"))
	require.Equal(t, []int{1, 3}, s.ids("/api/invoices?customer_id=1"))
	require.Equal(t, []int{2, 1, 3}, s.ids("/api/invoices?order_by=-total"))
	require.Equal(t, []int{2}, s.ids("/api/invoices?total__gte=2"))
	require.Equal(t, []int{2, 3}, s.ids("/api/invoices?invoice_date__gte=2025-05-01"))

	changed := s.object("PATCH", "/api/invoices/1", `{"billing_city": "Brno"}`, 200)
	require.Equal(t, "Brno", changed["billing_city"])
	require.Equal(t, "1.98", changed["total"])
	require.Len(t, changed["lines"], 2)
	replaced := s.object("PUT", "/api/invoices/1", `{"customer_id": 2, "invoice_date": "2026-01-02T00:00:00Z"}`, 200)
	require.Nil(t, replaced["billing_city"])
	require.Equal(t, "1.98", replaced["total"], "what was sold stays")
	require.Len(t, replaced["lines"], 2)

	s.want("PUT", "/api/invoices/1", `{"customer_id": 1}`, 422, `{"errors": {"invoice_date": ["This field is required."]}}`)
	s.error("PATCH", "/api/invoices/1", `{"total": "1"}`, 400, `unknown member "total"; choices are billing_address`)
	s.error("PATCH", "/api/invoices/1", `{"lines": []}`, 400, `unknown member "lines"`)
	s.error("PATCH", "/api/invoices/1", `{"customer_id": 999}`, 409, "customer_id of invoices refers to a row that does not exist")
	s.error("GET", "/api/invoices/999", "", 404, "no such row")
	s.error("DELETE", "/api/invoices/999", "", 404, "no such row")

	s.error("DELETE", "/api/customers/1", "", 409, "rows of invoices refer to this one (customer_id)")
	s.want("DELETE", "/api/invoices/2", "", 204, "")
	require.Equal(t, 3, s.rows("invoice_lines"), "lines go with their invoice")
	s.error("GET", "/api/invoices/2", "", 404, "no such row")
}
