package query

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltype"
)

// Match finds rows by what an object has in a column. The column's name may
// have transforms behind it, which apply to both sides, and an operator.
type Match struct {
	Field *modelinfo.Field
	text  string
	left  *Expr
	op    operator
}

// NewMatch resolves the text of a Match. One that was resolved before is found
// by its text.
func NewMatch(m *modelinfo.Model, text string) (*Match, error) {
	hash := maphash.String(lookupSeed, text)
	if k, ok := m.Matches.Load(hash).(*Match); ok && k.text == text {
		return k, nil
	}
	match, err := newMatch(m, strings.Clone(text))
	if err == nil {
		m.Matches.Store(hash, match)
	}
	return match, err
}

func newMatch(m *modelinfo.Model, text string) (*Match, error) {
	q := New(m)
	e, op, err := q.resolveLeft(text)
	if err != nil {
		return nil, err
	}
	at := e
	for at.Kind == Transformed {
		at = at.Args[0]
	}
	f := at.Field
	switch r := at.Rel; {
	case len(at.Path) == 1 && r != nil && r.Kind == modelinfo.BelongsTo && len(r.Pairs) == 1:
		f = r.Pairs[0].From
	case len(at.Path) > 0:
		return nil, fmt.Errorf("%s has no column %q: it belongs to %s", m.Name, text, at.Path[len(at.Path)-1].To.Name)
	}
	if name := op.listed(); name != "" {
		return nil, fmt.Errorf("%s.%s: %q is not compared with the one value of an object (use Filter)", m.Name, f.Column, name)
	}
	if _, err := lookup.ResolveName(m, text); err == nil {
		op = operator{} // equal as Create wrote it, whatever is registered
	}
	return &Match{f, text, e.over(FieldRef(f)), op}, nil
}

// listed returns the operator's name if its right side is no value of the left
// side, "" if it is one.
func (o operator) listed() string {
	switch {
	case o.def != nil && (o.def.List || !o.def.Right.IsZero()):
		return o.def.Name
	case o.def == nil && slices.Contains([]lookup.Op{lookup.In, lookup.IsNull, lookup.Between, lookup.HasKey, lookup.HasKeys, lookup.HasAnyKeys, lookup.SearchOp}, o.op):
		return o.op.String()
	}
	return ""
}

// over returns the transforms of e laid over another value.
func (e *Expr) over(base *Expr) *Expr {
	if e.Kind != Transformed {
		return base
	}
	n := *e
	n.Args = append([]*Expr{e.Args[0].over(base)}, e.Args[1:]...)
	return &n
}

// Cond returns the condition for a value of the column, which null reports to
// be NULL.
func (m *Match) Cond(v any, null bool) (*Cond, error) {
	q := New(m.Field.Model)
	switch {
	case null: // as Create wrote it, JSON's too
		return FieldLeaf(m.text, m.Field, lookup.IsNull, true)
	case m.left.Kind != Transformed && (m.op != (operator{}) || sqltype.Rounded(m.Field.SQLType) == ""):
		return m.compare(q, m.left, m.op, v)
	}
	at := sideOf(m.Field.Model.Name, FieldRef(m.Field))
	c, ok := at.constant(v)
	if !ok {
		return nil, &ValueError{Lookup: m.text, Model: at.model, Field: at.name, Value: v, Want: at.Want()}
	}
	if m.left.Kind != Transformed { // rounded as in the row that Create wrote
		whole := m.Field.Type
		whole.SQL = sqltype.Rounded(m.Field.SQLType)
		return m.compare(q, m.left, m.op, &Expr{Kind: Cast, Args: []*Expr{c}, Type: whole})
	}
	right := m.left.oneSided().over(c)
	cond, err := m.compare(q, m.left, m.op, right)
	if err != nil || m.op != (operator{}) || !m.left.mayLack() {
		return cond, err
	}
	none, err := m.compare(q, m.left, operator{op: lookup.IsNull}, true)
	if err != nil {
		return nil, err
	}
	noneEither, err := m.compare(q, right, operator{op: lookup.IsNull}, true)
	return Or(cond, And(none, noneEither)), err
}

func (m *Match) compare(q *Query, left *Expr, op operator, v any) (*Cond, error) {
	x := &struct { // in one piece, as in Narrowed
		call  Cond
		part  Cond
		parts [1]*Cond
		leaf  Leaf
	}{}
	x.part.Leaf, x.parts[0] = &x.leaf, &x.part
	x.call.Kids = x.parts[:]
	return &x.call, q.compareAs(&x.leaf, m.text, left, op, v)
}

// oneSided returns e without the transforms that a comparison lays over its
// right side by itself.
func (e *Expr) oneSided() *Expr {
	switch {
	case e.Kind != Transformed:
		return e
	case e.Def != nil && e.Def.Both:
		return e.Args[0].oneSided()
	}
	n := *e
	n.Args = append([]*Expr{e.Args[0].oneSided()}, e.Args[1:]...)
	return &n
}

// mayLack reports whether the transforms of e may make NULL of a value.
func (e *Expr) mayLack() bool {
	return e.any(func(x *Expr) bool {
		return x.Kind == Transformed && (x.Def != nil || slices.Contains([]string{"key", "index", "startswith", "endswith"}, x.Transform.Name))
	})
}
