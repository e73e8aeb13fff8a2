package query

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// names returns the names beside the model's own that a lookup may begin
// with.
func (q *Query) names() []string {
	var out []string
	for _, a := range q.Anns {
		out = append(out, a.Name)
	}
	for _, f := range q.Filtered {
		out = append(out, f.Name)
	}
	return out
}

// resolveStart resolves the names of a text: an annotation, or a column or
// relation. rest is what follows them.
func (q *Query) resolveStart(text string) (e *Expr, rest []string, p lookup.Path, err error) {
	parts, err := lookup.Split(q.Model, text)
	if err != nil {
		return nil, nil, p, err
	}
	if len(q.Anns) > 0 {
		for n := 1; n <= len(parts); n++ {
			if a := q.Annotation(strings.Join(parts[:n], lookup.Sep)); a != nil {
				return &Expr{Kind: Annotated, Ann: a, Type: a.Expr.Type}, parts[n:], p, nil
			}
		}
	}
	for _, f := range q.Filtered {
		if f.Name != parts[0] {
			continue
		}
		last := f.Path[len(f.Path)-1]
		if _, isOp := lookup.RelationOp(parts[min(1, len(parts)-1)]); len(parts) == 1 || isOp && len(parts) == 2 && last.To.Field(parts[1]) == nil {
			key, err := KeyOf(last)
			if err != nil {
				return nil, nil, p, err
			}
			p.Text, p.At = text, last.To
			return &Expr{Kind: Ref, Path: f.Path, Field: key, Rel: last, Filtered: f, Type: key.Type}, parts[1:], p, nil
		}
		p, err := lookup.Walk(last.To, text, parts[1:])
		if err != nil {
			return nil, nil, p, err
		}
		e, err := column(p, f.Path)
		if e != nil {
			e.Filtered = f
		}
		return e, p.Rest, p, err
	}
	if p, err = lookup.Walk(q.Model, text, parts, q.names()...); err != nil {
		return nil, nil, p, err
	}
	e, err = column(p, nil)
	return e, p.Rest, p, err
}

// column returns the column at the end of a path: its field, or the key of
// the row that its last relation leads to.
func column(p lookup.Path, before []*modelinfo.Relation) (*Expr, error) {
	e := &Expr{Kind: Ref, Path: before}
	if len(p.Relations) > 0 {
		e.Path = make([]*modelinfo.Relation, 0, len(before)+len(p.Relations))
		e.Path = append(e.Path, before...)
		for _, r := range p.Relations {
			e.Path = append(e.Path, r.(*modelinfo.Relation))
		}
	}
	if p.Field != nil {
		e.Field = p.Field.(*modelinfo.Field)
	} else {
		e.Rel = e.Path[len(e.Path)-1]
		f, err := KeyOf(e.Rel)
		if err != nil {
			return nil, fmt.Errorf("%w: compare the columns of %q one by one", err, p.Text)
		}
		e.Field = f
	}
	e.Type = e.Field.Type
	return e, nil
}

// KeyOf returns the column of the far end that identifies a relation's rows.
func KeyOf(r *modelinfo.Relation) (*modelinfo.Field, error) {
	switch {
	case r.Kind == modelinfo.BelongsTo && len(r.Pairs) == 1:
		return r.Pairs[0].To, nil
	case r.Kind != modelinfo.BelongsTo && len(r.To.Key) == 1:
		return r.To.Key[0], nil
	}
	return nil, fmt.Errorf("%s.%s has a key of several columns", r.From.Name, r.Name)
}

// transform lays a transform over e.
func transform(q *Query, p lookup.Path, text string, e *Expr, name string) (*Expr, error) {
	if e.Kind == Ref && e.Rel != nil {
		return nil, lookup.Unknown(p, q.Model.Name, name, lookup.At{}, true)
	}
	tr, typ, ok := lookup.TransformOf(name, e.Type)
	if tr.Name != "index" {
		if err := q.checkElement(e); err != nil {
			return nil, err
		}
	}
	at := placeOf(e)
	if c := lookup.CustomOf(name, true, at); c != nil {
		return q.applyTransform(c.Def.(*TransformDef), e)
	}
	if !ok {
		p.Text = text
		return nil, lookup.Unknown(p, q.Model.Name, name, at, false)
	}
	return &Expr{Kind: Transformed, Transform: tr, Type: typ, Args: []*Expr{e}}, nil
}

// checkElement returns an error for fewer indexes than an array has dimensions:
// PostgreSQL's arrays of arrays have no rows of their own.
func (q *Query) checkElement(e *Expr) error {
	if e.Kind != Transformed || e.Transform.Name != "index" || e.Type.Kind != lookup.Array {
		return nil
	}
	more := "one more index"
	if e.Type.Dims > 1 {
		more = fmt.Sprintf("%d more indexes", e.Type.Dims)
	}
	return fmt.Errorf("%s: an element of an array of several dimensions needs an index for each of them (add %s)", q.Model.Name, more)
}

// Name resolves a name: a column, a relation's key, an annotation, with
// transforms behind it ("published__year").
func (q *Query) Name(text string) (*Expr, error) {
	if a := q.Annotation(text); a != nil {
		return &Expr{Kind: Annotated, Ann: a, Type: a.Expr.Type}, nil
	}
	if len(q.Anns)+len(q.Filtered) > 0 || len(q.slots) > 0 {
		return q.nameFresh(text)
	}
	hash := maphash.String(lookupSeed, text)
	if k, ok := q.Model.Columns.Load(hash).(*keptLookup); ok && k.text == text {
		return k.left, nil
	}
	e, err := q.nameFresh(text)
	if err == nil && e.Kind == Ref {
		q.Model.Columns.Store(hash, &keptLookup{text: strings.Clone(text), left: e})
	}
	return e, err
}

// nameFresh resolves a name that is no annotation's.
func (q *Query) nameFresh(text string) (*Expr, error) {
	e, rest, p, err := q.resolveStart(text)
	if err != nil {
		return nil, err
	}
	for i, name := range rest {
		next, err := transform(q, p, text, e, name)
		if err != nil {
			if i == 0 && e.Kind == Ref { // rather a misspelt name than a transform
				_, err = lookup.ResolveName(q.Model, text)
			}
			return nil, err
		}
		e = next
	}
	return e, q.checkElement(e)
}

// operator is the end of a lookup: one that is built in, or one that the
// application registered.
type operator struct {
	op  lookup.Op
	def *LookupDef
}

// operatorOf finds the operator of that name which e has.
func operatorOf(e *Expr, name string) (operator, bool) {
	if e.Kind == Ref && e.Rel != nil { // Django: what is registered is not for relations
		op, ok := lookup.RelationOp(name)
		return operator{op: op}, ok
	}
	if c := lookup.CustomOf(name, false, placeOf(e)); c != nil {
		return operator{def: c.Def.(*LookupDef)}, true
	}
	op, ok := lookup.OpOf(name, e.Type.Kind)
	return operator{op: op}, ok
}

// exactOperator returns the operator of a lookup that names none.
func exactOperator(e *Expr) operator {
	o, _ := operatorOf(e, lookup.Exact.String())
	return o
}

// resolveEnd lays the last names of a lookup over e: transforms, and an
// operator or not.
func (q *Query) resolveEnd(p lookup.Path, text string, e *Expr, names []string) (*Expr, operator, error) {
	var err error
	for i, name := range names {
		if i == len(names)-1 {
			if op, ok := operatorOf(e, name); ok {
				return e, op, q.checkElement(e)
			}
		}
		if e, err = transform(q, p, text, e, name); err != nil {
			return nil, operator{}, err
		}
	}
	return e, exactOperator(e), q.checkElement(e)
}

// keptLookup is a lookup of a column with what it stands for. What is
// registered does not change any more when the first lookup is resolved.
type keptLookup struct {
	text string
	left *Expr
	op   operator
}

var lookupSeed = maphash.MakeSeed()

// resolveLeft resolves the left side and the operator of a lookup. A lookup of
// a column of the model that was resolved before is found by its text.
func (q *Query) resolveLeft(text string) (*Expr, operator, error) {
	if len(q.Anns)+len(q.Filtered) > 0 { // names of the query's own
		return q.resolveFresh(text)
	}
	hash := maphash.String(lookupSeed, text)
	if k, ok := q.Model.Lookups.Load(hash).(*keptLookup); ok && k.text == text {
		return k.left, k.op, nil
	}
	left, op, err := q.resolveFresh(text)
	if err == nil && left.Kind == Ref {
		q.Model.Lookups.Store(hash, &keptLookup{strings.Clone(text), left, op})
	}
	return left, op, err
}

// resolveFresh resolves the left side and the operator of a lookup.
func (q *Query) resolveFresh(text string) (*Expr, operator, error) {
	e, rest, p, err := q.resolveStart(text)
	if err != nil {
		return nil, operator{}, err
	}
	p.Text = text
	return q.resolveEnd(p, text, e, rest)
}

// Resolve returns a condition with its names resolved and its values checked.
func (q *Query) Resolve(c *Cond) (*Cond, error) {
	if err := q.size.plus(sizeOfCond(c)).check(q.Model.Name); err != nil {
		return nil, err
	}
	return q.resolve(c)
}

// resolve is Resolve for a part of something that is measured.
func (q *Query) resolve(c *Cond) (*Cond, error) {
	if c == nil {
		return nil, nil
	}
	switch {
	case c.Err != nil:
		return nil, c.Err
	case c.Left != nil:
		leaf, err := q.compareExpr(c.Left, c.Text, c.Value)
		if err != nil {
			return nil, err
		}
		return &Cond{Leaf: leaf}, nil
	case c.Text != "" || c.Value != nil:
		leaf, err := q.Leaf(c.Text, c.Value)
		if err != nil {
			return nil, err
		}
		return &Cond{Leaf: leaf}, nil
	case c.Expr != nil:
		e, err := q.typed(c.Expr)
		if err != nil {
			return nil, err
		}
		if !e.Conditional() {
			return nil, &ConditionError{Model: q.Model.Name}
		}
		return &Cond{Expr: e}, nil
	case c.Leaf != nil:
		return c, nil
	}
	n := &Cond{Conn: c.Conn, Not: c.Not, Kids: make([]*Cond, 0, len(c.Kids))}
	for _, k := range c.Kids {
		r, err := q.resolve(k)
		if err != nil {
			return nil, err
		}
		n.Kids = append(n.Kids, r)
	}
	return n, nil
}

// ConditionError is an expression that was given as a condition and is neither
// true nor false.
type ConditionError struct{ Model string }

func (e *ConditionError) Error() string {
	return e.Model + ": an expression that is neither true nor false cannot be a condition"
}

// Leaf resolves one comparison.
func (q *Query) Leaf(text string, value any) (*Leaf, error) {
	e, op, err := q.resolveLeft(text)
	if err != nil {
		return nil, err
	}
	return q.compare(text, e, op, value)
}

// compare returns a comparison of an expression.
func (q *Query) compare(text string, e *Expr, op operator, value any) (*Leaf, error) {
	l := &Leaf{}
	return l, q.compareAs(l, text, e, op, value)
}

// compareAs sets l to a comparison of an expression.
func (q *Query) compareAs(l *Leaf, text string, e *Expr, op operator, value any) error {
	*l = Leaf{Left: e, Op: op.op, Def: op.def}
	value, err := q.operands(value)
	if err != nil {
		return err
	}
	s := sideOf(q.Model.Name, e)
	bad := func(want string) error {
		return &ValueError{Lookup: text, Model: s.model, Field: s.name, Value: value, Want: want}
	}
	if l.Def != nil {
		err = q.setCustom(l, s, value, bad)
	} else {
		err = l.setValue(s, value, bad)
	}
	if err == nil && e.Type.Kind == lookup.JSON {
		err = q.checkJSON(l.Value)
	}
	if err == nil {
		err = q.bilateral(l, bad)
	}
	if err == nil && l.Def != nil {
		l.Body, err = q.resolveBody(l.Def.Body, l.Left, l.Value.Expr)
	}
	return err
}

// compareExpr returns a comparison whose left side is an expression.
func (q *Query) compareExpr(left *Expr, text string, value any) (*Leaf, error) {
	e, err := q.expr(left)
	if err != nil {
		return nil, err
	}
	names, err := lookup.Split(q.Model, text)
	if err != nil {
		return nil, err
	}
	e, op, err := q.resolveEnd(lookup.Path{Text: text}, text, e, names)
	if err != nil {
		return nil, err
	}
	return q.compare(text, e, op, value)
}

// operands resolves expressions on the right side. The comparison chooses the
// column of a QuerySet that is all of it.
func (q *Query) operands(v any) (any, error) {
	if e, ok := v.(*Expr); ok && e != nil && e.Kind == Sub && e.Err == nil {
		return q.subquery(e)
	}
	var err error
	v = mapOperands(v, func(e *Expr) *Expr {
		if err == nil {
			e, err = q.expr(e)
		}
		return e
	})
	return v, err
}

// NewFiltered resolves a relation with a condition of its own.
func (q *Query) NewFiltered(name, relation string, cond *Cond) (*Filtered, error) {
	p, err := lookup.ResolveRelation(q.Model, relation)
	if err != nil {
		return nil, err
	}
	f := &Filtered{Name: name}
	for _, r := range p.Relations {
		f.Path = append(f.Path, r.(*modelinfo.Relation))
	}
	if err := q.checkWithin(f, cond); err != nil {
		return nil, err
	}
	with := q.FilterRelation(f)
	f.Cond, err = with.Resolve(cond.withPrefix(relation, name))
	return f, err
}

// OutsideError is a condition of a filtered relation about something that is
// neither the relation's row nor the one that it begins at: there is no place
// to join it.
type OutsideError struct{ Model, Relation, Text string }

func (e *OutsideError) Error() string {
	return fmt.Sprintf("%s: the condition of a filtered relation knows columns of %q and of %s itself, not %q", e.Model, e.Relation, e.Model, e.Text)
}

// checkWithin refuses lookups that leave the relation (Django's
// add_filtered_relation).
func (q *Query) checkWithin(f *Filtered, c *Cond) error {
	if c.Text != "" {
		e, _, _, err := q.resolveStart(c.Text)
		if err != nil {
			return err
		}
		at := e.Path
		if e.Rel != nil && len(at) > len(f.Path) {
			at = at[:len(at)-1] // the key of the next relation is a column of this one, or refused below
		}
		if len(at) > len(f.Path) || !slices.Equal(at, f.Path[:len(at)]) || e.Rel != nil && e.Rel.Kind != modelinfo.BelongsTo && len(e.Path) > len(f.Path) {
			return &OutsideError{q.Model.Name, pathText(f.Path), c.Text}
		}
	}
	for _, k := range c.Kids {
		if err := q.checkWithin(f, k); err != nil {
			return err
		}
	}
	return nil
}

func pathText(path []*modelinfo.Relation) string {
	names := make([]string, len(path))
	for i, r := range path {
		names[i] = r.Name
	}
	return strings.Join(names, lookup.Sep)
}

// withPrefix returns a condition whose texts begin with name in place of the
// relation.
func (c *Cond) withPrefix(relation, name string) *Cond {
	n := c.mapped(func(e *Expr) *Expr { return e }, func(k *Cond) *Cond { return k.withPrefix(relation, name) })
	if rest, ok := strings.CutPrefix(c.Text, relation+lookup.Sep); ok {
		n.Text = name + lookup.Sep + rest
	} else if c.Text == relation {
		n.Text = name
	}
	return n
}
