package repo

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

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
	if err == ErrUnbound {
		return nil
	}
	s := &state{db: qs.state.db, conn: qs.state.conn, reg: qs.state.reg, model: qs.state.model, skipHooks: qs.state.skipHooks, q: &query.Query{High: -1}, err: err}
	if err == nil {
		s.err = s.choose(string(rel), reflect.TypeFor[C]())
	}
	return rowsOf[*C](s)
}

// choose makes s the rows that a relation of its model may lead to.
func (s *state) choose(name string, to reflect.Type) error {
	path, err := s.path(name)
	if err != nil {
		return err
	}
	rel := path[len(path)-1]
	if rel.To.Type != to {
		return chainError(s.model.Name, name, fmt.Errorf("%s.%s leads to %s, not to %s", rel.From.Name, rel.Name, rel.To.Name, to.Name()))
	}
	s.model, s.q = rel.To, query.New(rel.To)
	var conds []*query.Cond
	for _, text := range slices.Sorted(maps.Keys(rel.Options.Limit)) {
		conds = append(conds, query.Lookup(text, plainValue(rel.Options.Limit[text])))
	}
	return s.where("Choices", conds, false)
}
