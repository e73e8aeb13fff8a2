package repo

import (
	"errors"
	"fmt"
	"slices"
)

// OrderBy sorts the values that fn.ArrayAgg, fn.StringAgg, fn.JSONBAgg and
// aggregates declared with [ORDER BY] gather:
//
//	fn.StringAgg(repo.F("title"), ", ").OrderBy(repo.F("title").Asc())
func (e Expr) OrderBy(terms ...Term) Expr {
	switch {
	case e.n.Err != nil:
		return e
	case !e.n.Agg || e.n.Template == nil && !slices.Contains([]string{"ARRAY_AGG", "STRING_AGG", "JSONB_AGG"}, e.n.Name):
		return wrong(errors.New("OrderBy is for what gathers values: fn.ArrayAgg, fn.StringAgg, fn.JSONBAgg"))
	case e.n.Template != nil && !e.n.Template.Order:
		return wrong(fmt.Errorf("%s is declared without [ORDER BY]", e.n.Name))
	}
	n := *e.n
	n.Order, n.Err = orderOf(terms, nil)
	return Expr{&n}
}
