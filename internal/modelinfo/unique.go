package modelinfo

import "slices"

// uniques are the sets of columns of which no two rows hold the same values, and on which an insert can give
// way: the key, and unique indexes and constraints without a condition that are checked at once. It runs while the model is read,
// because parsing indexes writes into GORM's schema.
func uniques(m *Model) [][]string {
	var all [][]string
	add := func(columns []string) {
		if len(columns) > 0 {
			columns = slices.Clone(columns)
			slices.Sort(columns)
			all = append(all, columns)
		}
	}
	add(columnNames(m.Key))
	for _, ix := range m.Schema.ParseIndexes() {
		if ix.Class != "UNIQUE" || ix.Where != "" {
			continue
		}
		var columns []string
		for _, f := range ix.Fields {
			if f.Expression != "" {
				columns = nil
				break
			}
			columns = append(columns, f.DBName)
		}
		add(columns)
	}
	for _, u := range m.Schema.ParseUniqueConstraints() {
		add([]string{u.Field.DBName})
	}
	for _, ix := range m.Meta.Indexes {
		if ix.Unique && ix.Where == "" && len(ix.Expressions) == 0 {
			add(trimmed(ix.Fields))
		}
	}
	for _, c := range m.Meta.Constraints {
		if c.Deferrable == "" {
			add(c.Unique)
		}
	}
	return all
}

// Unique says that no two rows hold the same values in the columns, whatever constraint sees to it.
func (m *Model) Unique(fields []*Field) bool {
	columns := columnNames(fields)
	slices.Sort(columns)
	return slices.ContainsFunc(m.uniques, func(u []string) bool { return slices.Equal(u, columns) })
}
