package repo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Page is a part of a list.
type Page[T any] = PageOf[*T]

// PageOf is the type that Page is an alias of; P is a pointer to the model.
type PageOf[P any] struct {
	Items []P
	// Total is the number of rows of the whole list. PaginateAfter does not count
	// and leaves it 0.
	Total int64
	// Number is the page's place from 1, Pages the number of pages. Only Paginate
	// sets them.
	Number, Pages int
	// Next and Prev are the cursors of the pages behind and before this one, ""
	// where there is none. Only PaginateAfter sets them.
	Next, Prev string
}

// page is a Page of objects without their type.
type page struct {
	items         []unsafe.Pointer
	total         int64
	number, pages int
	next, prev    string
}

// pageOf returns a page with its type.
func pageOf[P any](p page, err error) (PageOf[P], error) {
	return PageOf[P]{Items: *(*[]P)(unsafe.Pointer(&p.items)), Total: p.total, Number: p.number, Pages: p.pages, Next: p.next, Prev: p.prev}, err
}

// HasNext reports whether there is a page behind this one.
func (p PageOf[P]) HasNext() bool { return p.Next != "" || p.Number < p.Pages }

// HasPrev reports whether there is a page before this one.
func (p PageOf[P]) HasPrev() bool { return p.Prev != "" || p.Number > 1 }

// ErrPage is the error of Paginate for a page that does not exist. The error is
// a *PageError.
var ErrPage = errors.New("repo: no such page")

// PageError is the error for a page that does not exist. It matches ErrPage.
type PageError struct {
	// Number is the page asked for, Pages the last one that exists.
	Number, Pages int
}

// Error names both numbers.
func (e *PageError) Error() string {
	if e.Number < 1 {
		return fmt.Sprintf("%v: %d (pages count from 1, and the last is %d)", ErrPage, e.Number, e.Pages)
	}
	return fmt.Sprintf("%v: %d (the last is %d)", ErrPage, e.Number, e.Pages)
}

// Is reports whether target is ErrPage.
func (e *PageError) Is(target error) bool { return target == ErrPage }

// PageOption changes how Paginate and PaginateAfter make pages.
type PageOption func(*pageOptions)

type pageOptions struct {
	orphans int
	keys    [][]byte
}

func optionsOf(opts []PageOption) (o pageOptions) {
	for _, fn := range opts {
		fn(&o)
	}
	return o
}

// Orphans merges a last page of at most n rows into the page before it. It is
// an option of Paginate.
func Orphans(n int) PageOption { return func(o *pageOptions) { o.orphans = n } }

// CursorKeys encrypts the cursors of PaginateAfter (AES-GCM), so that a client
// can neither read nor make one. A key is a secret of 16 random bytes or more,
// the same in every process of the application. The first key encrypts new
// cursors, the others still open old ones. The documentation of PaginateAfter
// describes when keys are needed.
func CursorKeys(keys ...[]byte) PageOption { return func(o *pageOptions) { o.keys = keys } }

// Paginate reads a page of src, as Django's Paginator does: number counts from
// 1, and each page but the last has size rows. It counts the rows for Total and
// Pages; a list without rows has one page.
//
//	page, err := repo.Paginate(ctx, books.OrderBy("title"), 3, 20)
//
// It runs two statements, in one round trip where they are prepared (the
// default), and one for each prefetched relation; run them in a
// txutil.Atomic of isolation repeatable read where count and rows have to
// agree. The primary key is the last term of the order, so pages neither repeat
// rows nor leave some out, also without an order. A far page costs as much as
// reading the rows before it, and rows inserted or deleted in between shift the
// pages; PaginateAfter has neither drawback.
//
// A page that does not exist is a *PageError (ErrPage) with the number of the
// last one. The option Orphans keeps a last page from being small.
func Paginate[T any](ctx context.Context, src Source[T], number, size int, opts ...PageOption) (Page[T], error) {
	return pageOf[*T](paginate(ctx, stateIn[*T](src), number, size, opts))
}

// paginate reads a page by its number.
func paginate(ctx context.Context, s *store.State, number, size int, opts []PageOption) (page, error) {
	if err := s.Mistake(); err != nil {
		return page{}, err
	}
	o := optionsOf(opts)
	if err := errors.Join(s.CheckReadable(), pageSize(s, "Paginate", size)); err != nil {
		return page{}, err
	}
	if o.orphans < 0 {
		return page{}, s.ValueError("Orphans", o.orphans, "0 or more")
	}
	p := page{number: number, pages: 1}
	// Beyond the last page nothing is kept; a page before the first is not read.
	keep := func(total int) int {
		if most := max(total-o.orphans, 1); total > 0 {
			p.pages = (most-1)/size + 1
		}
		if number == p.pages {
			return total - (number-1)*size
		}
		return size
	}
	rows := s.None()
	if number >= 1 && number <= (math.MaxInt-o.orphans)/size {
		start := (number - 1) * size
		rows = byKeyAtLast(s).Slice(start, start+size+o.orphans)
	}
	var err error
	if p.total, p.items, err = s.CountedPage(ctx, rows, keep); err != nil {
		return page{}, err
	}
	if number < 1 || number > p.pages {
		return page{}, &PageError{Number: number, Pages: p.pages}
	}
	return p, nil
}

func pageSize(s *store.State, method string, size int) error {
	if size < 1 {
		return s.ValueError(method, size, "a size of 1 row or more")
	}
	return nil
}

// byKeyAtLast adds the primary key as the last term of the order, so that equal
// rows have a fixed order. The names of Distinct stay in front.
func byKeyAtLast(s *store.State) *store.State {
	return s.Refined(func(s *store.State) error {
		orders, err := s.Query.Orders()
		if err != nil {
			return s.CallError("", err)
		}
		if len(orders) == 0 {
			for _, e := range s.Query.On {
				orders = append(orders, query.Order{Expr: e})
			}
		}
		s.Query = s.Query.Sorted(query.Keyed(s.Model, orders))
		return nil
	})
}

// PaginateAfter reads the page of src that a cursor names, the first page for
// "". A page has up to size rows and the cursors of its neighbours: Next is ""
// behind the last row, Prev is "" before the first.
//
//	page, err := repo.PaginateAfter(ctx, books.OrderBy("-published_at"), r.URL.Query().Get("cursor"), 20)
//	next := "/books?cursor=" + page.Next
//
// A cursor holds the place of a row in the order, not a number: a page begins
// where its neighbour ends, whatever was inserted or deleted in between, and
// far pages cost as much as near ones where an index serves the order. An index
// serves best where the order goes in one direction over columns of the model's
// own that are not nullable. PaginateAfter counts nothing. It runs one
// statement, which reads one row more than size, and one for each prefetched
// relation.
//
// The order is that of src, by names or expressions, across relations to one,
// with NULLs where it places them; the primary key is its last term. A row
// whose values in the order change moves in the list and may be met again or
// not at all. A row that conditions over a relation to many find several times
// stands several times on a page; Distinct prevents that.
//
// A cursor is text that fits into an address. It belongs to its model and its
// order; a cursor of another model or order, or text that is no cursor, is a
// *ParamError of the parameter "cursor". A cursor sets only where to begin in
// the order: the rows are those of src whatever the cursor holds, its values
// are arguments, and they are compared with the terms of the order alone. A
// cursor can be decoded, though, and made: a client reads in it the values that
// the rows at the edges of a page have in the order, and with cursors of its
// own it can find these values for every row of src. So pass CursorKeys where
// the order has a column that the client must not know.
//
// A slice is the error ErrSliced, a set operation ErrCombined, and Columns and
// GroupBy are ErrGrouped. Distinct with names, a random order, an order over a
// relation to many, and a condition on a window function that is not in the
// order are errors too.
func PaginateAfter[T any](ctx context.Context, src Source[T], cursor string, size int, opts ...PageOption) (Page[T], error) {
	return pageOf[*T](paginateAfter(ctx, stateIn[*T](src), cursor, size, optionsOf(opts).keys))
}

// paginateAfter reads the page that a cursor names.
func paginateAfter(ctx context.Context, s *store.State, cursor string, size int, keys [][]byte) (page, error) {
	if err := s.Mistake(); err != nil {
		return page{}, err
	}
	if err := pageSize(s, "PaginateAfter", size); err != nil {
		return page{}, err
	}
	terms, err := keyset(s)
	if err != nil {
		return page{}, err
	}
	of := listOf(s, terms)
	var from position
	if cursor != "" {
		var want string
		if from, want, err = decodeCursor(cursor, of, terms, keys); err != nil {
			return page{}, s.CallError("", err)
		}
		if want != "" {
			return page{}, cursorError(cursor, want)
		}
	}
	orders := terms // in the direction of reading
	if from.backwards {
		orders = make([]query.Order, len(terms))
		for i, o := range terms {
			orders[i] = o.Reversed()
		}
	}
	q := s.Query.Sorted(orders)
	if cursor != "" {
		q = q.With(query.After(orders, from.values, from.inclusive))
	}
	rows, more, err := readPage(ctx, s, q.Annotate(query.KeyText(terms)), size)
	if err != nil {
		if cursor != "" && len(keys) == 0 && isReadFailure(err) && !isChecked(terms) {
			err = cursorError(cursor, wantCursor)
		}
		return page{}, err
	}
	if from.backwards {
		slices.Reverse(rows)
	}
	p, objs := page{items: make([]unsafe.Pointer, len(rows))}, make([]reflect.Value, len(rows))
	for i, row := range rows {
		p.items[i], objs[i] = row.Object.UnsafePointer(), row.Object.Elem()
	}
	if p.next, p.prev, err = neighbourCursors(rows, from, cursor != "", more, of, keys); err != nil {
		return page{}, s.CallError("", err)
	}
	return p, s.Complete(ctx, q, objs)
}

// keyset returns the terms of an order in which no two rows are equal, or an
// error if PaginateAfter cannot follow the calls on the QuerySet.
func keyset(s *store.State) ([]query.Order, error) {
	if err := s.CheckReadable(); err != nil {
		return nil, err
	}
	if err := s.CheckUncombined("PaginateAfter"); err != nil {
		return nil, err
	}
	refuse := func(format string, args ...any) error {
		return s.CallError("", fmt.Errorf(format, args...))
	}
	switch {
	case s.Query.Sliced():
		return nil, store.Misuse(store.ErrSliced, "%s cannot be read page by page any more (page first)", s.Model.Name)
	case len(s.Query.On) > 0:
		return nil, store.Misuse(store.ErrMismatch, "PaginateAfter of %s cannot follow Distinct with names, which decides by the rows that it drops", s.Model.Name)
	case len(s.Model.Key) == 0:
		return nil, refuse("PaginateAfter needs a primary key as the last term of the order")
	}
	orders, err := s.Query.Orders()
	if err != nil {
		return nil, s.CallError("", err)
	}
	windowed := false
	for _, o := range orders {
		if o.Random {
			return nil, refuse("a random order has no next page")
		}
		if r := o.Many(); r != nil {
			return nil, refuse("the order goes over %s.%s, which leads to many rows, so a row has several places (order by an aggregate)", r.From.Name, r.Name)
		}
		windowed = windowed || o.Expr.Windowed()
	}
	if !windowed && s.Query.Windowed() {
		return nil, refuse("PaginateAfter cannot follow a condition on a window function, which sees the rows of a page only (order by it, or use Paginate)")
	}
	return query.Keyed(s.Model, orders), nil
}

// readPage reads up to size rows with their places. more reports whether a row
// follows them.
func readPage(ctx context.Context, s *store.State, q *query.Query, size int) (rows []exec.Keyed, more bool, err error) {
	st, err := s.Compiled(ctx, q.Slice(0, size+1))
	if err != nil || st.None {
		return nil, false, err
	}
	if rows, err = exec.ReadKeyed(ctx, s.Conn, st); err != nil {
		return nil, false, err
	}
	if len(rows) > size {
		return rows[:size], true, nil
	}
	return rows, false, nil
}

// neighbourCursors returns the cursors of a page, which holds rows in the order
// of the list. within is true if a cursor led to the page, so that there are
// rows on the side that it came from.
func neighbourCursors(rows []exec.Keyed, from position, within, more bool, of list, keys [][]byte) (next, prev string, err error) {
	if !within && !more {
		return "", "", nil
	}
	edge := func(i int, back bool) (string, error) {
		p := position{backwards: back}
		if len(rows) == 0 { // all rows of the page were deleted: the neighbour begins at the cursor
			p.values, p.inclusive = from.values, !from.inclusive
			return p.encode(of, keys)
		}
		if err := json.Unmarshal([]byte(rows[i].Key), &p.values); err != nil {
			return "", err
		}
		return p.encode(of, keys)
	}
	if more || within && from.backwards {
		if next, err = edge(len(rows)-1, false); err != nil {
			return "", "", err
		}
	}
	if within && (more || !from.backwards) {
		prev, err = edge(0, true)
	}
	return next, prev, err
}

// cursorError returns the error for a cursor that cannot be read.
func cursorError(cursor, want string) error {
	if len(cursor) > 40 {
		cursor = strings.ToValidUTF8(cursor[:40], "") + "…"
	}
	return &ParamError{Param: "cursor", Value: cursor, Want: want}
}

// isChecked reports whether Takes has checked the values of all terms, so that
// the server can read them.
func isChecked(terms []query.Order) bool {
	for _, o := range terms {
		if _, checked := o.Takes(""); !checked {
			return false
		}
	}
	return true
}

// isReadFailure reports whether err is the server's failure to read a value: as
// a number, a time, or another type.
func isReadFailure(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	switch pg.Code {
	case "22P02", "22003", "22007", "22008", "22009", "22015", "22023", "22030", "22032", "22P03", "22P05", "22021", "22000":
		return true
	}
	return false
}
