package shop

import "testing"

func TestInvoice(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/invoices/2").sends(2).shows("Invoice 2", "17 May 2025", "Tom Archer", "4 Mill Lane", "5.58", "Items").
		has(`<a href="/customers" aria-current="page">`)
	for _, path := range []string{"/invoices/9", "/invoices/x"} {
		s.get(path).is(404)
	}
	s.get("/invoices").is(404)
}
