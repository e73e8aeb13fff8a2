package repo

import (
	"errors"
	"fmt"
	"unsafe"
)

// Page is a part of a list.
type Page[T any] = PageOf[*T]

// PageOf is what Page is an alias of; P is a pointer to the model.
type PageOf[P any] struct {
	Items []P
	// Total is how many rows the whole list has; PaginateAfter does not count and leaves it 0.
	Total int64
	// Number is the page's place from 1, Pages how many there are. Both are of Paginate only.
	Number, Pages int
	// Next and Prev are the cursors of the pages behind and before this one, "" where there is none.
	// Both are of PaginateAfter only.
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

// HasNext says that there is a page behind this one.
func (p PageOf[P]) HasNext() bool { return p.Next != "" || p.Number < p.Pages }

// HasPrev says that there is a page before this one.
func (p PageOf[P]) HasPrev() bool { return p.Prev != "" || p.Number > 1 }

// ErrPage says that Paginate was asked for a page that is not there. The error is a *PageError.
var ErrPage = errors.New("repo: no such page")

// PageError is a page that is not there: it is ErrPage too.
type PageError struct {
	// Number was asked for, Pages is the last there is.
	Number, Pages int
}

// Error names both.
func (e *PageError) Error() string {
	if e.Number < 1 {
		return fmt.Sprintf("%v: %d (pages count from 1, and the last is %d)", ErrPage, e.Number, e.Pages)
	}
	return fmt.Sprintf("%v: %d (the last is %d)", ErrPage, e.Number, e.Pages)
}

// Is has errors.Is find ErrPage.
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

// Orphans has Paginate put up to n rows that were a last page of their own on the page before it.
func Orphans(n int) PageOption { return func(o *pageOptions) { o.orphans = n } }

// CursorKeys has PaginateAfter encrypt its cursors (AES-GCM), so that a client can neither read nor make
// one. A key is a secret of 16 random bytes or more, the same in every process of the application. The first key serves for new
// cursors, the others still open old ones. See PaginateAfter for when that is needed.
func CursorKeys(keys ...[]byte) PageOption { return func(o *pageOptions) { o.keys = keys } }
