package repo

import (
	"errors"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// only loads the named columns of objects, and the key.
func (s *state) only(names []string) *state {
	return s.masked("Only", func(s *state) (*query.Query, error) { return s.q.Only(slices.Clone(names)) })
}

// deferred omits the named columns of objects; without names it omits none.
func (s *state) deferred(names []string) *state {
	return s.masked("Defer", func(s *state) (*query.Query, error) {
		if len(names) == 0 {
			return s.q.Omit(nil)
		}
		return s.q.Omit(slices.Clone(names))
	})
}

func (s *state) masked(method string, fn func(s *state) (*query.Query, error)) *state {
	return s.refined(func(s *state) error {
		if err := errors.Join(s.single(method), s.objects(method)); err != nil {
			return err
		}
		q, err := fn(s)
		if err != nil {
			return s.mistaken("", err)
		}
		s.q = q
		return nil
	})
}

// omitted returns the columns that objects are loaded without; with a relation,
// those of its objects.
func (s *state) omitted(rels []string) []string {
	if s.mistake() != nil {
		return nil
	}
	m, path, prefix := s.model, []*modelinfo.Relation(nil), ""
	for _, r := range rels {
		p, err := s.path(r)
		if err != nil {
			return nil
		}
		path, m, prefix = p, p[len(p)-1].To, r+lookup.Sep
	}
	var names []string
	for _, f := range m.Reads {
		if !s.q.Loads(path, f) {
			names = append(names, prefix+f.Column)
		}
	}
	return names
}

// selectRelated loads objects of to-one relations by joins; without relations,
// those of every foreign key that is not nullable, five deep.
func (s *state) selectRelated(rels []string) *state {
	return s.refined(func(s *state) error {
		if err := errors.Join(s.single("SelectRelated"), s.objects("SelectRelated")); err != nil {
			return err
		}
		if len(rels) == 0 {
			s.q = s.q.SelectRelated(required(s.model, nil, 5))
			return nil
		}
		for _, rel := range rels {
			path, err := s.path(rel)
			if err != nil {
				return err
			}
			for _, r := range path {
				switch {
				case r.Rel == nil:
					return s.mistaken(rel, errors.New(r.From.Name+" has no Go field for "+r.Name+" (declare one, or load from "+r.To.Name+")"))
				case r.ToMany():
					return s.mistaken(rel, errors.New(r.From.Name+"."+r.Name+" leads to many rows (use PrefetchRelated)"))
				case r.BehindPointer():
					return s.mistaken(rel, errors.New(r.From.Name+"."+r.Name+" lies in a struct that is embedded by a pointer (use PrefetchRelated)"))
				}
			}
			s.q = s.q.SelectRelated([][]*modelinfo.Relation{path})
		}
		return nil
	})
}

// unrelated undoes selectRelated.
func (s *state) unrelated() *state {
	return s.refined(func(s *state) error { s.q = s.q.Unrelated(); return nil })
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

// prefetched loads each relation by a statement of its own.
func (s *state) prefetched(rels []string) *state {
	return s.refined(func(s *state) error {
		if err := s.single("PrefetchRelated"); err != nil {
			return err
		}
		var list []query.Prefetch
		for _, rel := range rels {
			path, err := s.links(rel)
			if err != nil {
				return err
			}
			if err := fieldless(path); err != nil {
				return s.mistaken(rel, err)
			}
			list = append(list, query.Prefetch{Path: path})
		}
		if len(list) > 0 {
			s.q = s.q.Prefetch(list)
		}
		return nil
	})
}

// unprefetched undoes prefetched.
func (s *state) unprefetched() *state {
	return s.refined(func(s *state) error { s.q = s.q.Prefetch(nil); return nil })
}

// path resolves a path of relations.
func (s *state) path(name string) ([]*modelinfo.Relation, error) {
	p, err := lookup.ResolveRelation(s.model, name)
	if err != nil {
		return nil, s.mistaken(name, err)
	}
	path := make([]*modelinfo.Relation, len(p.Relations))
	for i, r := range p.Relations {
		path[i] = r.(*modelinfo.Relation)
	}
	return path, nil
}
