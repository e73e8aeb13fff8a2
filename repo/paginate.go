package repo

import (
	"context"
	"errors"
	"unsafe"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Paginate reads a page of src, as Django's Paginator does: number counts from
// 1, and each page but the last has size rows. It counts the rows for Total and
// Pages; a list without rows has one page.
//
//	page, err := repo.Paginate(ctx, books.OrderBy("title"), 3, 20)
//
// It runs two statements, and one for each prefetched relation; run them in a
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
	if err := errors.Join(s.Whole(), pageSize(s, "Paginate", size)); err != nil {
		return page{}, err
	}
	if o.orphans < 0 {
		return page{}, s.Invalid("Orphans", o.orphans, "0 or more")
	}
	total, err := s.Count(ctx)
	if err != nil {
		return page{}, err
	}
	pages := 1
	if most := max(int(total)-o.orphans, 1); total > 0 {
		pages = (most-1)/size + 1
	}
	if number < 1 || number > pages {
		return page{}, &PageError{Number: number, Pages: pages}
	}
	p := page{items: []unsafe.Pointer{}, total: total, number: number, pages: pages}
	if total == 0 {
		return p, nil
	}
	start, stop := (number-1)*size, number*size
	if number == pages {
		stop = int(total)
	}
	p.items, err = byKeyAtLast(s).Slice(start, stop).All(ctx)
	return p, err
}

func pageSize(s *store.State, method string, size int) error {
	if size < 1 {
		return s.Invalid(method, size, "a size of 1 row or more")
	}
	return nil
}

// byKeyAtLast adds the primary key as the last term of the order, so that equal
// rows have a fixed order. The names of Distinct stay in front.
func byKeyAtLast(s *store.State) *store.State {
	return s.Refined(func(s *store.State) error {
		orders, err := s.Query.Orders()
		if err != nil {
			return s.Mistaken("", err)
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
