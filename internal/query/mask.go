package query

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Mask is the set of columns of objects that are loaded. The key always is.
type Mask struct {
	// Defer makes it all but these.
	Defer bool
	// Whole makes it those too that the models defer.
	Whole bool
	// Names are columns, "album__title" those of joined objects.
	Names []string
}

// Only loads the named columns, beside the key; it replaces an earlier Only,
// and what was deferred stays so.
func (q *Query) Only(names []string) (*Query, error) {
	if err := q.checkNames(names); err != nil {
		return nil, err
	}
	n := q.clone()
	if q.Mask != nil && q.Mask.Defer {
		left := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return slices.Contains(q.Mask.Names, s) })
		n.Mask = &Mask{Names: left}
		return n, nil
	}
	n.Mask = &Mask{Names: names}
	return n, nil
}

// Omit leaves the named columns out; it adds to an earlier Defer and takes from
// an earlier Only. No names load all again.
func (q *Query) Omit(names []string) (*Query, error) {
	if err := q.checkNames(names); err != nil {
		return nil, err
	}
	n := q.clone()
	switch {
	case names == nil:
		n.Mask = &Mask{Defer: true, Whole: true}
	case q.Mask == nil:
		n.Mask = &Mask{Defer: true, Names: names}
	case q.Mask.Defer:
		n.Mask = &Mask{Defer: true, Whole: q.Mask.Whole, Names: append(slices.Clip(q.Mask.Names), names...)}
	default:
		left := slices.DeleteFunc(slices.Clone(q.Mask.Names), func(s string) bool { return slices.Contains(names, s) })
		n.Mask = &Mask{Names: left}
		if len(left) == 0 { // Django: nothing is left, so all is loaded but those that Only did not name
			n.Mask = &Mask{Defer: true, Names: slices.DeleteFunc(slices.Clone(names), func(s string) bool { return slices.Contains(q.Mask.Names, s) })}
		}
	}
	return n, nil
}

func (q *Query) checkNames(names []string) error {
	for _, name := range names {
		if _, err := lookup.ResolveName(q.Model, name); err != nil {
			return err
		}
	}
	return nil
}

// Loads reports whether a column of the object at the end of path is loaded:
// one that Only and Defer leave, and one by which a relation is prefetched.
func (q *Query) Loads(path []*modelinfo.Relation, f *modelinfo.Field) bool {
	if q.Mask.Loads(path, f) {
		return true
	}
	for _, p := range q.Prefetched {
		if len(p.Path) <= len(path) || !f.Keys(p.Path[len(path)].Rel) {
			continue
		}
		if slices.EqualFunc(p.Path[:len(path)], path, func(l Link, rel *modelinfo.Relation) bool { return l == Link{Rel: rel} }) {
			return true
		}
	}
	return false
}

// Loads is Query.Loads by Only and Defer alone.
func (m *Mask) Loads(path []*modelinfo.Relation, f *modelinfo.Field) bool {
	switch {
	case f.PrimaryKey:
		return true
	case m == nil:
		return !f.Deferred
	case len(m.Names) == 0:
		return true
	}
	prefix := ""
	for _, r := range path {
		prefix += r.Name + lookup.Sep
	}
	named, below := false, false
	for _, n := range m.Names {
		rest, ok := strings.CutPrefix(n, prefix)
		if !ok {
			continue
		}
		below = true
		switch {
		case rest == f.Column, rest == "pk" && f.PrimaryKey:
			named = true
		default:
			// A relation's name stands for its column; so does a path through it when only
			// is meant.
			head, more, _ := strings.Cut(rest, lookup.Sep)
			if r := f.Model.Relation(head); r != nil && r.Kind == modelinfo.BelongsTo && slices.ContainsFunc(r.Pairs, func(p modelinfo.Pair) bool { return p.From == f }) {
				named = named || more == "" || !m.Defer
			}
		}
	}
	if m.Defer {
		return !named && (m.Whole || !f.Deferred)
	}
	if len(path) > 0 && !below { // Only said nothing about this object: it is loaded whole
		return !f.Deferred
	}
	return named
}
