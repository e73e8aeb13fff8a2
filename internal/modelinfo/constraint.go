package modelinfo

import (
	"slices"

	"gorm.io/gorm"
)

// ConstraintColumns gives the columns of a unique constraint or index, or of a
// foreign key, by its name in the database, from the models read so far. nil when no
// model says anything of it: PostgreSQL does not name the columns of a violation.
func ConstraintColumns(db *gorm.DB, table, constraint string) []string {
	for _, m := range Of(db).All() {
		if m.Table != table {
			continue
		}
		if cols := m.constraintColumns(constraint); cols != nil {
			return cols
		}
	}
	return nil
}

func (m *Model) constraintColumns(name string) []string {
	if name == m.Table+"_pkey" {
		return columnNames(m.Key)
	}
	for _, ix := range m.Schema.ParseIndexes() {
		if ix.Name != name {
			continue
		}
		var cols []string
		for _, f := range ix.Fields {
			cols = append(cols, f.DBName)
		}
		return cols
	}
	for _, u := range m.Schema.ParseUniqueConstraints() {
		if u.Name == name {
			return []string{u.Field.DBName}
		}
	}
	for _, rel := range relationships(m.Schema) {
		if c := rel.ParseConstraint(); c != nil && c.Name == name && c.Schema == m.Schema {
			var cols []string
			for _, f := range c.ForeignKeys {
				cols = append(cols, f.DBName)
			}
			return cols
		}
	}
	for _, ix := range m.Meta.Indexes {
		if ix.Name == name {
			return trimmed(ix.Fields)
		}
	}
	for _, c := range m.Meta.Constraints {
		if c.Name == name && len(c.Unique) > 0 {
			return slices.Clone(c.Unique)
		}
	}
	return nil
}

func columnNames(fields []*Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}
