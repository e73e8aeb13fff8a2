package modelinfo

import (
	"cmp"
	"slices"

	"gorm.io/gorm/schema"
)

// through returns the table of a many-to-many relation as a model. GORM makes a
// struct for the table unless the application has one.
func (b *builder) through(s *schema.Schema) *Model {
	if b.joins == nil {
		b.joins = map[string]*Model{}
	}
	if m := b.joins[s.Table]; m != nil {
		return m
	}
	m := &Model{Name: cmp.Or(s.Name, s.Table), Type: s.ModelType, Table: s.Table, Schema: s, DB: b.r,
		fields: map[string]*Field{}, relations: map[string]*Relation{}}
	b.joins[s.Table] = m
	for _, name := range s.DBNames {
		b.field(m, s.FieldsByDBName[name])
	}
	b.behaviors(m)
	return m
}

// hops returns the joins of a relation, that of the table between first.
func hops(r *Relation) []*Hop {
	if r.Kind != ManyToMany {
		return []*Hop{{Rel: r, From: r.From, To: r.To, Pairs: r.Pairs, Fixed: r.Fixed,
			Many: r.Kind == HasMany, Direct: r.Kind == BelongsTo, Nullable: r.Nullable}}
	}
	link := r.Through.Model
	first := &Hop{Rel: r, From: r.From, To: link, Many: true, Nullable: true, Fixed: r.Fixed}
	for _, p := range r.Through.From {
		first.Pairs = append(first.Pairs, Pair{p.Ref, p.Field})
	}
	second := &Hop{Rel: r, From: link, To: r.To, Direct: true}
	for _, p := range r.Through.To {
		second.Pairs = append(second.Pairs, Pair{p.Field, p.Ref})
		second.Nullable = second.Nullable || p.Field.Nullable
	}
	return []*Hop{first, second}
}

// Back returns the relation from the other end of a many-to-many relation: the
// other model's if it has one, else one without a name.
func (r *Relation) Back() *Relation {
	for _, o := range r.To.Relations {
		if o.Kind == ManyToMany && o.To == r.From && o.Through.Table == r.Through.Table && samePairs(o.Through.From, r.Through.To) && samePairs(o.Through.To, r.Through.From) {
			return o
		}
	}
	back := &Relation{Kind: ManyToMany, From: r.To, To: r.From, Nullable: true, Through: r.Through.turned()}
	back.Hops = hops(back)
	return back
}

// turned returns the table between as it is seen from the other end.
func (t Through) turned() *Through {
	t.From, t.To = t.To, t.From
	return &t
}

// SameWay reports whether two many-to-many relations use the same table in the
// same direction.
func (r *Relation) SameWay(o *Relation) bool {
	return r.Through.Table == o.Through.Table && samePairs(r.Through.From, o.Through.From) && samePairs(r.Through.To, o.Through.To)
}

func samePairs(a, b []ThroughPair) bool {
	return slices.EqualFunc(a, b, func(x, y ThroughPair) bool { return x.Column == y.Column && x.Ref == y.Ref })
}

// Direct returns the relation of To that is the same foreign key from the other
// end, nil if To has none with a Go field.
func (r *Relation) Direct() *Relation {
	for _, o := range r.To.Relations {
		if o.Kind == BelongsTo && o.To == r.From && o.Rel != nil && len(r.Fixed) == 0 && len(o.Pairs) == len(r.Pairs) &&
			!slices.ContainsFunc(r.Pairs, func(p Pair) bool { return !slices.Contains(o.Pairs, Pair{p.To, p.From}) }) {
			return o
		}
	}
	return nil
}

// Same reports whether two hops join the same tables by the same columns, as a
// many-to-many relation and the relations of its own model do.
func (h *Hop) Same(o *Hop) bool {
	return h == o || h != nil && o != nil && h.From == o.From && h.To == o.To && slices.Equal(h.Pairs, o.Pairs) && slices.Equal(h.Fixed, o.Fixed) &&
		h.Many == o.Many && h.Direct == o.Direct
}
