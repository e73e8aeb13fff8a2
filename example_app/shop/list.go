package shop

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gormango/gormango/repo"
)

// list describes the searches and orders of a list.
type list[T any] struct {
	Search    []repo.Lookup[T] // each word of q must match one of them
	Filters   []repo.Lookup[T]
	Orderings []repo.Ordering[T] // the first is the default
	Limit     int                // rows of a page, 50 by default
}

// listing is a page of a list, for the template "pager" and the list's own.
type listing[T any] struct {
	Items      []*T
	Path       string
	values     url.Values // the request's parameters without empty ones
	Prev, Next string     // addresses, "" if there is none
	order      string
}

// read reads the page of src that a request asks for.
func (l list[T]) read(r *http.Request, src repo.Source[T]) (listing[T], error) {
	out := listing[T]{Path: r.URL.Path}
	values, err := listValues(r.URL.RawQuery)
	if err != nil {
		return out, err
	}
	out.values = values
	out.order = values.Get("order_by")
	if out.order == "" && len(l.Orderings) > 0 {
		out.order = string(l.Orderings[0])
	}
	params := repo.Params[T]{Search: l.Search, Filters: l.Filters, Orderings: l.Orderings, Limit: l.Limit, MaxLimit: 100}
	if params.Limit == 0 {
		params.Limit = 50
	}
	page, err := params.PageAfter(r.Context(), src, values)
	if err != nil {
		return out, err
	}
	out.Items = page.Items
	out.Prev, out.Next = out.neighbour(page.Prev), out.neighbour(page.Next)
	return out, nil
}

// listValues returns the parameters of a list without empty ones, which a form
// sends for fields left blank.
func listValues(query string) (url.Values, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, badRequest("The parameters of the address are malformed.")
	}
	for name, texts := range values {
		if len(texts) == 1 && strings.TrimSpace(texts[0]) == "" {
			delete(values, name)
			continue
		}
		for _, text := range texts {
			if !storable(text) || !storable(name) {
				return nil, &repo.ParamError{Param: name, Value: text, Want: "text without control characters"}
			}
		}
	}
	return values, nil
}

// Value returns a parameter of the request.
func (l listing[T]) Value(name string) string { return l.values.Get(name) }

// Asked reports whether the request narrows the list.
func (l listing[T]) Asked() bool {
	for name := range l.values {
		if name != "cursor" && name != "order_by" && name != "limit" {
			return true
		}
	}
	return false
}

// Order returns the order in the request, "" without one, for the search form
// to keep.
func (l listing[T]) Order() string { return l.values.Get("order_by") }

// Address returns the address of this page.
func (l listing[T]) Address() string {
	if len(l.values) == 0 {
		return l.Path
	}
	return l.Path + "?" + l.values.Encode()
}

func (l listing[T]) neighbour(cursor string) string {
	if cursor == "" {
		return ""
	}
	return l.with("cursor", cursor)
}

// with returns the list's address with one parameter changed.
func (l listing[T]) with(name, value string) string {
	values := url.Values{}
	for n, v := range l.values {
		values[n] = v
	}
	values.Set(name, value)
	return l.Path + "?" + values.Encode()
}

// sortLink is the header of a sortable column, for the template "sort".
type sortLink struct {
	Label, Address string
	Sorted         string // aria-sort: ascending, descending or none
	Class          string // of the column
}

// Sort returns the header of a column: {{template "sort" (.List.Sort "name"
// "Name")}}. A click sorts by the column, the next one reverses the order.
func (l listing[T]) Sort(name, label string, class ...string) sortLink {
	link := sortLink{Label: label, Sorted: "none", Class: strings.Join(class, " ")}
	next := name
	switch l.order {
	case name:
		link.Sorted, next = "ascending", "-"+name
	case "-" + name:
		link.Sorted = "descending"
	}
	rest := l
	rest.values = url.Values{}
	for n, v := range l.values {
		if n != "cursor" { // a cursor belongs to its order
			rest.values[n] = v
		}
	}
	link.Address = rest.with("order_by", next)
	return link
}
