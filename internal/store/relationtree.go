package store

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// relation is a relation that is loaded into objects, with those that are then
// loaded into the related objects.
type relation struct {
	link   query.Link
	with   *query.Query // the related rows
	loaded bool         // by SelectRelated, or by the QuerySet of a Prefetch above
	below  []*relation
}

// relationsOf returns the relations that q prefetches. Paths with the same
// beginning share it; the first one decides its QuerySet.
func relationsOf(q *query.Query) []*relation {
	loaded := map[string]bool{}
	markJoined(q.Related, "", loaded)
	return relationTree(q.Prefetched, loaded)
}

// relationTree returns the relations of paths. It adds their keys to loaded,
// which has those that need not be loaded; nil if the objects show that.
func relationTree(list []query.Prefetch, loaded map[string]bool) (top []*relation) {
	for _, p := range list {
		at, key := &top, ""
		for i, link := range p.Path {
			key += linkKey(link)
			r := relationAt(*at, link)
			if r == nil {
				r = &relation{link: link, loaded: loaded[key]}
				*at = append(*at, r)
				switch {
				case r.loaded:
				case i == len(p.Path)-1 && p.With != nil:
					r.with = p.With
				default:
					r.with = query.New(link.Rel.To)
				}
				if loaded != nil && !r.loaded {
					loaded[key] = true
					markLoaded(r.with, key, loaded)
				}
			}
			at = &r.below
		}
	}
	return top
}

// relationAt returns the relation of a link, or nil.
func relationAt(list []*relation, link query.Link) *relation {
	for _, r := range list {
		if r.link.Rel.Name == link.Rel.Name && r.link.Field == link.Field {
			return r
		}
	}
	return nil
}

// markLoaded marks the links that q loads into its rows. prefix is the key of
// the path to them.
func markLoaded(q *query.Query, prefix string, loaded map[string]bool) {
	markJoined(q.Related, prefix, loaded)
	for _, p := range q.Prefetched {
		key := prefix
		for i, link := range p.Path {
			key += linkKey(link)
			if !loaded[key] && i == len(p.Path)-1 && p.With != nil {
				markLoaded(p.With, key, loaded)
			}
			loaded[key] = true
		}
	}
}

// markJoined marks the links that SelectRelated has loaded. prefix is the key
// of the path to t.
func markJoined(t *query.Tree, prefix string, loaded map[string]bool) {
	if t == nil {
		return
	}
	for _, k := range t.Kids {
		key := prefix + linkKey(query.Link{Rel: k.Rel})
		loaded[key] = true
		markJoined(k, key, loaded)
	}
}

// linkKey returns the text that distinguishes a link of a path from others.
func linkKey(l query.Link) string { return lookup.Sep + l.Rel.Name + ">" + l.Field }
