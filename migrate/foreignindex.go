package migrate

import (
	"slices"
	"strings"
)

// indexForeignKeys adds an index on the columns of each foreign key, unless
// another index serves or a tag says no. Without one, deleting a referenced row
// reads the whole table.
func (b *stateBuilder) indexForeignKeys() {
	for _, t := range b.state.Ordered() {
		for _, fk := range t.ForeignKeys {
			if slices.Contains(t.unindexed, fk.Columns[0]) || t.Serves(fk.Columns) {
				continue
			}
			x := Index{Name: clip(b.db.NamingStrategy.IndexName(t.Name, strings.Join(fk.Columns, "_"))), Columns: slices.Clone(fk.Columns)}
			if slices.Contains(t.indexNames(), x.Name) { // a partial one, for instance
				x.Name = clip(b.db.NamingStrategy.IndexName(t.Name, strings.Join(fk.Columns, "_")+"_fk"))
			}
			for _, c := range fk.Columns {
				x.Parts = append(x.Parts, quote(c))
			}
			t.Indexes = append(t.Indexes, x)
		}
	}
}

// Serves reports whether an index finds rows by the columns: a key, a unique
// constraint, or an index without a condition that begins with them.
func (t *Table) Serves(columns []string) bool {
	leads := func(of []string) bool {
		return len(of) >= len(columns) && sameSet(of[:len(columns)], columns)
	}
	if leads(t.Key) {
		return true
	}
	for _, c := range t.Constraints {
		if leads(c.Unique) {
			return true
		}
	}
	for _, x := range t.Indexes {
		method := strings.ToLower(x.Method)
		if leads(x.Columns) && !x.partial() && (method == "" || method == "btree" || method == "hash" && len(columns) == 1) {
			return true
		}
	}
	return false
}
