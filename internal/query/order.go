package query

import (
	"fmt"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Order is one term of an ordering.
type Order struct {
	Expr  *Expr
	Desc  bool
	Nulls Nulls
	// Random orders by chance; Expr is nil.
	Random bool
	// Default reports whether the model's own ordering asks for it.
	Default bool
}

// Nulls is where NULLs come: PostgreSQL's default is last ascending, first
// descending.
type Nulls uint8

// Where NULLs come.
const (
	NullsDefault Nulls = iota
	NullsFirst
	NullsLast
)

// NewOrder resolves a term such as "-album__artist__name nulls last". The name
// of a relation stands for the ordering of its model, when that has one, so a
// term may become several.
func (q *Query) NewOrder(term string) ([]Order, error) { return q.AppendOrder(nil, term) }

// AppendOrder is NewOrder and appends the terms to a list.
func (q *Query) AppendOrder(list []Order, term string) ([]Order, error) {
	return q.appendOrder(list, term, nil)
}

func (q *Query) appendOrder(list []Order, term string, seen []*modelinfo.Relation) ([]Order, error) {
	name, nulls, rest := splitNulls(term)
	if name == "?" {
		return append(list, Order{Random: true}), nil
	}
	name, desc := strings.CutPrefix(name, "-")
	e, err := q.Name(name)
	switch {
	case err != nil && rest != "":
		return nil, fmt.Errorf("ordering %q: %q is neither \"nulls first\" nor \"nulls last\"", term, rest)
	case err != nil:
		return nil, err
	}
	if e.Kind != Ref || e.Rel == nil || len(e.Rel.To.Meta.Ordering) == 0 {
		return append(list, Order{Expr: e, Desc: desc, Nulls: nulls}), nil
	}
	rel := e.Rel
	for _, s := range seen {
		if s == rel {
			return nil, fmt.Errorf("ordering by %q never ends: %s.%s orders by itself (order by %s__pk)", term, rel.From.Name, rel.Name, name)
		}
	}
	for _, t := range rel.To.Meta.Ordering {
		terms, err := New(rel.To).appendOrder(nil, t, append(seen, rel))
		if err != nil {
			return nil, err
		}
		for _, o := range terms {
			o.Expr = o.Expr.prefixed(e.Path)
			if desc {
				o = o.Reversed()
			}
			if nulls != NullsDefault {
				o.Nulls = nulls
			}
			list = append(list, o)
		}
	}
	return list, nil
}

// prefixed returns an expression over columns of the model at the end of path.
func (e *Expr) prefixed(path []*modelinfo.Relation) *Expr {
	if e == nil {
		return nil
	}
	n := e.mapped(func(x *Expr) *Expr { return x.prefixed(path) }, func(c *Cond) *Cond { return c })
	if e.Kind == Ref {
		n.Path = append(append(make([]*modelinfo.Relation, 0, len(path)+len(e.Path)), path...), e.Path...)
	}
	return n
}

// splitNulls splits a term into its name and the place of NULLs. rest is what
// follows the first word of a name with blanks, which few columns have.
func splitNulls(term string) (name string, nulls Nulls, rest string) {
	name = strings.TrimSpace(term)
	if !strings.ContainsAny(name, " \t\n") {
		return name, NullsDefault, ""
	}
	words := strings.Fields(name)
	if n := len(words); n > 2 && strings.EqualFold(words[n-2], "nulls") {
		switch strings.ToLower(words[n-1]) {
		case "first":
			nulls = NullsFirst
		case "last":
			nulls = NullsLast
		}
	}
	if nulls != NullsDefault {
		name = name[:strings.LastIndex(strings.ToLower(name), "nulls")]
		name = strings.TrimSpace(name)
	}
	_, rest, _ = strings.Cut(name, " ")
	return name, nulls, strings.TrimSpace(rest)
}

// Reversed returns the term for the opposite order.
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

// Orders returns the terms that rows come in: those of OrderBy, else the
// model's own, reversed by Reverse.
func (q *Query) Orders() ([]Order, error) {
	terms := q.Order
	if !q.Ordered {
		terms = nil
		for _, t := range q.Model.Meta.Ordering {
			o, err := New(q.Model).NewOrder(t)
			if err != nil {
				return nil, err
			}
			for i := range o {
				o[i].Default = true
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

// ByKey orders by the primary key.
func ByKey(m *modelinfo.Model) []Order {
	var terms []Order
	for _, f := range m.Key {
		terms = append(terms, Order{Expr: FieldRef(f)})
	}
	return terms
}

// FieldRef returns a column of the query's own model.
func FieldRef(f *modelinfo.Field) *Expr { return &Expr{Kind: Ref, Field: f, Type: f.Type} }

// FieldLeaf compares a column of the query's own model.
func FieldLeaf(name string, f *modelinfo.Field, op lookup.Op, value any) (*Cond, error) {
	l := &Leaf{Left: FieldRef(f), Op: op}
	bad := func(want string) error {
		return &ValueError{Lookup: name, Model: f.Model.Name, Field: f.Column, Value: value, Want: want}
	}
	if err := l.setValue(sideOf(f.Model.Name, l.Left), value, bad); err != nil {
		return nil, err
	}
	return &Cond{Kids: []*Cond{{Leaf: l}}}, nil
}
