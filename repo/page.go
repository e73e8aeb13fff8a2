package repo

import (
	"errors"
	"fmt"
	"unsafe"
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
