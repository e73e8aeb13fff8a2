package migrate

import (
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// quote quotes an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// quoteTable quotes a table's name and its schema.
func quoteTable(name string) string {
	n := catalog.Split(name)
	if n.Schema == "" {
		return quote(n.Table)
	}
	return quote(n.Schema) + "." + quote(n.Table)
}

// quoteText returns a string literal. The E form does not depend on the
// session's settings.
func quoteText(s string) string {
	s = strings.ReplaceAll(s, "'", "''")
	if strings.Contains(s, `\`) {
		return "E'" + strings.ReplaceAll(s, `\`, `\\`) + "'"
	}
	return "'" + s + "'"
}

// definition returns the column without its name.
func (c Column) definition() string {
	var b strings.Builder
	b.WriteString(c.Type)
	if c.Collation != "" {
		b.WriteString(" COLLATE " + c.Collation)
	}
	if c.NotNull {
		b.WriteString(" NOT NULL")
	}
	switch {
	case c.Generated != "":
		b.WriteString(" GENERATED ALWAYS AS (" + c.Generated + ") STORED")
	case c.Identity != "":
		b.WriteString(" GENERATED " + c.Identity + " AS IDENTITY")
	case c.Default != "":
		b.WriteString(" DEFAULT " + c.Default)
	}
	return b.String()
}

// createTable returns the statement for the table without its indexes, foreign
// keys and comments.
func (t *Table) createTable() string {
	var lines []string
	for _, c := range t.Columns {
		lines = append(lines, quote(c.Name)+" "+c.definition())
	}
	if len(t.Key) > 0 {
		lines = append(lines, "PRIMARY KEY ("+quoteAll(t.Key)+")")
	}
	for _, c := range t.Constraints {
		lines = append(lines, "CONSTRAINT "+quote(c.Name)+" "+c.Definition)
	}
	return "CREATE TABLE " + quoteTable(t.Name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)"
}

func (t *Table) addColumn(c Column) string {
	return "ALTER TABLE " + quoteTable(t.Name) + " ADD COLUMN " + quote(c.Name) + " " + c.definition()
}

func (t *Table) addKey() string {
	return "ALTER TABLE " + quoteTable(t.Name) + " ADD PRIMARY KEY (" + quoteAll(t.Key) + ")"
}

func (t *Table) addConstraint(c Constraint) string {
	return "ALTER TABLE " + quoteTable(t.Name) + " ADD CONSTRAINT " + quote(c.Name) + " " + c.Definition
}

func (t *Table) addForeignKey(fk ForeignKey) string {
	return "ALTER TABLE " + quoteTable(t.Name) + " ADD CONSTRAINT " + quote(fk.Name) + " " + fk.definition()
}

func (fk ForeignKey) definition() string {
	s := "FOREIGN KEY (" + quoteAll(fk.Columns) + ") REFERENCES " + quoteTable(fk.Ref) + " (" + quoteAll(fk.RefColumns) + ")"
	if fk.OnUpdate != "" {
		s += " ON UPDATE " + fk.OnUpdate
	}
	if fk.OnDelete != "" {
		s += " ON DELETE " + fk.OnDelete
	}
	if fk.Deferrable {
		s += " DEFERRABLE INITIALLY DEFERRED"
	}
	return s
}

func (t *Table) createIndex(x Index) string {
	var b strings.Builder
	b.WriteString("CREATE ")
	if x.Unique {
		b.WriteString("UNIQUE ")
	}
	b.WriteString("INDEX " + quote(x.Name) + " ON " + quoteTable(t.Name))
	if x.Method != "" {
		b.WriteString(" USING " + x.Method)
	}
	b.WriteString(" (" + strings.Join(x.Parts, ", ") + ")")
	if len(x.Include) > 0 {
		b.WriteString(" INCLUDE (" + quoteAll(x.Include) + ")")
	}
	if x.NullsNotDistinct {
		b.WriteString(" NULLS NOT DISTINCT")
	}
	if x.Option != "" {
		b.WriteString(" " + x.Option)
	}
	if x.Where != "" {
		b.WriteString(" WHERE " + x.Where)
	}
	return b.String()
}

func (t *Table) commentOn(c Column) string {
	return "COMMENT ON COLUMN " + quoteTable(t.Name) + "." + quote(c.Name) + " IS " + quoteText(c.Comment)
}

func uniqueDefinition(columns []string, nullsNotDistinct bool, deferrable string) string {
	s := "UNIQUE "
	if nullsNotDistinct {
		s += "NULLS NOT DISTINCT "
	}
	s += "(" + quoteAll(columns) + ")"
	switch deferrable {
	case "immediate":
		s += " DEFERRABLE"
	case "deferred":
		s += " DEFERRABLE INITIALLY DEFERRED"
	}
	return s
}
