package repo

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

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
				return qs, qs.state.Mistaken(string(l), err)
			}
			if want != "" {
				continue // no number, and the column holds numbers
			}
			to, err := qs.state.Query.Many(string(l))
			if err != nil {
				return qs, qs.state.Mistaken(string(l), err)
			}
			conds, many = append(conds, query.Comparison(string(l), value)), many || to
		}
		switch {
		case len(conds) == 0:
			qs = qs.None()
		case many && len(qs.state.Model.Key) == 1: // each row once, however many related rows match
			among := rowsOf[P](&store.State{DB: qs.state.DB, Conn: qs.state.Conn, Registry: qs.state.Registry, Model: qs.state.Model, Public: public, Query: query.New(qs.state.Model).Seeing(qs.state.Query.Deleted)})
			qs = qs.Filter("pk__in", among.Where(CondOf[P]{query.Or(conds...)}).Columns("pk"))
		default:
			qs = qs.Where(CondOf[P]{query.Or(conds...)})
		}
	}
	return qs, qs.Err()
}

// searchWords returns the words of a search; the text between double quotes is
// one.
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
