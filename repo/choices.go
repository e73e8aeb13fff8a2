package repo

import (
	"maps"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Choices returns the rows that may be chosen for a relation, those that its
// RelationOptions.Limit allows, for a form or for validation:
// repo.Choices[Person](books, "author"). Without a limit it returns all rows.
// The limit's lookups are one call, about one related row. No write enforces
// the limit, as in Django. Choices runs no statement; a name that is no
// relation, and a limit that does not fit, are errors of the chain.
func Choices[C, P any](src Source[P], rel Rel[P]) *QuerySet[C] {
	qs, err := sourceOf(src)
	if err == store.ErrUnbound {
		return nil
	}
	s, path := qs.st().Choose(string(rel), reflect.TypeFor[C]())
	if s.Err == nil {
		var conds []*query.Cond
		for _, text := range slices.Sorted(maps.Keys(path.Options.Limit)) {
			conds = append(conds, query.Lookup(text, plainValue(path.Options.Limit[text])))
		}
		s = s.Restricted("Choices", conds, false)
	}
	return rowsOf[*C](s)
}
