package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltype"
)

const notInModels = "not in the models"

// extra reports what a table has and the model does not.
func (c *comparison) extra(t *Table, have *catalog.Table, claimed map[string]bool) {
	add := func(kind, name, is string) {
		c.out.extra = append(c.out.extra, Difference{Table: t.Name, Name: name, Kind: kind, Is: is, Should: notInModels})
	}
	for _, col := range have.Columns {
		if _, ok := t.Column(col.Name); !ok && !slices.Contains(t.ignored, col.Name) && !refusesInserts(col) {
			add("column", col.Name, columnText(col))
		}
	}
	for _, is := range have.Constraints {
		if is.Kind != "p" && !claimed[is.Name] && !is.Inherited && !c.ignores(t, is.Columns) {
			add("constraint", is.Name, is.Def)
		}
	}
	for _, is := range have.Indexes {
		if is.Constraint == "" && !claimed[indexKey(is.Name)] && !is.Inherited && !c.ignores(t, is.Columns) && !c.serves(t, is) {
			add("index", is.Name, is.Def)
		}
	}
}

// ignores reports whether one of the columns is kept out of migrations.
func (c *comparison) ignores(t *Table, columns []string) bool {
	return slices.ContainsFunc(columns, func(name string) bool { return slices.Contains(t.ignored, name) })
}

// serves reports whether an index was taken for that of a foreign key.
func (c *comparison) serves(t *Table, is catalog.Index) bool {
	return slices.ContainsFunc(t.Indexes, func(want Index) bool {
		return c.served(t, want, &catalog.Table{Indexes: []catalog.Index{is}})
	})
}

// columnText returns the definition of a column for people.
func columnText(c catalog.Column) string {
	s := c.Type
	if c.NotNull {
		s += " NOT NULL"
	}
	switch {
	case c.Generated != "":
		s += " GENERATED ALWAYS AS (" + c.Default + ")"
	case c.Identity != "":
		s += " GENERATED AS IDENTITY"
	case c.Default != "":
		s += " DEFAULT " + c.Default
	}
	return s
}

// renames returns the renames that the models ask for and the database has not
// seen.
func (c *comparison) renames() []change {
	var changes []change
	for _, t := range c.state.Ordered() {
		have := c.have.Tables[t.Name]
		if have == nil && t.renamedFrom != "" && t.renamedFrom != "-" {
			old := beside(t.Name, t.renamedFrom)
			if slices.Contains(c.others, old) {
				changes = append(changes, change{table: t.Name, what: "table", sql: "ALTER TABLE " + quoteTable(old) + " RENAME TO " + quote(catalog.Split(t.Name).Table)})
			}
		}
		if have == nil || have.Kind != "r" && have.Kind != "p" {
			continue
		}
		for _, col := range t.Columns {
			if _, ok := have.Column(col.Name); ok || col.renamedFrom == "" || col.renamedFrom == "-" {
				continue
			}
			_, there := have.Column(col.renamedFrom)
			if _, wanted := t.Column(col.renamedFrom); there && !wanted {
				changes = append(changes, change{table: t.Name, what: "column", name: col.Name,
					sql: "ALTER TABLE " + quoteTable(t.Name) + " RENAME COLUMN " + quote(col.renamedFrom) + " TO " + quote(col.Name)})
			}
		}
	}
	return changes
}

// beside returns the name of a table in the schema of another one.
func beside(table, name string) string {
	if s := catalog.Split(table).Schema; s != "" && !strings.Contains(name, ".") {
		return s + "." + name
	}
	return name
}

// suspects adds the differences that may be renames, which the models must say.
func (c *comparison) suspects(tx *gorm.DB) error {
	for _, t := range c.state.Ordered() {
		have := c.have.Tables[t.Name]
		if have == nil || have.Kind != "r" && have.Kind != "p" {
			continue
		}
		for _, col := range t.Columns {
			if _, ok := have.Column(col.Name); ok || col.renamedFrom != "" {
				continue
			}
			var unknown []string
			for _, is := range have.Columns {
				if _, known := t.Column(is.Name); !known && !slices.Contains(t.ignored, is.Name) && alike(col, c.have.Types[col.Type], is) {
					unknown = append(unknown, is.Name)
				}
			}
			if len(unknown) == 0 {
				continue
			}
			c.out.differ(Difference{Table: t.Name, Name: col.Name, Kind: "column", Is: "missing, and the model does not know " + strings.Join(unknown, ", "),
				Should: col.definition(), Hint: fmt.Sprintf("if it was renamed, tag the field renamed_from:%s, else renamed_from:-", unknown[0])})
		}
	}
	return c.suspectTables(tx)
}

// alike reports whether a column may be another one under a new name.
func alike(want Column, typ catalog.Type, is catalog.Column) bool {
	if (want.Generated != "") != (is.Generated != "") || (want.Identity != "") != (is.Identity != "") {
		return false
	}
	a, b := typ.Name, sqltype.Canonical(is.Type)
	return a == b || isText(a) && isText(b) || isWhole(a) && isWhole(b)
}

func isText(name string) bool {
	return slices.Contains([]string{"text", "character varying", "character"}, name)
}

func isWhole(name string) bool {
	return slices.Contains([]string{"smallint", "integer", "bigint"}, name)
}

// suspectTables adds a difference for each table that is missing beside an
// unknown one with half of its columns.
func (c *comparison) suspectTables(tx *gorm.DB) error {
	var missing []*Table
	for _, t := range c.state.Ordered() {
		if c.have.Tables[t.Name] == nil && t.renamedFrom == "" && !t.joins {
			missing = append(missing, t)
		}
	}
	if len(missing) == 0 || len(c.others) == 0 {
		return nil
	}
	others, err := catalog.Read(tx, c.others, nil)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, t := range missing {
		for _, name := range c.others {
			other := others.Tables[name]
			if other == nil || catalog.Split(name).Schema != catalog.Split(t.Name).Schema || likeness(t, other, c.have) < 0.5 {
				continue
			}
			old := catalog.Split(name).Table
			c.out.differ(Difference{Table: t.Name, Kind: "table", Is: fmt.Sprintf("missing, and no model has the table %q, which is like it", name), Should: "there",
				Hint: fmt.Sprintf("if it was renamed, its Meta says RenamedFrom: %q, else RenamedFrom: \"-\"", old)})
			break
		}
	}
	return nil
}

// likeness returns the share of columns that two tables have in common.
func likeness(t *Table, other *catalog.Table, c *catalog.Catalog) float64 {
	same := 0
	for _, col := range t.Columns {
		if is, ok := other.Column(col.Name); ok && alike(col, c.Types[col.Type], is) {
			same++
		}
	}
	return float64(same) / float64(max(len(t.Columns), len(other.Columns), 1))
}
