package repo

import (
	"errors"
	"slices"
)

// OrderBy sorts what fn.ArrayAgg, fn.StringAgg and fn.JSONBAgg gather:
//
//	fn.StringAgg(repo.F("title"), ", ").OrderBy(repo.F("title").Asc())
func (e Expr) OrderBy(terms ...Term) Expr {
	switch {
	case e.n.Err != nil:
		return e
	case !e.n.Agg || !slices.Contains([]string{"ARRAY_AGG", "STRING_AGG", "JSONB_AGG"}, e.n.Name):
		return wrong(errors.New("OrderBy is for what gathers values: fn.ArrayAgg, fn.StringAgg, fn.JSONBAgg"))
	}
	n := *e.n
	n.Order, n.Err = orderOf(terms, nil)
	return Expr{&n}
}
