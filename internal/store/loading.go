package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Only returns the rows of which only the key and the named columns are loaded.
func (s *State) Only(names []string) *State {
	return s.withMask("Only", func(s *State) (*query.Query, error) { return s.Query.Only(slices.Clone(names)) })
}

// Deferred returns the rows without the named columns; without names, with all.
func (s *State) Deferred(names []string) *State {
	return s.withMask("Defer", func(s *State) (*query.Query, error) {
		if len(names) == 0 {
			return s.Query.Omit(nil)
		}
		return s.Query.Omit(slices.Clone(names))
	})
}

// withMask returns the rows with the query that fn returns, which loads other
// columns.
func (s *State) withMask(method string, fn func(s *State) (*query.Query, error)) *State {
	return s.Refined(func(s *State) error {
		if err := errors.Join(s.CheckUncombined(method), s.CheckObjects(method)); err != nil {
			return err
		}
		q, err := fn(s)
		if err != nil {
			return err
		}
		s.Query = q
		return nil
	})
}

// Omitted returns the names of the columns that are not loaded; with a
// relation, those of its objects.
func (s *State) Omitted(rels []string) []string {
	if s.Mistake() != nil {
		return nil
	}
	m, path, prefix := s.Model, []*modelinfo.Relation(nil), ""
	for _, r := range rels {
		p, err := s.Path(r)
		if err != nil {
			return nil
		}
		path, m, prefix = p, p[len(p)-1].To, r+lookup.Sep
	}
	var names []string
	for _, f := range m.Reads {
		if !s.Query.Loads(path, f) {
			names = append(names, prefix+f.Column)
		}
	}
	return names
}

// SelectRelated returns the rows with objects of to-one relations, loaded by
// joins. Without names it loads every foreign key that is not nullable, five
// levels deep.
func (s *State) SelectRelated(rels []string) *State {
	return s.Refined(func(s *State) error {
		if err := errors.Join(s.CheckUncombined("SelectRelated"), s.CheckObjects("SelectRelated")); err != nil {
			return err
		}
		if len(rels) == 0 {
			s.Query = s.Query.SelectRelated(requiredPaths(s.Model, nil, 5))
			return nil
		}
		for _, rel := range rels {
			path, err := s.Path(rel)
			if err != nil {
				return err
			}
			for _, r := range path {
				switch {
				case r.Rel == nil:
					return s.CallError(rel, errors.New(r.From.Name+" has no Go field for "+r.Name+" (declare one, or load from "+r.To.Name+")"))
				case r.ToMany():
					return s.CallError(rel, errors.New(r.From.Name+"."+r.Name+" leads to many rows (use PrefetchRelated)"))
				}
			}
			s.Query = s.Query.SelectRelated([][]*modelinfo.Relation{path})
		}
		return nil
	})
}

// Unrelated returns the rows without the relations of SelectRelated.
func (s *State) Unrelated() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Unrelated(); return nil })
}

// requiredPaths returns the paths of foreign keys that are not nullable. Each
// begins with before.
func requiredPaths(m *modelinfo.Model, before []*modelinfo.Relation, depth int) [][]*modelinfo.Relation {
	var out [][]*modelinfo.Relation
	if depth == 0 {
		return nil
	}
	for _, r := range m.Relations {
		if r.Kind != modelinfo.BelongsTo || r.Nullable {
			continue
		}
		path := append(append([]*modelinfo.Relation(nil), before...), r)
		out = append(append(out, path), requiredPaths(r.To, path, depth-1)...)
	}
	return out
}

// Prefetched returns the rows with relations, loaded by a statement each.
func (s *State) Prefetched(rels []string) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUncombined("PrefetchRelated"); err != nil {
			return err
		}
		var list []query.Prefetch
		for _, rel := range rels {
			path, err := s.linksOf(rel)
			if err != nil {
				return err
			}
			if err := checkGoFields(path); err != nil {
				return s.CallError(rel, err)
			}
			list = append(list, query.Prefetch{Path: path})
		}
		if len(list) > 0 {
			s.Query = s.Query.Prefetch(list)
		}
		return nil
	})
}

// Unprefetched returns the rows without the relations of Prefetched and
// PrefetchWith.
func (s *State) Unprefetched() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Prefetch(nil); return nil })
}

// Path resolves a path of relations.
func (s *State) Path(name string) ([]*modelinfo.Relation, error) {
	p, err := lookup.ResolveRelation(s.Model, name)
	if err != nil {
		return nil, s.CallError(name, err)
	}
	path := make([]*modelinfo.Relation, len(p.Relations))
	for i, r := range p.Relations {
		path[i] = r.(*modelinfo.Relation)
	}
	return path, nil
}

// PrefetchWith returns the rows with a relation, whose rows are loaded by the
// QuerySet e into the named field, or into the relation's own if field is "".
func (s *State) PrefetchWith(rel string, e *query.Expr, field string) *State {
	return s.Refined(func(s *State) error {
		if err := s.CheckUncombined("Prefetch"); err != nil {
			return err
		}
		path, err := s.linksOf(rel)
		if err != nil {
			return err
		}
		last := path[len(path)-1]
		switch {
		case e != nil && e.Err != nil:
			return s.CallError(rel, e.Err)
		case e == nil || e.Kind != query.Sub || !e.Rows:
			return s.CallError(rel, errors.New("no QuerySet was passed to Prefetch"))
		case e.Sub.Model.DB != s.Model.DB:
			return s.CallError(rel, errors.New("the QuerySet belongs to another database"))
		case e.Sub.Model != last.Rel.To:
			return s.CallError(rel, fmt.Errorf("%s leads to %s, and the QuerySet is of %s", rel, last.Rel.To.Name, e.Sub.Model.Name))
		case e.Sub.Columns != nil:
			return Misuse(ErrGrouped, "Prefetch of %s takes a QuerySet of objects", rel)
		case e.Sub.Set != nil:
			return Misuse(ErrCombined, "Prefetch of %s takes the rows of each object, and a set operation cannot be narrowed to them", rel)
		case last.Field != "":
			return s.CallError(rel, fmt.Errorf("%s is the field of another Prefetch (name the relation, %s)", last.Field, last.Rel.Name))
		}
		if field != "" {
			path[len(path)-1].Field = field
		}
		p := query.Prefetch{Path: path, With: e.Sub}
		if err := checkGoFields(path); err != nil {
			return s.CallError(rel, err)
		}
		if last = path[len(path)-1]; last.Field != "" {
			if err := checkToField(last.Rel, last.Field); err != nil {
				return s.CallError(rel, err)
			}
		}
		if isPrefetched(s.Query.Prefetched, path) {
			return s.CallError(rel, fmt.Errorf("%s.%s is prefetched already (let Prefetch come before paths through it, or load into another field by ToField)", last.Rel.From.Name, last.Rel.Name))
		}
		s.Query = s.Query.Prefetch([]query.Prefetch{p})
		return nil
	})
}

// checkToField returns an error unless a Go field can hold the rows of a
// relation in place of the relation's own field.
func checkToField(rel *modelinfo.Relation, name string) error {
	field, ok := rel.From.Type.FieldByName(name)
	own := reflect.SliceOf(rel.To.Type)
	if rel.Rel != nil {
		own = rel.Rel.Field.FieldType
	}
	switch {
	case !ok || !field.IsExported():
		return fmt.Errorf("%s has no field %s to load %s into (declare one of type %s with `gorm:\"-\"`)", rel.From.Name, name, rel.Name, own)
	case rel.From.Schema.Relationships.Relations[name] != nil || rel.From.Schema.FieldsByName[name] != nil && rel.From.Schema.FieldsByName[name].DBName != "":
		return fmt.Errorf("%s.%s is a column or a relation of its own (load %s into a field with `gorm:\"-\"`)", rel.From.Name, name, rel.Name)
	case field.Type != own && !isRow(rel, name) && (rel.Rel != nil || !canHold(field.Type, rel.To.Type)):
		return fmt.Errorf("%s.%s is of type %s, and takes %s only as %s, or as repo.Row of %s with its annotations", rel.From.Name, name, field.Type, rel.Name, own, rel.To.Type)
	}
	return nil
}

// canHold reports whether a field can hold rows of a model: a slice of structs
// or pointers, or a pointer to a struct.
func canHold(field, model reflect.Type) bool {
	return field == reflect.SliceOf(model) || field == reflect.SliceOf(reflect.PointerTo(model)) || field == reflect.PointerTo(model)
}

// checkGoFields returns an error if a relation of the path has no Go field to
// load into.
func checkGoFields(path []query.Link) error {
	for _, l := range path {
		if l.Rel.Rel == nil && l.Field == "" {
			return fmt.Errorf("%s has no Go field for %s (declare one, or use Prefetch with ToField)", l.Rel.From.Name, l.Rel.Name)
		}
	}
	return nil
}

// isRow reports whether a Go field of the owners holds the relation's objects
// as repo.Row.
func isRow(rel *modelinfo.Relation, name string) bool {
	field, ok := rel.From.Type.FieldByName(name)
	if !ok {
		return false
	}
	t := field.Type
	many := t.Kind() == reflect.Slice
	if many {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return many == rel.ToMany() && rowModel(t) == rel.To.Type
}

// rowModel returns the model of a repo.Row, or nil for another type. It
// recognizes a Row by its form, an Object and the Values beside it, since
// package repo imports this one.
func rowModel(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Struct || t.NumField() != 2 || t.Field(0).Name != "Object" || t.Field(0).Type.Kind() != reflect.Pointer ||
		t.Field(1).Name != "Values" || t.Field(1).Type != reflect.TypeFor[map[string]any]() {
		return nil
	}
	return t.Field(0).Type.Elem()
}

// linksOf resolves a path of relations. The path may contain fields that
// earlier calls named by ToField.
func (s *State) linksOf(name string) ([]query.Link, error) {
	var links []query.Link
	parts, err := lookup.Split(s.Model, name)
	if err != nil {
		return nil, s.CallError(name, err)
	}
	m := s.Model
	for i, part := range parts {
		if rel := toFieldRelation(s.Query.Prefetched, links, part); rel != nil {
			links, m = append(links, query.Link{Rel: rel, Field: part}), rel.To
			continue
		}
		rel := m.Relation(part)
		if rel == nil {
			_, err := lookup.ResolveRelation(m, strings.Join(parts[i:], lookup.Sep))
			if bad, ok := err.(*lookup.Error); ok {
				bad.Text = name
			}
			return nil, s.CallError(name, err)
		}
		links, m = append(links, query.Link{Rel: rel}), rel.To
	}
	return links, nil
}

// toFieldRelation returns the relation that a prefetch of list loads into the
// named field of the objects at the end of path, or nil.
func toFieldRelation(list []query.Prefetch, path []query.Link, field string) *modelinfo.Relation {
	for _, p := range list {
		n := len(p.Path)
		switch {
		case n == len(path)+1 && field != "" && p.Path[n-1].Field == field && slices.Equal(p.Path[:n-1], path):
			return p.Path[n-1].Rel
		case n <= len(path) && p.With != nil && slices.Equal(p.Path, path[:n]):
			if rel := toFieldRelation(p.With.Prefetched, path[n:], field); rel != nil {
				return rel
			}
		}
	}
	return nil
}

// isPrefetched reports whether a prefetch of list loads the end of a path.
func isPrefetched(list []query.Prefetch, path []query.Link) bool {
	return slices.ContainsFunc(list, func(p query.Prefetch) bool {
		n := len(p.Path)
		if n >= len(path) {
			return slices.Equal(p.Path[:len(path)], path)
		}
		return p.With != nil && slices.Equal(p.Path, path[:n]) && isPrefetched(p.With.Prefetched, path[n:])
	})
}
