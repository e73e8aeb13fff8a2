package compile

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// shape is how a query is written.
type shape struct {
	// one selects a constant in place of columns: EXISTS.
	one bool
	// unordered leaves the order out where it makes no difference.
	unordered bool
	// bare selects as little as counting needs.
	bare bool
	// unlimited leaves the slice to the query around.
	unlimited bool
	// nested is a query within another.
	nested bool
	// named writes a name for every column.
	named bool
}

// plan is what a query selects, groups and orders by.
type plan struct {
	sel     []selected
	objects []Object
	extra   []ordered // terms of the order that DISTINCT needs to see
	order   []term
	where   *node
	having  *node
	qualify *node
	group   []grouped
}

// selected is a column of the result.
type selected struct {
	x    *expr
	name string // "" for a column of an object
	key  string // its SQL, "" before the first use
}

// term is a term of the order.
type term struct {
	ordered
	position int // in what is selected, 0 for none
}

// grouped is a term of GROUP BY.
type grouped struct {
	x        *expr
	position int
}

// sqlKey returns an expression's SQL with its arguments: equal expressions have
// equal keys.
func (b *builder) sqlKey(x *expr) string {
	m := b.mark()
	switch b.expr(x) {
	case empty:
		b.back(m)
		return "FALSE"
	case full:
		b.back(m)
		return "TRUE"
	}
	key := string(b.buf[m.buf:])
	for _, a := range b.args[m.args:] {
		key += argKey(a)
	}
	b.back(m)
	return key
}

// argKey returns a text that is equal for equal arguments.
func argKey(a any) string { return fmt.Sprintf("\x00%T%v", a, a) }

// sameAs returns the position of the column that is written as x, 0 if there is
// none.
func (p *plan) sameAs(b *builder, x *expr) int {
	key := b.sqlKey(x)
	for i := range p.sel {
		if p.keyOf(b, i) == key {
			return i + 1
		}
	}
	return 0
}

func (p *plan) keyOf(b *builder, i int) string {
	if p.sel[i].key == "" {
		p.sel[i].key = b.sqlKey(p.sel[i].x)
	}
	return p.sel[i].key
}

// plan plans columns, order and groups. All joins are known after it.
func (b *builder) plan(s shape) *plan {
	p := &plan{}
	switch {
	case s.one && b.q.Set == nil:
		b.ensureRoot()
	case s.bare && !b.q.Distinct && b.q.Set == nil:
		b.bareColumns(p)
	case b.chosen:
		p.selectColumns(b.cols)
		b.ensureRoot()
	default:
		b.objectColumns(p)
	}
	if !s.unordered || b.q.Sliced() && b.q.Distinct || len(b.q.On) > 0 {
		b.orderBy(p)
	}
	if s.one && (!b.q.Distinct || !b.q.Sliced()) {
		p.order, p.extra = nil, nil
	}
	b.distinctOn()
	p.where, p.having, p.qualify = b.splitCond(b.where, false, b.group != ungrouped)
	b.groupBy(p)
	return p
}

func (p *plan) selectColumns(columns []column) {
	for _, c := range columns {
		p.sel = append(p.sel, selected{x: c.x, name: c.name})
	}
}

// bareColumns select what counting needs: nothing, but where groups are
// counted.
func (b *builder) bareColumns(p *plan) {
	b.ensureRoot()
	if agg, _ := b.aggregates(); agg && !b.chosen {
		b.group, b.groups = byColumns, b.refs(0, b.q.Model.Key)
	}
	if b.chosen {
		for _, c := range b.cols {
			if c.ann == nil {
				p.sel = append(p.sel, selected{x: c.x, name: c.name})
			}
		}
	}
	for _, a := range b.anns {
		if !a.of.Hidden && len(a.x.groupColumns(nil)) > 0 {
			p.sel = append(p.sel, selected{x: a.x, name: a.of.Name})
		}
	}
	if _, _, over := b.splitCond(b.where, false, b.group != ungrouped); over != nil {
		// A window is computed over whole rows: nothing is left out.
		p.sel = nil
		if b.chosen {
			p.selectColumns(b.cols)
		} else {
			b.objectColumns(p)
			p.objects = nil
		}
	}
}

// objectColumns select the objects and the annotations.
func (b *builder) objectColumns(p *plan) {
	b.useRoot()
	root := Object{Model: b.q.Model, Parent: -1}
	p.sel = make([]selected, 0, len(b.q.Model.Reads)+len(b.anns))
	root.Fields = b.selectFields(p, 0, nil, b.q.Model)
	p.objects = append(p.objects, root)
	if b.q.Related != nil {
		b.selectRelated(p, b.q.Related, 0, nil)
	}
	for _, a := range b.anns {
		if !a.of.Hidden {
			p.sel = append(p.sel, selected{x: a.x, name: a.of.Name})
		}
	}
}

// selectFields selects the columns of the object at the end of path that are
// loaded.
func (b *builder) selectFields(p *plan, at int, path []*modelinfo.Relation, m *modelinfo.Model) []*modelinfo.Field {
	fields := m.Reads
	if b.q.Mask != nil || m.Defers {
		fields = slices.DeleteFunc(slices.Clone(fields), func(f *modelinfo.Field) bool {
			return !b.q.Loads(path, f) && (at != 0 || f != b.ownerColumn)
		})
	}
	for _, x := range b.refs(at, fields) {
		p.sel = append(p.sel, selected{x: x})
	}
	return fields
}

// selectRelated selects joined objects.
func (b *builder) selectRelated(p *plan, t *query.Tree, parent int, path []*modelinfo.Relation) {
	for _, k := range t.Kids {
		to := append(slices.Clip(path), k.Rel)
		if k.Rel.Kind == modelinfo.BelongsTo {
			for _, pair := range k.Rel.Pairs {
				if !b.q.Mask.Loads(path, pair.From) {
					b.fail(&lookup.Error{Model: k.Rel.From.Name, Text: k.Rel.Name, Part: k.Rel.Name, Reason: lookup.Deferred})
				}
			}
		}
		s := b.setup(to, nil, nil, true)
		at := s.joins[len(s.joins)-1]
		o := Object{Model: k.Rel.To, Parent: parent, Rel: k.Rel}
		o.Fields = b.selectFields(p, at, to, k.Rel.To)
		p.objects = append(p.objects, o)
		b.selectRelated(p, k, len(p.objects)-1, to)
	}
}

// errOrder is what PostgreSQL would say too.
var errOrder = errors.New("the order of a set operation names a column that its parts do not select")

// orderBy plans the order.
func (b *builder) orderBy(p *plan) {
	terms, err := b.q.Orders()
	if err != nil {
		b.fail(err)
		return
	}
	if b.q.Set != nil {
		b.setOrder(p, terms)
		return
	}
	var seen []string
	for _, o := range terms {
		t := term{ordered: ordered{desc: o.Desc, nulls: o.Nulls, byDefault: o.Default}}
		if o.Random {
			p.order = append(p.order, t)
			continue
		}
		t.x = b.resolve(o.Expr, nil)
		if len(terms) > 1 {
			key := b.sqlKey(t.x)
			if slices.Contains(seen, key) { // a column named twice: its first place decides
				continue
			}
			seen = append(seen, key)
		}
		t.position = b.position(p, o.Expr, t.x)
		p.order = append(p.order, t)
	}
	if b.q.Distinct && len(b.q.On) == 0 {
		for i, t := range p.order {
			at := t.position
			if at == 0 && t.x != nil {
				at = p.sameAs(b, t.x)
			}
			if at == 0 {
				p.extra = append(p.extra, t.ordered)
				at = len(p.sel) + len(p.extra)
			}
			p.order[i].position = at
		}
	}
}

// position finds a term among what is selected by a name.
func (b *builder) position(p *plan, e *query.Expr, x *expr) int {
	if e.Kind != query.Annotated && x.field != nil && !b.chosen {
		return 0
	}
	for i, s := range p.sel {
		if s.x == x || e.Kind == query.Annotated && s.name == e.Ann.Name {
			return i + 1
		}
	}
	if x.field == nil && b.group != ungrouped {
		key := b.sqlKey(x)
		for i, s := range p.sel {
			if s.x.field == nil && p.keyOf(b, i) == key {
				return i + 1
			}
		}
	}
	return 0
}

// groupBy plans GROUP BY (Django's SQLCompiler.get_group_by).
func (b *builder) groupBy(p *plan) {
	if b.group == ungrouped {
		return
	}
	exprs := make([]*expr, 0, len(p.sel)+len(b.groups))
	explicit := map[*expr]bool{}
	if b.group == byColumns {
		for _, g := range b.groups {
			explicit[g] = true
			exprs = append(exprs, g)
		}
	}
	position := map[*expr]int{}
	for i, s := range p.sel {
		if s.name != "" {
			position[s.x] = i + 1
		}
		if explicit[s.x] {
			continue
		}
		exprs = s.x.groupColumns(exprs)
	}
	for _, o := range p.order {
		if o.x == nil || o.position > 0 && o.position <= len(p.sel) || o.byDefault {
			continue
		}
		exprs = o.x.groupColumns(exprs)
	}
	having := p.having.groupColumns(nil)
	exprs = append(exprs, having...)
	exprs = b.byKeys(exprs, having)
	seen := map[string]bool{}
	for _, x := range exprs {
		m := b.mark()
		t := b.expr(x)
		b.back(m)
		if t != open {
			continue
		}
		key := b.sqlKey(x)
		if seen[key] {
			continue
		}
		seen[key] = true
		g := grouped{x: x, position: position[x]}
		if x.field != nil {
			g.position = 0
		}
		p.group = append(p.group, g)
	}
	single := len(p.group) == 0 && slices.ContainsFunc(p.sel, func(s selected) bool { return s.x != nil && s.x.agg }) // all rows are one group
	if len(p.order) > 0 && p.order[0].byDefault && (len(p.group) > 0 || single) {                                     // the model's own order does not split groups
		p.order = nil
	}
}

// byKeys leaves the columns out that depend on a primary key which is there
// too.
func (b *builder) byKeys(exprs, having []*expr) []*expr {
	type table struct {
		b  *builder
		at int
	}
	keys := map[table]int{}
	for i, x := range exprs {
		if x.field != nil && x.field.PrimaryKey && !slices.ContainsFunc(exprs[:i], x.same) {
			keys[table{x.b, x.at}]++
		}
	}
	var out []*expr
	for _, x := range exprs {
		if x.field != nil && !x.field.PrimaryKey && !slices.Contains(having, x) {
			m := x.b.alias[x.at].model
			if n := keys[table{x.b, x.at}]; n > 0 && n == len(m.Key) {
				continue
			}
		}
		out = append(out, x)
	}
	return out
}

// columns describes what is selected beside objects.
func (p *plan) columns() []Column {
	var out []Column
	n := 0
	for _, o := range p.objects {
		n += len(o.Fields)
	}
	for _, s := range p.sel[n:] {
		c := Column{Name: s.name, Type: s.x.typ(), Field: s.x.field}
		if s.x.e.Kind == query.Sub && c.Type.Kind == lookup.Other && s.x.sub != nil {
			if t, ok := s.x.e.Sub.OnlyColumn(); ok {
				c.Type = t
			}
		}
		out = append(out, c)
	}
	return out
}
