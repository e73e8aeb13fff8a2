package shop

import (
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) customerRoutes(t routes) {
	e := s.customerEditor()
	t.handle("GET /customers", s.customerList)
	t.handle("GET /customers/{id}", s.customer)
	t.handle("GET /customers/{id}/edit", e.edit)
	t.handle("POST /customers/{id}/edit", e.save)
}

var customerLists = list[store.Customer]{
	Search: []repo.Lookup[store.Customer]{
		"first_name__icontains", "last_name__icontains", "company__icontains", "email__icontains", "city__icontains", "country__icontains",
	},
	Orderings: []repo.Ordering[store.Customer]{"last_name", "first_name", "company", "country"},
}

// customerList answers GET /customers?q=novak&order_by=country.
func (s *site) customerList(w http.ResponseWriter, r *http.Request) error {
	found, err := customerLists.read(r, s.customers)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "customers.html", page{Title: "Customers", Section: "/customers", Data: found})
}

// customerPage is a customer with a page of the invoices.
type customerPage struct {
	Customer *store.Customer
	Invoices listing[store.Invoice]
}

var invoiceLists = list[store.Invoice]{
	Orderings: []repo.Ordering[store.Invoice]{"-invoice_date", "total"},
	Limit:     20,
}

// customer answers GET /customers/1.
func (s *site) customer(w http.ResponseWriter, r *http.Request) error {
	customer, err := one(r, s.customers.SelectRelated("support_rep"))
	if err != nil {
		return err
	}
	data := customerPage{Customer: customer}
	if data.Invoices, err = invoiceLists.read(r, s.invoices.Filter("customer", customer.ID)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "customer.html", page{Title: fullName(customer), Section: "/customers", Data: data})
}

func fullName(c *store.Customer) string { return c.FirstName + " " + c.LastName }

// customerForm is the form of a customer.
type customerForm struct {
	ID        int64
	Form      *form
	Employees choiceList
}

func (s *site) customerEditor() editor[store.Customer, *store.Customer] {
	return editor[store.Customer, *store.Customer]{
		site: s, rows: s.customers, path: "/customers", typed: typedCustomer, values: customerValues,
		of:    func(c *store.Customer) (id, version *int64, name string) { return &c.ID, &c.LockVersion, fullName(c) },
		saved: "Saved %s.",
		show:  s.showCustomerForm,
	}
}

func (s *site) showCustomerForm(w http.ResponseWriter, r *http.Request, status int, id int64, f *form) error {
	agents, err := s.employeeChoices().in(r.Context(), f, "support_rep_id")
	if err != nil {
		return err
	}
	return s.render(w, r, status, "customer_edit.html", page{Title: "Edit the customer", Section: "/customers", Data: customerForm{id, f, agents}})
}

// customerValues returns the form's values of a customer.
func customerValues(c *store.Customer) map[string]string {
	return map[string]string{
		"first_name": c.FirstName, "last_name": c.LastName, "company": deref(c.Company), "address": deref(c.Address),
		"city": deref(c.City), "state": deref(c.State), "country": deref(c.Country), "postal_code": deref(c.PostalCode),
		"phone": deref(c.Phone), "fax": deref(c.Fax), "email": c.Email, "support_rep_id": keyText(c.SupportRepID),
		"lock_version": keyText(&c.LockVersion),
	}
}

// typedCustomer returns the customer that a form describes.
func typedCustomer(f *form) *store.Customer {
	return &store.Customer{
		FirstName: f.text("first_name"), LastName: f.text("last_name"), Company: f.nullText("company"), Address: f.nullText("address"),
		City: f.nullText("city"), State: f.nullText("state"), Country: f.nullText("country"), PostalCode: f.nullText("postal_code"),
		Phone: f.nullText("phone"), Fax: f.nullText("fax"), Email: f.text("email"), SupportRepID: f.nullInteger("support_rep_id"),
	}
}
