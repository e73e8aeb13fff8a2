package store

import (
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Choose returns every row that the relation at the end of a path leads to, of
// a model of Go type to, and that relation.
func (s *State) Choose(name string, to reflect.Type) (*State, *modelinfo.Relation) {
	rows := &State{DB: s.DB, Conn: s.Conn, Registry: s.Registry, Model: s.Model, SkipHooks: s.SkipHooks, Public: s.Public, Query: &query.Query{High: -1}, Err: s.Err}
	if s.Err != nil {
		return rows, nil
	}
	path, err := s.Path(name)
	if err != nil {
		rows.Err = err
		return rows, nil
	}
	rel := path[len(path)-1]
	if rel.To.Type != to {
		rows.Err = s.Mistaken(name, fmt.Errorf("%s.%s leads to %s, not to %s", rel.From.Name, rel.Name, rel.To.Name, to.Name()))
		return rows, nil
	}
	rows.Model, rows.Query = rel.To, query.New(rel.To)
	return rows, rel
}
