// Package diagram draws models and their relations, as Mermaid and as SVG.
package diagram

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Diagram is models and the relations between them.
type Diagram struct {
	boxes []*box
	edges []edge
}

// box is a model.
type box struct {
	name string
	rows []row
	// layer, x, y and height are the place in an SVG.
	layer, x, y, height int
}

// row is a column of a model.
type row struct {
	name, typ    string
	key, foreign bool
}

// edge is a relation.
type edge struct {
	from, to *box // to refers to from
	label    string
	column   string // of to, "" for a many-to-many relation
	nullable bool
	one      bool // to has at most one row for a row of from
	many     bool // many-to-many
	loose    bool // polymorphic, without a constraint
}

// New returns the diagram of models and those that they reach. It is limited to
// the models that only names by Go type or table, if it names some, and has no
// columns if bare is set.
func New(db *gorm.DB, all []any, only []string, bare bool) (*Diagram, error) {
	r := modelinfo.Of(db)
	if err := r.Know(all); err != nil {
		return nil, err
	}
	var list []*modelinfo.Model
	for _, one := range all {
		m, err := r.Model(reflect.TypeOf(one))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	more := slices.DeleteFunc(r.All(), func(m *modelinfo.Model) bool { return slices.Contains(list, m) })
	slices.SortFunc(more, func(a, b *modelinfo.Model) int { return strings.Compare(a.Name, b.Name) })
	list, err := chosen(append(list, more...), only)
	if err != nil {
		return nil, err
	}
	d, boxes := &Diagram{}, map[*modelinfo.Model]*box{}
	for _, m := range list {
		boxes[m] = boxOf(m, bare)
		d.boxes = append(d.boxes, boxes[m])
	}
	for _, m := range list {
		if err := d.relations(m, boxes); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// chosen returns the models of names, all without names.
func chosen(list []*modelinfo.Model, only []string) ([]*modelinfo.Model, error) {
	if len(only) == 0 {
		return list, nil
	}
	var out []*modelinfo.Model
	for _, name := range only {
		i := slices.IndexFunc(list, func(m *modelinfo.Model) bool { return m.Name == name || m.Table == name })
		if i < 0 {
			var names []string
			for _, m := range list {
				names = append(names, m.Name)
			}
			near := lookup.Nearest(name, names)
			if near != "" {
				near = fmt.Sprintf(" (did you mean %q?)", near)
			}
			return nil, fmt.Errorf("no model %q%s; choices are %s", name, near, strings.Join(names, ", "))
		}
		out = append(out, list[i])
	}
	return out, nil
}

// boxOf returns the box of a model.
func boxOf(m *modelinfo.Model, bare bool) *box {
	b := &box{name: m.Name}
	if bare {
		return b
	}
	for _, f := range m.Fields {
		foreign := slices.ContainsFunc(m.Relations, func(r *modelinfo.Relation) bool {
			return r.Kind == modelinfo.BelongsTo && f.Keys(r)
		})
		b.rows = append(b.rows, row{name: f.Column, typ: f.SQLType, key: f.PrimaryKey, foreign: foreign})
	}
	return b
}

// relations adds the edges from a model.
func (d *Diagram) relations(m *modelinfo.Model, boxes map[*modelinfo.Model]*box) error {
	keys, err := m.DB.Referrers(m)
	if err != nil {
		return err
	}
	for _, k := range keys {
		to := boxes[k.From]
		if k.Link || to == nil {
			continue
		}
		e := edge{from: boxes[m], to: to, nullable: k.Nullable(), loose: len(k.Fixed) > 0, column: k.Pairs[0].From.Column}
		if e.label = e.column; k.Direct != nil {
			e.label = k.Direct.Name
		} else if k.Reverse != nil {
			e.label = k.Reverse.Name
		}
		var fields []*modelinfo.Field
		for _, p := range k.Pairs {
			fields = append(fields, p.From)
		}
		e.one = !e.loose && k.From.Unique(fields...)
		d.edges = append(d.edges, e)
	}
	for _, r := range m.Relations {
		if r.Kind != modelinfo.ManyToMany || !r.Through.Own || boxes[r.To] == nil || r.Rel == nil {
			continue
		}
		drawn := slices.ContainsFunc(d.edges, func(e edge) bool { return e.many && e.label == r.Through.Table })
		if !drawn {
			d.edges = append(d.edges, edge{from: boxes[m], to: boxes[r.To], label: r.Through.Table, many: true})
		}
	}
	return nil
}
