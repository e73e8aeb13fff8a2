package repo

import (
	"errors"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Only loads the named columns of objects, and the key. It replaces an earlier Only. What is not
// loaded is zero in the object, so save such an object with named fields. "author__name" is a column
// of an object that SelectRelated joins. Columns by which prefetched rows are found are loaded too.
func (qs *QuerySetOf[P]) Only(fields ...NameOf[P]) *QuerySetOf[P] {
	return qs.mask("Only", func(s *state) (*query.Query, error) { return s.q.Only(nameStrings(fields)) })
}

// Defer leaves the named columns of objects out; it adds to an earlier Defer. Without names every column is loaded again.
func (qs *QuerySetOf[P]) Defer(fields ...NameOf[P]) *QuerySetOf[P] {
	return qs.mask("Defer", func(s *state) (*query.Query, error) {
		if len(fields) == 0 {
			return s.q.Omit(nil)
		}
		return s.q.Omit(nameStrings(fields))
	})
}

func (qs *QuerySetOf[P]) mask(method string, fn func(s *state) (*query.Query, error)) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := errors.Join(s.single(method), s.objects(method)); err != nil {
			return err
		}
		q, err := fn(s)
		if err != nil {
			return chainError(s.model.Name, "", err)
		}
		s.q = q
		return nil
	})
}

// Deferred are the columns that objects come without, because of Only or Defer; with the name of a relation that
// SelectRelated joins, those of its objects.
func (qs *QuerySetOf[P]) Deferred(rel ...RelOf[P]) []NameOf[P] {
	if qs.Err() != nil {
		return nil
	}
	m, path, prefix := qs.state.model, []*modelinfo.Relation(nil), ""
	for _, r := range rel {
		p, err := qs.state.path(string(r))
		if err != nil {
			return nil
		}
		path, m, prefix = p, p[len(p)-1].To, string(r)+lookup.Sep
	}
	var out []NameOf[P]
	for _, f := range m.Reads {
		if !qs.state.q.Loads(path, f) {
			out = append(out, NameOf[P](prefix+f.Column))
		}
	}
	return out
}

// SelectRelated loads objects of relations to one by joins in the same statement:
// tracks.SelectRelated("album", "album__artist"). Without names it loads every foreign key that is
// not nullable, five deep.
func (qs *QuerySetOf[P]) SelectRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := errors.Join(s.single("SelectRelated"), s.objects("SelectRelated")); err != nil {
			return err
		}
		if len(rels) == 0 {
			s.q = s.q.SelectRelated(required(s.model, nil, 5))
			return nil
		}
		for _, rel := range rels {
			path, err := s.path(string(rel))
			if err != nil {
				return err
			}
			for _, r := range path {
				switch {
				case r.Rel == nil:
					return chainError(s.model.Name, string(rel), errors.New(r.From.Name+" has no Go field for "+r.Name+" (declare one, or load from "+r.To.Name+")"))
				case r.ToMany():
					return chainError(s.model.Name, string(rel), errors.New(r.From.Name+"."+r.Name+" leads to many rows (use PrefetchRelated)"))
				case r.BehindPointer():
					return chainError(s.model.Name, string(rel), errors.New(r.From.Name+"."+r.Name+" lies in a struct that is embedded by a pointer (use PrefetchRelated)"))
				}
			}
			s.q = s.q.SelectRelated([][]*modelinfo.Relation{path})
		}
		return nil
	})
}

// NoSelectRelated forgets what SelectRelated was told.
func (qs *QuerySetOf[P]) NoSelectRelated() *QuerySetOf[P] {
	return qs.refine(func(s *state) error { s.q = s.q.Unrelated(); return nil })
}

// required are the foreign keys that are not nullable.
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

// PrefetchRelated loads relations of every kind by a statement each, however
// many rows there are: playlists.PrefetchRelated("tracks", "tracks__album"). Related rows are
// shared between the objects that refer to them through a pointer; a slice that
// stays empty is made, so that nil means "not loaded". What SelectRelated or an earlier Prefetch loads is not loaded
// again, so that a path may go on from there; the field of ToField stands in a path under its own name: "VisibleTags__posts".
func (qs *QuerySetOf[P]) PrefetchRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return qs.refine(func(s *state) error {
		if err := s.single("PrefetchRelated"); err != nil {
			return err
		}
		var list []query.Prefetch
		for _, rel := range rels {
			path, err := s.links(string(rel))
			if err != nil {
				return err
			}
			if err := fieldless(path); err != nil {
				return chainError(s.model.Name, string(rel), err)
			}
			list = append(list, query.Prefetch{Path: path})
		}
		if len(list) > 0 {
			s.q = s.q.Prefetch(list)
		}
		return nil
	})
}

// NoPrefetch forgets what PrefetchRelated and Prefetch were told.
func (qs *QuerySetOf[P]) NoPrefetch() *QuerySetOf[P] {
	return qs.refine(func(s *state) error { s.q = s.q.Prefetch(nil); return nil })
}

// path resolves a path of relations.
func (s *state) path(name string) ([]*modelinfo.Relation, error) {
	p, err := lookup.ResolveRelation(s.model, name)
	if err != nil {
		return nil, chainError(s.model.Name, name, err)
	}
	path := make([]*modelinfo.Relation, len(p.Relations))
	for i, r := range p.Relations {
		path[i] = r.(*modelinfo.Relation)
	}
	return path, nil
}
