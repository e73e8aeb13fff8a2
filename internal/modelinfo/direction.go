package modelinfo

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/schema"
)

// checkDirection refuses a field of one struct that GORM takes for a has-one
// though its own model has the columns of a belongs-to. GORM looks for a
// has-one first, so a column of the same name in the other model reverses the
// foreign key.
func checkDirection(m *Model, rel *schema.Relationship) error {
	if rel.Type != schema.HasOne || rel.Polymorphic != nil {
		return nil
	}
	own := belongsToColumns(m.Schema, rel)
	var taken []string
	for _, ref := range rel.References {
		taken = append(taken, ref.ForeignKey.Name)
	}
	if own == nil || symmetric(rel, own) {
		return nil
	}
	to := rel.FieldSchema.Name
	keep := fmt.Sprintf("write `gorm:\"foreignKey:%s\"` if %s refers to %s", strings.Join(taken, ","), to, m.Name)
	if slices.Equal(taken, own) {
		keep = "rename one of the two columns"
	}
	return fmt.Errorf("gormango: model %s: relation %s: GORM takes it for a has-one by %s.%s, and %s.%s may be its foreign key (write `gorm:\"belongsTo;foreignKey:%s\"` if %s refers to %s; else %s)",
		m.Name, rel.Name, to, strings.Join(taken, ", "), m.Name, strings.Join(own, ", "), strings.Join(own, ","), m.Name, to, keep)
}

// belongsToColumns returns the names of the fields of s by which the relation
// would be a belongs-to according to GORM's rules, nil if there are none.
func belongsToColumns(s *schema.Schema, rel *schema.Relationship) []string {
	to := rel.FieldSchema
	keys := to.PrimaryFields
	if tag := tagColumns(rel.Field, "REFERENCES"); tag != nil {
		keys = nil
		for _, name := range tag {
			f := to.LookUpField(name)
			if f == nil {
				return nil
			}
			keys = append(keys, f)
		}
	}
	var own []string
	add := func(f *schema.Field) bool {
		if f != nil {
			own = append(own, f.Name)
		}
		return f != nil
	}
	if tag := tagColumns(rel.Field, "FOREIGNKEY"); tag != nil {
		for _, name := range tag {
			if !add(s.LookUpField(name)) {
				return nil
			}
		}
		if len(own) != len(keys) {
			return nil
		}
		return own
	}
	for _, key := range keys {
		names := []string{rel.Field.Name + key.Name}
		if len(keys) == 1 {
			names = append(names, rel.Field.Name+"ID", rel.Field.Name+"Id")
		}
		if !slices.ContainsFunc(names, func(name string) bool {
			f := s.LookUpFieldByBindName(rel.Field.BindNames, name)
			if f == nil {
				f = s.LookUpField(name)
			}
			return add(f)
		}) {
			return nil
		}
	}
	return own
}

// symmetric reports whether the has-one refers to the fields own themselves, so
// that the two directions join the same columns.
func symmetric(rel *schema.Relationship, own []string) bool {
	return len(own) == len(rel.References) && !slices.ContainsFunc(rel.References, func(ref *schema.Reference) bool {
		return ref.PrimaryKey == nil || !slices.Contains(own, ref.PrimaryKey.Name)
	})
}

// tagColumns returns the columns that a setting of a field's tag names.
func tagColumns(f *schema.Field, setting string) []string {
	text := f.TagSettings[setting]
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}
