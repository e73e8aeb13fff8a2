package migrate

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// quote quotes an identifier.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// quoteTable quotes a table's name and its schema.
func quoteTable(name string) string {
	return pgx.Identifier(strings.SplitN(name, ".", 2)).Sanitize()
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
	s := c.Type
	if c.Collation != "" {
		s += " COLLATE " + c.Collation
	}
	if c.NotNull {
		s += " NOT NULL"
	}
	switch {
	case c.Generated != "":
		s += " GENERATED ALWAYS AS (" + c.Generated + ") STORED"
	case c.Identity != "":
		s += " GENERATED " + c.Identity + " AS IDENTITY"
	case c.stays() != "":
		s += " DEFAULT " + c.stays()
	}
	return s
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

// alter returns the statement for something new in the table.
func (t *Table) alter(add string) string { return "ALTER TABLE " + quoteTable(t.Name) + " ADD " + add }

func (t *Table) addColumn(c Column) string {
	return t.alter("COLUMN " + quote(c.Name) + " " + c.definition())
}

func (t *Table) addKey() string { return t.alter("PRIMARY KEY (" + quoteAll(t.Key) + ")") }

func (t *Table) addConstraint(name, definition string) string {
	return t.alter("CONSTRAINT " + quote(name) + " " + definition)
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
	s := "CREATE "
	if x.Unique {
		s += "UNIQUE "
	}
	s += "INDEX " + quote(x.Name) + " ON " + quoteTable(t.Name)
	if x.Method != "" {
		s += " USING " + x.Method
	}
	s += " (" + strings.Join(x.Parts, ", ") + ")"
	if len(x.Include) > 0 {
		s += " INCLUDE (" + quoteAll(x.Include) + ")"
	}
	if x.NullsNotDistinct {
		s += " NULLS NOT DISTINCT"
	}
	if x.Option != "" {
		s += " " + x.Option
	}
	if x.Where != "" {
		s += " WHERE " + x.Where
	}
	return s
}

func (t *Table) commentOn(c Column) string {
	text := "NULL"
	if c.Comment != "" {
		text = quoteText(c.Comment)
	}
	return "COMMENT ON COLUMN " + quoteTable(t.Name) + "." + quote(c.Name) + " IS " + text
}

func uniqueDefinition(columns []string, nullsNotDistinct bool, deferrable string) string {
	s := "UNIQUE "
	if nullsNotDistinct {
		s += "NULLS NOT DISTINCT "
	}
	return s + "(" + quoteAll(columns) + ")" + deferred(deferrable)
}

// deferred returns the end of a constraint's definition for Meta's Deferrable.
func deferred(when string) string {
	switch when {
	case "immediate":
		return " DEFERRABLE"
	case "deferred":
		return " DEFERRABLE INITIALLY DEFERRED"
	}
	return ""
}
