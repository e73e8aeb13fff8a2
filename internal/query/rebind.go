package query

import (
	"reflect"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Rebound returns q over the models of another database, as find knows them
// there: the same columns and relations by their names.
func (q *Query) Rebound(find func(reflect.Type) (*modelinfo.Model, error)) (*Query, error) {
	r := &rebinder{find: find, models: map[*modelinfo.Model]*modelinfo.Model{}, anns: map[*Annotation]*Annotation{}, filtered: map[*Filtered]*Filtered{}}
	out := r.query(q)
	return out, r.err
}

// rebinder copies a tree. What stands for itself, an annotation or a filtered
// relation, is copied once.
type rebinder struct {
	find     func(reflect.Type) (*modelinfo.Model, error)
	models   map[*modelinfo.Model]*modelinfo.Model
	anns     map[*Annotation]*Annotation
	filtered map[*Filtered]*Filtered
	err      error
}

func (r *rebinder) model(m *modelinfo.Model) *modelinfo.Model {
	if to, ok := r.models[m]; ok {
		return to
	}
	to, err := r.find(m.Type)
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		to = m
	}
	r.models[m] = to
	return to
}

func (r *rebinder) field(f *modelinfo.Field) *modelinfo.Field {
	if f == nil || f.Model == nil {
		return f
	}
	if to := r.model(f.Model).Field(f.Column); to != nil {
		return to
	}
	return f
}

func (r *rebinder) relation(rel *modelinfo.Relation) *modelinfo.Relation {
	if rel == nil {
		return nil
	}
	if to := r.model(rel.From).Relation(rel.Name); to != nil {
		return to
	}
	return rel
}

func (r *rebinder) path(path []*modelinfo.Relation) []*modelinfo.Relation {
	if path == nil {
		return nil
	}
	out := make([]*modelinfo.Relation, len(path))
	for i, rel := range path {
		out[i] = r.relation(rel)
	}
	return out
}

func (r *rebinder) query(q *Query) *Query {
	if q == nil {
		return nil
	}
	n := q.clone()
	n.Model = r.model(q.Model)
	n.Fence = r.fence(q.Fence)
	n.Steps = each(q.Steps, func(s Step) Step {
		s.Cond, s.Ann, s.Columns = r.cond(s.Cond), r.annotation(s.Ann), r.columns(s.Columns)
		if s.Combine != nil {
			s.Combine = &Combine{s.Combine.Conn, r.query(s.Combine.Other)}
		}
		return s
	})
	n.Anns = each(q.Anns, r.annotation)
	n.Filtered = each(q.Filtered, r.filter)
	n.Columns = r.columns(q.Columns)
	n.Order = each(q.Order, func(o Order) Order {
		o.Expr = r.expr(o.Expr)
		return o
	})
	n.On = each(q.On, r.expr)
	n.Related = r.tree(q.Related)
	n.Prefetched = each(q.Prefetched, func(p Prefetch) Prefetch {
		p.Path = each(p.Path, func(l Link) Link { return Link{r.relation(l.Rel), l.Field} })
		p.With = r.query(p.With)
		return p
	})
	if q.Set != nil {
		n.Set = &Set{Op: q.Set.Op, All: q.Set.All, Parts: each(q.Set.Parts, r.query)}
	}
	return n
}

func (r *rebinder) tree(t *Tree) *Tree {
	if t == nil {
		return nil
	}
	return &Tree{Rel: r.relation(t.Rel), Kids: each(t.Kids, r.tree)}
}

func (r *rebinder) annotation(a *Annotation) *Annotation {
	if a == nil {
		return nil
	}
	if to, ok := r.anns[a]; ok {
		return to
	}
	to := &Annotation{Name: a.Name, Hidden: a.Hidden, size: a.size}
	r.anns[a] = to
	to.Expr = r.expr(a.Expr)
	return to
}

func (r *rebinder) filter(f *Filtered) *Filtered {
	if f == nil {
		return nil
	}
	if to, ok := r.filtered[f]; ok {
		return to
	}
	to := &Filtered{Name: f.Name, Path: r.path(f.Path)}
	r.filtered[f] = to
	to.Cond = r.cond(f.Cond)
	return to
}

func (r *rebinder) columns(c *Columns) *Columns {
	if c == nil {
		return nil
	}
	return &Columns{Grouped: c.Grouped, Names: each(c.Names, func(n Column) Column {
		n.Ann, n.Expr = r.annotation(n.Ann), r.expr(n.Expr)
		return n
	})}
}

func (r *rebinder) cond(c *Cond) *Cond {
	if c == nil {
		return nil
	}
	n := c.mapped(r.expr, r.cond)
	if n.Leaf != nil {
		v := &n.Leaf.Value
		v.Sub, v.Fields = r.query(v.Sub), each(v.Fields, r.field)
	}
	return n
}

func (r *rebinder) expr(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	n := e.mapped(r.expr, r.cond)
	n.Path, n.Field, n.Rel = r.path(e.Path), r.field(e.Field), r.relation(e.Rel)
	n.Filtered, n.Ann, n.Sub = r.filter(e.Filtered), r.annotation(e.Ann), r.query(e.Sub)
	return n
}

// fence returns the same fence over the models of the other database.
func (r *rebinder) fence(f *Fence) *Fence {
	if f == nil {
		return nil
	}
	return &Fence{Path: f.Path, Key: r.field(f.Key), Column: f.Column, Value: f.Value, root: r.model(f.root),
		way: &Way{Path: each(f.way.Path, r.relation), Field: r.field(f.way.Field)}}
}
