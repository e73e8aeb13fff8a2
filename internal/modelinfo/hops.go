package modelinfo

import (
	"gorm.io/gorm/schema"
)

// through gives the table between the ends of a many-to-many relation as a
// model. GORM makes a struct for it unless the application named one.
func (b *builder) through(s *schema.Schema) *Model {
	if b.joins == nil {
		b.joins = map[string]*Model{}
	}
	if m := b.joins[s.Table]; m != nil {
		return m
	}
	m := &Model{Name: s.Name, Type: s.ModelType, Table: s.Table, Schema: s, DB: b.r, fields: map[string]*Field{}, relations: map[string]*Relation{}}
	if m.Name == "" {
		m.Name = s.Table
	}
	b.joins[s.Table] = m
	for _, name := range s.DBNames {
		b.field(m, s.FieldsByDBName[name])
	}
	return m
}

func (b *builder) throughColumn(m *Model, f *schema.Field) *Field { return m.fields[f.DBName] }

// hops are the joins of a relation: the table between has its row first.
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
