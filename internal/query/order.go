package query

import (
	"fmt"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Order is one term of an ordering.
type Order struct {
	Column Column
	Desc   bool
	Nulls  Nulls
}

// Nulls says where NULLs stand.
type Nulls uint8

// NullsDefault is PostgreSQL's own: last ascending, first descending.
const (
	NullsDefault Nulls = iota
	NullsFirst
	NullsLast
)

// NewOrder resolves one term of OrderBy or of Meta.Ordering: "title",
// "-published", "-published nulls last". The name of a relation stands for the
// ordering of the model it leads to, or its key when it has none.
func NewOrder(m *modelinfo.Model, term string) ([]Order, error) { return newOrder(m, term, nil) }

func newOrder(m *modelinfo.Model, term string, seen []*modelinfo.Relation) ([]Order, error) {
	name, nulls, err := splitNulls(term)
	if err != nil {
		return nil, err
	}
	name, desc := strings.CutPrefix(name, "-")
	p, err := lookup.ResolveName(m, name)
	if err != nil {
		return nil, err
	}
	col, rel, err := column(p)
	if err != nil {
		return nil, err
	}
	if rel == nil || len(rel.To.Meta.Ordering) == 0 {
		return []Order{{col, desc, nulls}}, nil
	}
	for _, s := range seen {
		if s == rel {
			return nil, fmt.Errorf("ordering by %q never ends: %s.%s orders by itself (order by %s__pk)", term, rel.From.Name, rel.Name, name)
		}
	}
	var all []Order
	for _, t := range rel.To.Meta.Ordering {
		terms, err := newOrder(rel.To, t, append(seen, rel))
		if err != nil {
			return nil, err
		}
		for _, o := range terms {
			path := make([]*modelinfo.Relation, 0, len(p.Relations)+len(o.Column.Path))
			for _, r := range p.Relations {
				path = append(path, r.(*modelinfo.Relation))
			}
			o.Column.Path = append(path, o.Column.Path...)
			if desc {
				o = o.Reversed()
			}
			if nulls != NullsDefault {
				o.Nulls = nulls
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// splitNulls cuts " nulls first" or " nulls last" off.
func splitNulls(term string) (string, Nulls, error) {
	name, rest, found := strings.Cut(strings.TrimSpace(term), " ")
	if !found {
		return name, NullsDefault, nil
	}
	switch strings.Join(strings.Fields(strings.ToLower(rest)), " ") {
	case "nulls first":
		return name, NullsFirst, nil
	case "nulls last":
		return name, NullsLast, nil
	}
	return "", 0, fmt.Errorf("ordering %q: %q is neither \"nulls first\" nor \"nulls last\"", term, rest)
}

// Reversed is the term that sorts the other way round.
func (o Order) Reversed() Order {
	o.Desc = !o.Desc
	switch o.Nulls {
	case NullsFirst:
		o.Nulls = NullsLast
	case NullsLast:
		o.Nulls = NullsFirst
	}
	return o
}

// Orders gives the terms in force: what OrderBy said, else the model's
// ordering, turned round when the query is reversed.
func (q *Query) Orders() ([]Order, error) {
	terms := q.Order
	if !q.Ordered {
		terms = nil
		for _, t := range q.Model.Meta.Ordering {
			o, err := NewOrder(q.Model, t)
			if err != nil {
				return nil, err
			}
			terms = append(terms, o...)
		}
	}
	if !q.Reversed {
		return terms, nil
	}
	back := make([]Order, 0, len(terms))
	for _, o := range terms {
		back = append(back, o.Reversed())
	}
	return back, nil
}

// ByKey gives the terms that sort by the primary key.
func ByKey(m *modelinfo.Model) []Order {
	var terms []Order
	for _, f := range m.Key {
		terms = append(terms, Order{Column: Column{Field: f}})
	}
	return terms
}
