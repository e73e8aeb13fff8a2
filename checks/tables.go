package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/migrate"
)

// tableRules are the checks of models as tables.
var tableRules = []rule{
	{Check{"models.W003", Warning, "a model without a primary key"}, func(_ *subject, m *modelinfo.Model, add adder) {
		if len(m.Key) == 0 && !m.Meta.Unmanaged {
			add("", "no primary key, so no call can save, refresh or delete an object", "embed models.AutoKey or models.UUIDKey, or tag a field primaryKey")
		}
	}},
	{Check{"models.W004", Warning, "a model that relations reach and Config.Models lacks"}, func(s *subject, m *modelinfo.Model, add adder) {
		if !slices.Contains(s.listed, m.Type) {
			add("", "relations reach it, and the list of models does not have it: a delete would miss the rows that refer to it", "add it to Config.Models and migrate.App")
		}
	}},
	{Check{"models.W005", Warning, "a model that repositories refuse"}, func(_ *subject, m *modelinfo.Model, add adder) {
		if u := m.Unsupported; u != nil {
			add(u.Field, fmt.Sprintf("repositories refuse the model: its type %s has %s, and %s", u.Type, strings.Join(u.Methods, ", "), u.Reason), "use plain GORM for it, or another type")
		}
	}},
	{Check{"names.W201", Warning, "a name of more than 63 bytes, which the server cuts"}, longNames},
	{Check{"indexes.W401", Warning, "an index that another one makes redundant"}, redundantIndexes},
	{Check{"indexes.W402", Warning, "a unique index in which soft-deleted rows keep their values"}, uniqueDeleted},
}

// longNames finds names of tables and columns that the server cuts.
func longNames(_ *subject, m *modelinfo.Model, add adder) {
	const most = 63
	if len(m.TableName()) > most {
		add("", fmt.Sprintf("the table's name has %d bytes, and the server keeps %d of them", len(m.TableName()), most), "write a shorter TableName")
	}
	for _, f := range m.Fields {
		if len(f.Column) > most {
			add(f.Column, fmt.Sprintf("the column's name has %d bytes, and the server keeps %d of them", len(f.Column), most), "write a shorter one by the tag column")
		}
	}
}

// redundantIndexes finds indexes whose columns begin another index.
func redundantIndexes(s *subject, m *modelinfo.Model, add adder) {
	t := s.table(m)
	if t == nil {
		return
	}
	for i, x := range t.Indexes {
		if !ordinary(x) || x.Unique {
			continue
		}
		if other := longer(t, i); other != "" {
			add(x.Name, fmt.Sprintf("%s begins with the same columns, so each write pays for an index that no query needs", other), "remove it")
		}
	}
}

// ordinary reports whether an index is a B-tree of all rows over columns and
// nothing else.
func ordinary(x migrate.Index) bool {
	return (x.Method == "" || strings.EqualFold(x.Method, "btree")) && x.Where == "" && x.Option == "" && len(x.Columns) > 0 && len(x.Include) == 0
}

// longer returns what begins with the columns of the index at i and does all
// that the index does, "" if nothing does.
func longer(t *migrate.Table, i int) string {
	x := t.Indexes[i]
	begins := func(parts []string) bool {
		return len(parts) >= len(x.Parts) && slices.Equal(parts[:len(x.Parts)], x.Parts)
	}
	switch {
	case begins(quotedNames(t.Key)):
		return "the primary key"
	case slices.ContainsFunc(t.Constraints, func(c migrate.Constraint) bool { return begins(quotedNames(c.Unique)) }):
		return "a unique constraint"
	}
	for k, other := range t.Indexes {
		same := len(other.Parts) == len(x.Parts)
		if k != i && ordinary(other) && begins(other.Parts) && (!same || other.Unique || k < i) {
			return "index " + other.Name
		}
	}
	return ""
}

// quotedNames returns columns as the parts of an index.
func quotedNames(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = quoted(c)
	}
	return out
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// uniqueDeleted finds unique indexes over all rows of a model with a soft
// delete.
func uniqueDeleted(s *subject, m *modelinfo.Model, add adder) {
	t := s.table(m)
	if t == nil || m.SoftDelete == nil || m.Meta.UniqueDeleted {
		return
	}
	const text = "a deleted row keeps its value, so that no other row can have it"
	const fix = "make it an index with a condition, or set Meta.UniqueDeleted if that is meant"
	for _, x := range t.Indexes {
		if x.Unique && x.Where == "" && !slices.Contains(x.Columns, m.SoftDelete.Column) {
			add(x.Name, text, fix)
		}
	}
	for _, c := range t.Constraints {
		if len(c.Unique) > 0 && !slices.Contains(c.Unique, m.SoftDelete.Column) {
			add(c.Name, text, fix)
		}
	}
}
