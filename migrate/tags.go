package migrate

import (
	"fmt"
	"strings"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/models"
)

// addTagged adds the indexes, unique constraints and checks of GORM's tags, in
// the order of the fields.
func addTagged(t *Table, s source) error {
	for _, ix := range s.schema.ParseIndexes() {
		if ix.Name == "-" {
			for _, f := range ix.Fields {
				t.unindexed = append(t.unindexed, clip(f.DBName))
			}
			continue
		}
		x, err := taggedIndex(t, ix)
		if err != nil {
			return fmt.Errorf("migrate: %s: index %q: %w", s.name, ix.Name, err)
		}
		t.Indexes = append(t.Indexes, x)
	}
	uniques, checks := s.schema.ParseUniqueConstraints(), s.schema.ParseCheckConstraints()
	for _, column := range s.schema.DBNames {
		if _, ok := t.Column(clip(column)); !ok {
			continue
		}
		for name, u := range uniques {
			if u.Field.DBName == column {
				t.addUnique(name, []string{clip(column)}, false, "")
			}
		}
		for name, c := range checks { // one that has a field
			if c.Field.DBName == column {
				t.addCheck(name, c.Constraint)
			}
		}
	}
	return nil
}

func taggedIndex(t *Table, ix *schema.Index) (Index, error) {
	x := Index{Name: clip(ix.Name), Method: ix.Type, Where: ix.Where}
	switch class := strings.ToUpper(ix.Class); class {
	case "":
	case "UNIQUE":
		x.Unique = true
	default:
		return x, fmt.Errorf("class %q is not PostgreSQL's (choices are \"unique\")", class)
	}
	// A transaction cannot build an index concurrently, and a start-up migration is
	// one transaction.
	if !strings.EqualFold(strings.TrimSpace(ix.Option), "concurrently") {
		x.Option = ix.Option
	}
	plain := true
	for _, f := range ix.Fields {
		part, column := quote(clip(f.DBName)), clip(f.DBName)
		if f.Expression != "" {
			part, plain = f.Expression, false
		} else if _, ok := t.Column(column); !ok {
			return x, fmt.Errorf("field %s is kept out of migrations", f.Name)
		}
		if f.Collate != "" {
			part += " COLLATE " + f.Collate
		}
		if f.Sort != "" {
			part += " " + f.Sort
		}
		x.Parts, x.Columns = append(x.Parts, part), append(x.Columns, column)
	}
	if !plain {
		x.Columns = nil
	}
	return x, nil
}

// addMeta adds the indexes and constraints of Meta, whose names were checked
// and completed before.
func addMeta(t *Table, meta models.Meta) {
	for _, ix := range meta.Indexes {
		x := Index{
			Name: clip(ix.Name), Method: ix.Method, Where: ix.Where, Include: ix.Include,
			Unique: ix.Unique, NullsNotDistinct: ix.NullsNotDistinct,
		}
		if ix.With != "" {
			x.Option = "WITH (" + ix.With + ")"
		}
		class := func(i int) string {
			if i < len(ix.Opclasses) && ix.Opclasses[i] != "" {
				return " " + ix.Opclasses[i]
			}
			return ""
		}
		for i, f := range ix.Fields {
			column, descending := strings.CutPrefix(f, "-")
			part := quote(column) + class(i)
			if descending {
				part += " DESC"
			}
			x.Parts, x.Columns = append(x.Parts, part), append(x.Columns, column)
		}
		for i, e := range ix.Expressions {
			x.Parts, x.Columns = append(x.Parts, "("+e+")"+class(len(ix.Fields)+i)), nil
		}
		t.Indexes = append(t.Indexes, x)
	}
	for _, c := range meta.Constraints {
		switch {
		case c.Check != "":
			t.addCheck(c.Name, c.Check)
		case c.Exclude != "":
			t.Constraints = append(t.Constraints, Constraint{Name: clip(c.Name), Definition: "EXCLUDE " + c.Exclude + deferred(c.Deferrable)})
		default:
			t.addUnique(c.Name, c.Unique, c.NullsNotDistinct, c.Deferrable)
		}
	}
	t.Comment, t.renamedFrom, t.PartitionBy = meta.Comment, meta.RenamedFrom, meta.PartitionBy
	for _, p := range meta.Partitions {
		t.Partitions = append(t.Partitions, Partition{Name: clip(p.Name), Values: p.Values})
	}
}

func (t *Table) addUnique(name string, columns []string, nullsNotDistinct bool, deferrable string) {
	t.Constraints = append(t.Constraints, Constraint{
		Name: clip(name), Unique: columns, Definition: uniqueDefinition(columns, nullsNotDistinct, deferrable),
	})
}

func (t *Table) addCheck(name, condition string) {
	t.Constraints = append(t.Constraints, Constraint{Name: clip(name), Definition: "CHECK (" + condition + ")"})
}
