package modelinfo

import (
	"slices"

	"gorm.io/gorm/schema"
)

// uniqueSet is a set of columns of which no two rows hold the same values.
type uniqueSet struct {
	columns []string // sorted
	// deferrable sets are checked at the end of a statement or a transaction,
	// so ON CONFLICT refuses them.
	deferrable bool
}

// uniqueSets returns the unique sets of a model: the key, and the unique
// indexes and constraints of tags and of Meta that hold for all rows and are
// over columns. It runs while the model is read, because parsing indexes writes
// into GORM's schema.
func uniqueSets(m *Model) []uniqueSet {
	var sets []uniqueSet
	add := func(columns []string, deferrable bool) {
		if len(columns) > 0 {
			sets = append(sets, uniqueSet{slices.Sorted(slices.Values(columns)), deferrable})
		}
	}
	add(columnNames(m.Key), false)
	for _, ix := range m.Schema.ParseIndexes() {
		if ix.Class != "UNIQUE" || ix.Where != "" {
			continue
		}
		if !slices.ContainsFunc(ix.Fields, func(f schema.IndexOption) bool { return f.Expression != "" }) {
			add(indexColumns(ix), false)
		}
	}
	for _, u := range m.Schema.ParseUniqueConstraints() {
		add([]string{u.Field.DBName}, false)
	}
	for _, ix := range m.Meta.Indexes {
		if ix.Unique && ix.Where == "" && len(ix.Expressions) == 0 {
			add(trimmed(ix.Fields), false)
		}
	}
	for _, c := range m.Meta.Constraints {
		add(c.Unique, c.Deferrable != "")
	}
	return sets
}

// Unique reports whether no two rows of the model hold the same values in
// fields, by the key, an index without a condition or a constraint.
func (m *Model) Unique(fields ...*Field) bool { return m.unique(fields, true) }

// Arbiter reports whether ON CONFLICT accepts fields: they are Unique, and
// checked at once.
func (m *Model) Arbiter(fields ...*Field) bool { return m.unique(fields, false) }

func (m *Model) unique(fields []*Field, deferrable bool) bool {
	columns := columnNames(fields)
	slices.Sort(columns)
	return slices.ContainsFunc(m.uniques, func(u uniqueSet) bool {
		return (deferrable || !u.deferrable) && slices.Equal(u.columns, columns)
	})
}
