package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

func (s *site) basketRoutes(t routes) {
	t.handle("GET /basket", s.basket)
	t.handle("POST /basket/items", s.addToBasket)
	t.handle("POST /basket/items/{id}", s.setQuantity)
	t.handle("POST /basket/prices", s.acceptPrices)
	t.handle("POST /basket/checkout", s.checkout)
}

const (
	basketCookie = "basket"
	basketAge    = 30 * 24 * 60 * 60 // seconds
)

// basketToken returns the token of the visitor's basket, "" without one.
func basketToken(r *http.Request) string {
	cookie, err := r.Cookie(basketCookie)
	if err != nil || !store.IsBasketToken(cookie.Value) {
		return ""
	}
	return cookie.Value
}

// basketPage is the basket. Form is the one of its forms that was refused.
type basketPage struct {
	Basket    *store.Basket // nil without one
	Items     []basketRow
	Total     store.Price
	Outdated  bool // a price has changed
	Form      *form
	Customers choiceList
	Search    listing[store.Customer]
}

// basketRow is an item of the basket.
type basketRow struct {
	*store.BasketItem
	Typed    string // the quantity
	Errors   []string
	Outdated bool
	Sum      store.Price
}

// buyerLists searches the customer who buys.
var buyerLists = list[store.Customer]{Search: customerLists.Search, Orderings: customerLists.Orderings, Limit: 100}

// basket answers GET /basket?q=novak.
func (s *site) basket(w http.ResponseWriter, r *http.Request) error {
	return s.showBasket(w, r, http.StatusOK, newForm(nil), 0)
}

// showBasket shows the basket. The item with the key refused has the quantity
// of the form.
func (s *site) showBasket(w http.ResponseWriter, r *http.Request, status int, f *form, refused int64) error {
	ctx := r.Context()
	data := basketPage{Form: f}
	basket, items, err := s.till.find(ctx, basketToken(r))
	if err != nil {
		return err
	}
	data.Basket = basket
	if basket == nil || basket.InvoiceID != nil {
		items = nil
	}
	for _, item := range items {
		row := basketRow{BasketItem: item, Typed: strconv.FormatInt(item.Quantity, 10), Sum: item.UnitPrice.Times(item.Quantity)}
		row.Outdated = !item.UnitPrice.Equal(item.Track.UnitPrice.Decimal)
		if item.ID == refused {
			row.Typed, row.Errors = f.Value("quantity"), f.errs["quantity"]
		}
		data.Items = append(data.Items, row)
		data.Outdated = data.Outdated || row.Outdated
	}
	data.Total = sum(items)
	if len(items) > 0 {
		if data.Search, err = buyerLists.read(r, s.customers); err != nil {
			return err
		}
		data.Customers.Choices = choices(data.Search.Items, "Choose one", func(c *store.Customer) (int64, string) {
			return c.ID, c.LastName + ", " + c.FirstName + " (" + c.Email + ")"
		})
	}
	return s.render(w, r, status, "basket.html", page{Title: "Basket", Section: "/basket", Data: data})
}

// changeBasket runs fn for a form of the basket. If the till refuses, the page
// shows the reason above the current basket, or beside the quantity of the item
// with the key item.
func (s *site) changeBasket(w http.ResponseWriter, r *http.Request, f *form, item int64, fn func(context.Context) (outcome, error)) error {
	err := s.submit(w, r, f, fn)
	status, told := http.StatusConflict, ""
	var invalid *models.ValidationError
	switch {
	case errors.As(err, &invalid) && item == 0:
		status, told = http.StatusUnprocessableEntity, refusal(invalid)
	case f.refused(err):
		return s.showBasket(w, r, http.StatusUnprocessableEntity, f, item)
	case errors.Is(err, repo.ErrDoesNotExist) && item != 0:
		told = "That track is no longer in the basket."
	case errors.Is(err, errFull):
		told = fmt.Sprintf("Nothing was added: a basket holds at most %d tracks.", store.MaxLines)
	case errors.Is(err, errNoBasket), errors.Is(err, errEmpty):
		told = "The basket is empty."
	case errors.Is(err, errBought):
		told = "This basket was bought in the meantime, so it did not change."
	case errors.Is(err, errPrices):
		told = "Nothing was bought: a price has changed since you put the track into the basket."
	case errors.Is(err, errChanged):
		told = "Nothing was bought: the basket has changed since you saw it. This is its current content."
	default:
		return err
	}
	f.problem(models.AllFields, told)
	return s.showBasket(w, r, status, f, 0)
}

// refusal returns a sentence on why a basket or an invoice was refused.
func refusal(invalid *models.ValidationError) string {
	if _, ok := invalid.Fields["quantity"]; ok {
		return fmt.Sprintf("Nothing was added: a basket takes from 1 to %d pieces of a track.", store.MaxQuantity)
	}
	return "Nothing was bought: the total is more than an invoice can hold."
}

// addToBasket answers POST /basket/items, which pages with tracks send, and
// redirects to the page of the form.
func (s *site) addToBasket(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	trackID, quantity := f.integer("track_id"), int64(1)
	if f.values.Has("quantity") {
		quantity = f.integer("quantity")
	}
	if f.Problems() {
		return badRequest("The form has no track or no quantity.")
	}
	return s.changeBasket(w, r, f, 0, func(ctx context.Context) (outcome, error) {
		token, err := s.till.open(ctx, basketToken(r))
		if err != nil {
			return outcome{}, err
		}
		item, err := s.till.add(ctx, token, trackID, quantity)
		if errors.Is(err, repo.ErrDoesNotExist) || errors.Is(err, gorm.ErrForeignKeyViolated) {
			return outcome{}, &problem{http.StatusNotFound, "Track not found", "The store no longer has this track, so nothing was added to the basket."}
		}
		if err != nil {
			return outcome{}, err
		}
		return outcome{Location: cameFrom(r), Flash: fmt.Sprintf("“%s” is in the basket.", item.Track.Name), Basket: token}, nil
	})
}

// cameFrom returns the page that a form was sent from, else the basket.
func cameFrom(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host || strings.HasPrefix(from.Path, "/basket") {
		return "/basket"
	}
	return localPath(from.RequestURI(), "/basket")
}

// setQuantity answers POST /basket/items/1. A quantity of 0, sent by the button
// Remove, removes the item.
func (s *site) setQuantity(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	return s.changeBasket(w, r, f, id, func(ctx context.Context) (outcome, error) {
		quantity := f.integer("quantity")
		if f.Problems() {
			return outcome{}, errInvalid
		}
		told := "Changed the quantity."
		if quantity == 0 {
			told = "Removed the track."
		}
		return outcome{Location: "/basket", Flash: told}, s.till.setQuantity(ctx, basketToken(r), id, quantity)
	})
}

// acceptPrices answers POST /basket/prices.
func (s *site) acceptPrices(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	return s.changeBasket(w, r, f, 0, func(ctx context.Context) (outcome, error) {
		return outcome{Location: "/basket", Flash: "The basket has the current prices."}, s.till.acceptPrices(ctx, basketToken(r))
	})
}

// checkout answers POST /basket/checkout.
func (s *site) checkout(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	total := f.price("total")
	if f.Problems() {
		return badRequest("The form has no total.")
	}
	return s.changeBasket(w, r, f, 0, func(ctx context.Context) (outcome, error) {
		customer := f.integer("customer_id")
		if f.Problems() {
			return outcome{}, errInvalid
		}
		invoice, err := s.till.checkout(ctx, basketToken(r), customer, total)
		if errors.Is(err, errNoCustomer) {
			f.problem("customer_id", "This customer no longer exists.")
			return outcome{}, errInvalid
		}
		if err != nil {
			return outcome{}, err
		}
		return outcome{Location: pathTo("/invoices", invoice.ID), Flash: "Thank you. This is the invoice."}, nil
	})
}
