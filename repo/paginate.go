package repo

import (
	"context"
	"errors"

	"github.com/gormango/gormango/internal/query"
)

// Paginate reads a page of src, Django's Paginator: number counts from 1, and each page has size rows but the
// last. It counts the rows for Total and Pages; a list without rows has one page.
//
//	page, err := repo.Paginate(ctx, books.OrderBy("title"), 3, 20)
//
// Two statements, and one for each prefetched relation; run them in a txutil.Atomic of isolation repeatable read
// where count and rows have to agree. The primary key is the last term of the order, so pages neither repeat
// rows nor leave some out, also without an order. Far pages cost what the rows before them cost, and
// rows that come or go in between move the others: PaginateAfter knows neither.
//
// A page that is not there is a *PageError (ErrPage) with the last there is. The option Orphans keeps a
// last page from being small.
func Paginate[T any](ctx context.Context, src Source[T], number, size int, opts ...PageOption) (Page[T], error) {
	return paginate(ctx, src, number, size, opts)
}

func paginate[P any](ctx context.Context, src SourceOf[P], number, size int, opts []PageOption) (PageOf[P], error) {
	qs, err := sourceOf(src)
	if err != nil {
		return PageOf[P]{}, err
	}
	s, o := qs.st(), optionsOf(opts)
	if err := errors.Join(s.whole(), s.pageSize("Paginate", size)); err != nil {
		return PageOf[P]{}, err
	}
	if o.orphans < 0 {
		return PageOf[P]{}, invalid(s.model.Name, "Orphans", o.orphans, "0 or more")
	}
	total, err := qs.Count(ctx)
	if err != nil {
		return PageOf[P]{}, err
	}
	pages := 1
	if most := max(int(total)-o.orphans, 1); total > 0 {
		pages = (most-1)/size + 1
	}
	if number < 1 || number > pages {
		return PageOf[P]{}, &PageError{Number: number, Pages: pages}
	}
	page := PageOf[P]{Items: []P{}, Total: total, Number: number, Pages: pages}
	if total == 0 {
		return page, nil
	}
	start, stop := (number-1)*size, number*size
	if number == pages {
		stop = int(total)
	}
	page.Items, err = qs.byKeyAtLast().Slice(start, stop).All(ctx)
	return page, err
}

func (s *state) pageSize(method string, size int) error {
	if size < 1 {
		return invalid(s.model.Name, method, size, "a size of 1 row or more")
	}
	return nil
}

// byKeyAtLast has the primary key settle the order of rows that are equal otherwise. The names of
// Distinct stay in front.
func (qs *QuerySetOf[P]) byKeyAtLast() *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		orders, err := s.q.Orders()
		if err != nil {
			return chainError(s.model.Name, "", err)
		}
		if len(orders) == 0 {
			for _, e := range s.q.On {
				orders = append(orders, query.Order{Expr: e})
			}
		}
		s.q = s.q.Sorted(query.Keyed(s.model, orders))
		return nil
	})
}
