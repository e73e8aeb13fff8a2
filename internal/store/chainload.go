package store

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Only loads the named columns of objects, and the key.
func (s *State) Only(names []string) *State {
	return s.masked("Only", func(s *State) (*query.Query, error) { return s.Query.Only(slices.Clone(names)) })
}

// Deferred omits the named columns of objects; without names it omits none.
func (s *State) Deferred(names []string) *State {
	return s.masked("Defer", func(s *State) (*query.Query, error) {
		if len(names) == 0 {
			return s.Query.Omit(nil)
		}
		return s.Query.Omit(slices.Clone(names))
	})
}

func (s *State) masked(method string, fn func(s *State) (*query.Query, error)) *State {
	return s.Refined(func(s *State) error {
		if err := errors.Join(s.Single(method), s.Objects(method)); err != nil {
			return err
		}
		q, err := fn(s)
		if err != nil {
			return s.Mistaken("", err)
		}
		s.Query = q
		return nil
	})
}

// Omitted returns the columns that objects are loaded without; with a relation,
// those of its objects.
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

// SelectRelated loads objects of to-one relations by joins; without relations,
// those of every foreign key that is not nullable, five deep.
func (s *State) SelectRelated(rels []string) *State {
	return s.Refined(func(s *State) error {
		if err := errors.Join(s.Single("SelectRelated"), s.Objects("SelectRelated")); err != nil {
			return err
		}
		if len(rels) == 0 {
			s.Query = s.Query.SelectRelated(required(s.Model, nil, 5))
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
					return s.Mistaken(rel, errors.New(r.From.Name+" has no Go field for "+r.Name+" (declare one, or load from "+r.To.Name+")"))
				case r.ToMany():
					return s.Mistaken(rel, errors.New(r.From.Name+"."+r.Name+" leads to many rows (use PrefetchRelated)"))
				case r.BehindPointer():
					return s.Mistaken(rel, errors.New(r.From.Name+"."+r.Name+" lies in a struct that is embedded by a pointer (use PrefetchRelated)"))
				}
			}
			s.Query = s.Query.SelectRelated([][]*modelinfo.Relation{path})
		}
		return nil
	})
}

// Unrelated undoes selectRelated.
func (s *State) Unrelated() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Unrelated(); return nil })
}

// required returns the paths of foreign keys that are not nullable.
func required(m *modelinfo.Model, before []*modelinfo.Relation, depth int) [][]*modelinfo.Relation {
	var out [][]*modelinfo.Relation
	if depth == 0 {
		return nil
	}
	for _, r := range m.Relations {
		if r.Kind != modelinfo.BelongsTo || r.Nullable || r.BehindPointer() {
			continue
		}
		path := append(append([]*modelinfo.Relation(nil), before...), r)
		out = append(append(out, path), required(r.To, path, depth-1)...)
	}
	return out
}

// Prefetched loads each relation by a statement of its own.
func (s *State) Prefetched(rels []string) *State {
	return s.Refined(func(s *State) error {
		if err := s.Single("PrefetchRelated"); err != nil {
			return err
		}
		var list []query.Prefetch
		for _, rel := range rels {
			path, err := s.links(rel)
			if err != nil {
				return err
			}
			if err := fieldless(path); err != nil {
				return s.Mistaken(rel, err)
			}
			list = append(list, query.Prefetch{Path: path})
		}
		if len(list) > 0 {
			s.Query = s.Query.Prefetch(list)
		}
		return nil
	})
}

// Unprefetched undoes prefetched.
func (s *State) Unprefetched() *State {
	return s.Refined(func(s *State) error { s.Query = s.Query.Prefetch(nil); return nil })
}

// Path resolves a path of relations.
func (s *State) Path(name string) ([]*modelinfo.Relation, error) {
	p, err := lookup.ResolveRelation(s.Model, name)
	if err != nil {
		return nil, s.Mistaken(name, err)
	}
	path := make([]*modelinfo.Relation, len(p.Relations))
	for i, r := range p.Relations {
		path[i] = r.(*modelinfo.Relation)
	}
	return path, nil
}
