package modelinfo

import (
	"slices"
	"strings"

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
		if c.Where == "" && len(c.Expressions) == 0 {
			add(c.Unique, c.Deferrable != "")
		}
	}
	return sets
}

// Unique reports whether no two rows of the model hold the same values in
// fields, by the key, an index without a condition or a constraint. Deleted
// rows of a soft delete do not count.
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

// LiveRows returns the SQL condition of the rows that unique indexes over
// columns are about: those that no soft delete has marked. It is "" where they
// are about all rows.
func (m *Model) LiveRows(columns []string) string {
	f := m.SoftDelete
	if f == nil || m.Meta.UniqueDeleted || slices.Contains(columns, f.Column) {
		return ""
	}
	column := `"` + strings.ReplaceAll(f.Column, `"`, `""`) + `"`
	if m.Live == nil {
		return column + " IS NULL"
	}
	text, err := literal(m.Live)
	if err != nil {
		return ""
	}
	return column + " = " + text
}
