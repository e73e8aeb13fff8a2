package modelinfo

import (
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// ConstraintColumns returns the columns of a unique constraint or index, or of
// a foreign key, by its name in the database. It knows the models read so far
// and returns nil for other names. PostgreSQL does not name the columns of a
// violation.
func ConstraintColumns(db *gorm.DB, table, constraint string) []string {
	for _, m := range Of(db).All() {
		if m.TableName() == table && m.constraints[constraint] != nil {
			return m.constraints[constraint]
		}
	}
	return nil
}

// constraints collects the constraints of GORM's tags and of Meta. It must run
// while the model is read, since parsing indexes writes into GORM's schema.
func constraints(m *Model) map[string][]string {
	all := map[string][]string{}
	if len(m.Key) > 0 {
		all[m.TableName()+"_pkey"] = columnNames(m.Key)
	}
	for _, ix := range m.Schema.ParseIndexes() {
		if ix.Name == "-" { // the column's foreign key gets no index
			continue
		}
		all[ix.Name] = indexColumns(ix)
	}
	for _, u := range m.Schema.ParseUniqueConstraints() {
		all[u.Name] = []string{u.Field.DBName}
	}
	for _, rel := range relationships(m.Schema) {
		if c := rel.ParseConstraint(); c != nil && c.Schema == m.Schema {
			all[c.Name] = nil
			for _, f := range c.ForeignKeys {
				all[c.Name] = append(all[c.Name], f.DBName)
			}
		}
	}
	for _, ix := range m.Meta.Indexes {
		all[ix.Name] = trimmed(ix.Fields)
	}
	for _, c := range m.Meta.Constraints {
		if len(c.Unique)+len(c.Expressions) > 0 {
			all[c.Name] = c.Unique
		}
	}
	return all
}

// indexColumns returns the columns of an index of GORM's tags.
func indexColumns(ix *schema.Index) []string {
	var names []string
	for _, f := range ix.Fields {
		names = append(names, f.DBName)
	}
	return names
}

func columnNames(fields []*Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Column)
	}
	return names
}
