package repo

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Choices returns the rows that may be chosen for a relation, those that its
// RelationOptions.Limit allows, for a form or for validation:
// repo.Choices[Person](books, "author"). Without a limit it returns all rows.
// The limit's lookups are one call, about one related row. No write enforces
// the limit, as in Django. Choices runs no statement; a name that is no
// relation, and a limit that does not fit, are errors of the chain.
func Choices[C, P any](src Source[P], rel Rel[P]) *QuerySet[C] {
	qs, err := sourceOf(src)
	if err == errUnbound {
		return nil
	}
	s, path := qs.st().choose(string(rel), reflect.TypeFor[C]())
	if s.err == nil {
		var conds []*query.Cond
		for _, text := range slices.Sorted(maps.Keys(path.Options.Limit)) {
			conds = append(conds, query.Lookup(text, plainValue(path.Options.Limit[text])))
		}
		s = s.restricted("Choices", conds, false)
	}
	return rowsOf[*C](s)
}

// choose returns every row that the relation at the end of a path leads to, of
// a model of Go type to, and that relation.
func (s *state) choose(name string, to reflect.Type) (*state, *modelinfo.Relation) {
	rows := &state{db: s.db, conn: s.conn, reg: s.reg, model: s.model, skipHooks: s.skipHooks, public: s.public, q: &query.Query{High: -1}, err: s.err}
	if s.err != nil {
		return rows, nil
	}
	path, err := s.path(name)
	if err != nil {
		rows.err = err
		return rows, nil
	}
	rel := path[len(path)-1]
	if rel.To.Type != to {
		rows.err = s.mistaken(name, fmt.Errorf("%s.%s leads to %s, not to %s", rel.From.Name, rel.Name, rel.To.Name, to.Name()))
		return rows, nil
	}
	rows.model, rows.q = rel.To, query.New(rel.To)
	return rows, rel
}
