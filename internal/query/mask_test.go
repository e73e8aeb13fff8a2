package query_test

import (
	"testing"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

func TestMask(t *testing.T) {
	t.Parallel()
	q := query.New(thing)
	self := []*modelinfo.Relation{thing.Relation("self")}
	only := func(q *query.Query, names ...string) *query.Query { return must(q.Only(names)) }
	omit := func(q *query.Query, names ...string) *query.Query { return must(q.Omit(names)) }
	loaded := func(q *query.Query, path []*modelinfo.Relation) string {
		text := ""
		for _, f := range thing.Fields {
			if q.Loads(path, f) {
				text += f.Column + " "
			}
		}
		return text
	}
	own := func(q *query.Query) string { return loaded(q, nil) }
	links := func(names ...string) *query.Query {
		var path []query.Link
		m := thing
		for _, n := range names {
			path = append(path, query.Link{Rel: m.Relation(n)})
			m = m.Relation(n).To
		}
		return only(q, "name").Prefetch([]query.Prefetch{{Path: path}})
	}
	compare(t, "mask.txt", []golden{
		{"all", own(q)}, {"only", own(only(q, "name", "at"))}, {"only twice", own(only(only(q, "name"), "at"))}, {"only the key", own(only(q, "pk"))},
		{"only a relation", own(only(q, "owner"))}, {"only a column behind one", own(only(q, "owner__name"))}, {"only a column of self", own(only(q, "name", "self__at"))},
		{"self, only", loaded(only(q, "name", "self__at"), self)}, {"self, of which only says nothing", loaded(only(q, "name"), self)},
		{"defer", own(omit(q, "name", "owner"))}, {"defer twice", own(omit(omit(q, "name"), "at"))}, {"defer none", own(omit(omit(q, "name")))}, {"defer the key", own(omit(q, "id"))},
		{"defer behind a relation", own(omit(q, "self__name"))}, {"self, deferred", loaded(omit(q, "self__name", "at"), self)},
		{"only what is deferred", own(only(omit(q, "name"), "name", "at"))}, {"defer what is only", own(omit(only(q, "name", "at"), "name"))}, {"defer all that is only", own(omit(only(q, "name"), "name", "at"))},
		{"prefetched by a column", own(links("owner"))}, {"prefetched from another row", own(links("self", "owner"))}, {"self, prefetched from it", loaded(links("self", "owner"), self)},
		{"a wrong name", got(own)(q.Only([]string{"nmae"}))}, {"a wrong name deferred", got(own)(q.Omit([]string{"nmae"}))},
	})
}
