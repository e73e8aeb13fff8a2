package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// addTagged adds the indexes, unique constraints and checks of GORM's tags, in
// the order of the fields.
func (b *stateBuilder) addTagged(t *Table, s source) error {
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
		if x.Unique && !x.partial() {
			x.Where = b.liveRows(s, x.Columns)
			x.live = x.Where != ""
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
				b.addUnique(t, s, models.Constraint{Name: name, Unique: []string{clip(column)}})
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
func (b *stateBuilder) addMeta(t *Table, s source) {
	meta := s.meta
	for _, ix := range meta.Indexes {
		t.Indexes = append(t.Indexes, b.metaIndex(s, ix))
	}
	for _, c := range meta.Constraints {
		ix, is := c.Index()
		switch {
		case c.Check != "":
			t.addCheck(c.Name, c.Check)
		case c.Exclude != "":
			t.Constraints = append(t.Constraints, Constraint{Name: clip(c.Name), Definition: "EXCLUDE " + c.Exclude + deferred(c.Deferrable)})
		case is:
			t.Indexes = append(t.Indexes, b.metaIndex(s, ix))
		default:
			b.addUnique(t, s, c)
		}
	}
	t.Comment, t.renamedFrom, t.PartitionBy = meta.Comment, meta.RenamedFrom, meta.PartitionBy
	for _, p := range meta.Partitions {
		t.Partitions = append(t.Partitions, Partition{Name: clip(p.Name), Values: p.Values})
	}
}

// metaIndex returns an index of Meta.
func (b *stateBuilder) metaIndex(s source, ix models.Index) Index {
	x := Index{
		Name: clip(ix.Name), Method: ix.Method, Where: ix.Where, Include: ix.Include,
		Unique: ix.Unique, NullsNotDistinct: ix.NullsNotDistinct,
	}
	var options []string
	if ix.With != "" {
		options = append(options, "WITH ("+ix.With+")")
	}
	if ix.Tablespace != "" {
		options = append(options, "TABLESPACE "+quote(ix.Tablespace))
	}
	x.Option = strings.Join(options, " ")
	class := func(i int) string {
		if i < len(ix.Opclasses) && ix.Opclasses[i] != "" {
			return " " + ix.Opclasses[i]
		}
		return ""
	}
	for i, f := range ix.Fields {
		column, descending, nulls := modelinfo.IndexField(f)
		part := quote(column) + class(i)
		if descending {
			part += " DESC"
		}
		if nulls != "" {
			part += " NULLS " + nulls
		}
		x.Parts, x.Columns = append(x.Parts, part), append(x.Columns, column)
	}
	for i, e := range ix.Expressions {
		x.Parts, x.Columns = append(x.Parts, "("+e+")"+class(len(ix.Fields)+i)), nil
	}
	if x.Unique && x.Where == "" {
		x.Where = b.liveRows(s, x.Columns)
		x.live = x.Where != ""
	}
	return x
}

// addUnique adds a unique constraint, or a unique index of the rows that are
// not deleted.
func (b *stateBuilder) addUnique(t *Table, s source, c models.Constraint) {
	if c.Deferrable == "" && b.liveRows(s, c.Unique) != "" {
		t.Indexes = append(t.Indexes, b.metaIndex(s, models.Index{Name: c.Name, Fields: c.Unique, Unique: true, NullsNotDistinct: c.NullsNotDistinct}))
		return
	}
	t.Constraints = append(t.Constraints, Constraint{
		Name: clip(c.Name), Unique: c.Unique, Definition: uniqueDefinition(c.Unique, c.NullsNotDistinct, c.Deferrable),
	})
}

// liveRows returns the condition of the rows that a unique index over columns
// is about, "" for all rows, as a foreign key that refers to the columns needs
// it.
func (b *stateBuilder) liveRows(s source, columns []string) string {
	if s.model == nil || slices.ContainsFunc(b.referred[s.schema.Table], func(key []string) bool { return sameSet(key, columns) }) {
		return ""
	}
	return s.model.LiveRows(columns)
}

// referredColumns returns, by table, the columns that relations of the models
// refer to, and those of a link of many-to-many.
func (b *stateBuilder) referredColumns() map[string][][]string {
	out := map[string][][]string{}
	for _, m := range b.registry.All() {
		for _, r := range m.Relations {
			table, columns := r.To.Table, []string(nil)
			for _, p := range r.Pairs {
				if r.Kind == modelinfo.BelongsTo {
					columns = append(columns, p.To.Column)
				} else {
					table, columns = m.Table, append(columns, p.From.Column)
				}
			}
			if r.Through != nil {
				if r.Through.Model != nil { // an Add of a deleted link finds it by them
					out[r.Through.Table] = append(out[r.Through.Table], linkColumns(r.Through))
				}
				for _, p := range r.Through.From {
					out[m.Table] = append(out[m.Table], []string{p.Ref.Column})
				}
				for _, p := range r.Through.To {
					out[r.To.Table] = append(out[r.To.Table], []string{p.Ref.Column})
				}
			}
			out[table] = append(out[table], columns)
		}
	}
	return out
}

func (t *Table) addCheck(name, condition string) {
	t.Constraints = append(t.Constraints, Constraint{Name: clip(name), Definition: "CHECK (" + condition + ")"})
}

// linkColumns returns the columns of a many-to-many relation's table.
func linkColumns(t *modelinfo.Through) (columns []string) {
	for _, p := range t.From {
		columns = append(columns, p.Column)
	}
	for _, p := range t.To {
		columns = append(columns, p.Column)
	}
	return columns
}
