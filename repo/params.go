package repo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Params lists what a request may ask of a list: the lookups it may filter by
// and the orderings it may choose. Every other parameter is refused.
//
//	p := repo.Params[Track]{
//		Filters:   []repo.Lookup[Track]{"id", "name__icontains", "album", "unit_price__gte"},
//		Orderings: []repo.Ordering[Track]{"id", "name", "unit_price"},
//		Limit: 50, MaxLimit: 1000,
//	}
//	page, err := p.Page(ctx, tracks, r.URL.Query()) // ?name__icontains=love&order_by=-unit_price&limit=20
//
// The parameters q (where Search has lookups), order_by (terms joined by
// commas), limit, offset (of Page) and cursor (of PageAfter) are reserved.
type Params[T any] = ParamsOf[*T]

// ParamsOf is the type that Params is an alias of; P is a pointer to the model.
type ParamsOf[P any] struct {
	// Filters are the lookups that may stand as parameters. Their values are parsed
	// by the type of the field; lists of "in", the elements of arrays and the two
	// ends of "range" are joined by commas.
	Filters []LookupOf[P]
	// Search are the lookups that the parameter q searches, for example
	// "title__icontains": a row is kept if each word of q is found by one of them.
	// Words in double quotes count as one. A lookup skips a word that is no value
	// of its field. Over relations to many no row is repeated, where the key is one
	// column. Without lookups there is no parameter q.
	Search []LookupOf[P]
	// Orderings are the orderings that may be asked for, each in both directions.
	// The first is the order when the request names none; without any the model's
	// own order holds.
	Orderings []OrderingOf[P]
	// Limit is the number of rows when the request names none. It defaults to
	// MaxLimit.
	Limit int
	// MaxLimit is the largest limit a request may name. It defaults to 100.
	MaxLimit int
	// Ignore lists parameters that are skipped, as other parts of the application
	// read them.
	Ignore []string
	// CursorKeys are the keys that encrypt the cursors of PageAfter; see the
	// function CursorKeys.
	CursorKeys [][]byte
}

// ParamError is the error for a request's parameter that is unknown or cannot
// be read.
type ParamError struct {
	// Param is the parameter's name, Value its text.
	Param, Value string
	// Choices are the names that could stand in the place of an unknown one,
	// sorted.
	Choices []string
	// Want describes what a value must be, when it is the value that is wrong.
	Want string
}

// Error names the parameter and the choices, not the value.
func (e *ParamError) Error() string {
	switch {
	case e.Want != "" && len(e.Choices) > 0:
		return fmt.Sprintf("repo: parameter %q is not %s; choices are %s", e.Param, e.Want, strings.Join(e.Choices, ", "))
	case e.Want != "":
		return fmt.Sprintf("repo: parameter %q is not %s", e.Param, e.Want)
	}
	return fmt.Sprintf("repo: unknown parameter %q%s; choices are %s", e.Param, suggestion(e.Param, e.Choices), strings.Join(e.Choices, ", "))
}

// suggestion returns the end of an error's text, which names the nearest
// choice.
func suggestion(name string, choices []string) string {
	if near := lookup.Nearest(name, choices); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// Apply filters and orders src by the query string and never slices it. A
// parameter that the request may not use, or whose value does not fit, is a
// *ParamError. It runs no statement.
func (p ParamsOf[P]) Apply(src SourceOf[P], values url.Values) (*QuerySetOf[P], error) {
	return p.apply(src, values, "cursor", "limit", "offset", "order_by")
}

// apply is Apply. own are the parameters beside the filters.
func (p ParamsOf[P]) apply(src SourceOf[P], values url.Values, own ...string) (*QuerySetOf[P], error) {
	qs, err := sourceOf(src)
	if err != nil {
		return qs, err
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(own, name) || slices.Contains(p.Ignore, name) {
			continue
		}
		if name == searchParam && len(p.Search) > 0 {
			if len(values[name]) != 1 {
				return qs, &ParamError{Param: name, Value: strings.Join(values[name], " "), Want: "one value"}
			}
			if qs, err = p.search(qs, values.Get(name)); err != nil {
				return qs, err
			}
			continue
		}
		if !slices.Contains(p.Filters, LookupOf[P](name)) {
			return qs, &ParamError{Param: name, Value: values.Get(name), Choices: p.names(own)}
		}
		if len(values[name]) != 1 {
			return qs, &ParamError{Param: name, Value: strings.Join(values[name], " "), Want: "one value"}
		}
		if qs, err = filtered(qs, name, values.Get(name)); err != nil {
			return qs, err
		}
	}
	return p.applyOrder(qs, values)
}

// names returns the parameters that a request may use.
func (p ParamsOf[P]) names(own []string) []string {
	names := slices.Clone(own)
	if len(p.Search) > 0 {
		names = append(names, searchParam)
	}
	for _, f := range p.Filters {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return names
}

// maxOrder is the most terms of an order that a request may ask for.
const maxOrder = 100

// applyOrder orders the rows by the parameter order_by.
func (p ParamsOf[P]) applyOrder(qs *QuerySetOf[P], values url.Values) (*QuerySetOf[P], error) {
	asked, ok := values["order_by"]
	if !ok {
		if len(p.Orderings) > 0 {
			qs = qs.OrderBy(p.Orderings[0])
		}
		return qs, qs.Err()
	}
	if len(asked) != 1 {
		return qs, &ParamError{Param: "order_by", Value: strings.Join(asked, " "), Want: "one value"}
	}
	if strings.Count(asked[0], ",") >= maxOrder {
		return qs, &ParamError{Param: "order_by", Value: asked[0], Want: fmt.Sprintf("a list of at most %d orderings", maxOrder)}
	}
	var terms []OrderingOf[P]
	for _, term := range strings.Split(asked[0], ",") {
		name := strings.TrimPrefix(term, "-")
		i := slices.IndexFunc(p.Orderings, func(o OrderingOf[P]) bool { n, _ := orderName(o); return n == name })
		if i < 0 {
			var choices []string
			for _, o := range p.Orderings {
				n, _ := orderName(o)
				choices = append(choices, n)
			}
			slices.Sort(choices)
			return qs, &ParamError{Param: "order_by", Value: term, Want: "an ordering", Choices: choices}
		}
		_, nulls := orderName(p.Orderings[i])
		terms = append(terms, OrderingOf[P](term+nulls))
	}
	qs = qs.OrderBy(terms...)
	return qs, qs.Err()
}

// orderName returns the name in an ordering, and what follows it (" nulls
// last").
func orderName[P any](o OrderingOf[P]) (name, nulls string) {
	name, nulls, found := strings.Cut(strings.TrimPrefix(string(o), "-"), " ")
	if found {
		nulls = " " + nulls
	}
	return name, nulls
}

// Page applies the query string, counts the rows and reads the part of them
// that limit and offset name. The primary key is the last term of the order, so
// that pages neither repeat rows nor leave some out. It runs two statements,
// and one for each prefetched relation. A value that only the server can check,
// of an enum or an address, is a *ParamError when the server refuses it.
func (p ParamsOf[P]) Page(ctx context.Context, src SourceOf[P], values url.Values) (PageOf[P], error) {
	qs, err := p.apply(src, values, "limit", "offset", "order_by")
	if err != nil {
		return PageOf[P]{}, err
	}
	limit, err := p.limit(values, 0)
	if err != nil {
		return PageOf[P]{}, err
	}
	offset, err := number(values, "offset", 0, 0, math.MaxInt)
	if err != nil {
		return PageOf[P]{}, err
	}
	state := qs.st()
	rows := state.None()
	if limit > 0 {
		rows = byKeyAtLast(state).Limited(limit).Offset(offset)
	}
	total, objs, err := state.CountedPage(ctx, rows, func(total int) int { return total - offset })
	if err != nil {
		return PageOf[P]{}, p.paramError(qs, values, err)
	}
	return pageOf[P](page{items: objs, total: total}, nil)
}

// PageAfter applies the query string and reads the page that the parameter
// cursor names, the first without one, by PaginateAfter: limit is its size, and
// nothing is counted. The cursors of the neighbours are in Next and Prev; a
// client sends one with the same parameters. An order_by that differs makes the
// cursor a *ParamError. It runs one statement, and one for each prefetched
// relation.
func (p ParamsOf[P]) PageAfter(ctx context.Context, src SourceOf[P], values url.Values) (PageOf[P], error) {
	qs, err := p.apply(src, values, "cursor", "limit", "order_by")
	if err != nil {
		return PageOf[P]{}, err
	}
	limit, err := p.limit(values, 1)
	if err != nil {
		return PageOf[P]{}, err
	}
	if cursors := values["cursor"]; len(cursors) > 1 {
		return PageOf[P]{}, &ParamError{Param: "cursor", Value: strings.Join(cursors, " "), Want: "one value"}
	}
	page, err := pageOf[P](paginateAfter(ctx, qs.st(), values.Get("cursor"), limit, p.CursorKeys))
	if err != nil {
		return PageOf[P]{}, p.paramError(qs, values, err)
	}
	return page, nil
}

// limit returns the number of rows that the request asks for, at least least.
func (p ParamsOf[P]) limit(values url.Values, least int) (int, error) {
	most := p.MaxLimit
	if most <= 0 {
		most = 100
	}
	limit := p.Limit
	if limit <= 0 || limit > most {
		limit = most
	}
	return number(values, "limit", limit, least, most)
}

// paramError returns the error of the parameter whose value the server does not
// take (SQLSTATE class 22): a pattern, or a value of a type that is not parsed
// here. Any other err is returned unchanged.
func (p ParamsOf[P]) paramError(qs *QuerySetOf[P], values url.Values, err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || !strings.HasPrefix(pg.Code, "22") {
		return err
	}
	const badPattern = "2201B"
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(p.Filters, LookupOf[P](name)) {
			continue
		}
		kind, op, lookupErr := qs.state.Query.Side(name)
		switch {
		case lookupErr != nil:
		case op == lookup.Regex || op == lookup.IRegex:
			if pg.Code == badPattern {
				return &ParamError{Param: name, Value: values.Get(name), Want: "a regular expression"}
			}
		case pg.Code != badPattern && !kind.Parsed():
			return &ParamError{Param: name, Value: values.Get(name), Want: "a value of the column's type"}
		}
	}
	return err
}

// number returns the value of a parameter, from least to most, or otherwise if
// the request does not have it.
func number(values url.Values, name string, otherwise, least, most int) (int, error) {
	list, ok := values[name]
	if !ok {
		return otherwise, nil
	}
	want := fmt.Sprintf("an integer from %d to %d", least, most)
	if most == math.MaxInt {
		want = "an integer of 0 or more"
	}
	if len(list) != 1 {
		return 0, &ParamError{Param: name, Value: strings.Join(list, " "), Want: want}
	}
	n, err := strconv.Atoi(list[0])
	if err != nil || n < least || n > most {
		return 0, &ParamError{Param: name, Value: list[0], Want: want}
	}
	return n, nil
}

// filtered keeps the rows whose lookup name has the value that text writes.
func filtered[P any](qs *QuerySetOf[P], name, text string) (*QuerySetOf[P], error) {
	value, want, err := qs.state.Query.Parse(name, text)
	if err != nil {
		return qs, qs.state.CallError(name, err)
	}
	if want == "" {
		qs = qs.Filter(LookupOf[P](name), value)
		err := qs.Err()
		wrong, ok := errors.AsType[*LookupValueError](err)
		switch {
		case ok:
			want = wrong.Want
		case errors.Is(err, ErrTooLarge):
			want = "a value that a query can hold (" + ErrTooLarge.Error() + ")"
		default:
			return qs, err
		}
	}
	return qs, &ParamError{Param: name, Value: text, Want: want}
}

// searchParam is the parameter that Params.Search reads.
const searchParam = "q"

// The limits of a search: each word is a condition for every lookup.
const (
	maxSearchWords = 20
	maxSearchText  = 1000
)

// search keeps the rows in which every word of text is found by one of the
// lookups.
func (p ParamsOf[P]) search(qs *QuerySetOf[P], text string) (*QuerySetOf[P], error) {
	words := searchWords(text)
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return qs, &ParamError{Param: searchParam, Value: text, Want: "text in UTF-8 without NUL"}
	case len(text) > maxSearchText || len(words) > maxSearchWords:
		return qs, &ParamError{Param: searchParam, Value: text, Want: fmt.Sprintf("text of at most %d words and %d bytes", maxSearchWords, maxSearchText)}
	}
	for _, word := range words {
		var conds []*query.Cond
		many := false
		for _, l := range p.Search {
			value, want, err := qs.state.Query.Parse(string(l), word)
			if err != nil {
				return qs, qs.state.CallError(string(l), err)
			}
			if want != "" {
				continue // the word is no value of the column
			}
			toMany, err := qs.state.Query.Many(string(l))
			if err != nil {
				return qs, qs.state.CallError(string(l), err)
			}
			conds, many = append(conds, query.Comparison(string(l), value)), many || toMany
		}
		switch {
		case len(conds) == 0:
			qs = qs.None()
		case many && len(qs.state.Model.Key) == 1: // each row once, however many related rows match
			all := rowsOf[P](qs.st().WithQuery(query.New(qs.state.Model).Seeing(qs.state.Query.Deleted)))
			qs = qs.Filter("pk__in", all.Where(CondOf[P]{query.Or(conds...)}).Columns("pk"))
		default:
			qs = qs.Where(CondOf[P]{query.Or(conds...)})
		}
	}
	return qs, qs.Err()
}

// searchWords returns the words of a search. The text between double quotes is
// one word.
func searchWords(text string) []string {
	var words []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 0 {
			words = append(words, strings.Fields(part)...)
		} else if part = strings.TrimSpace(part); part != "" {
			words = append(words, part)
		}
	}
	return slices.Compact(words)
}
