package migrate

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gormango/gormango/internal/catalog"
)

// forward returns CREATE TABLE and the statements for partitions, indexes,
// comments, and foreign keys to the table's own indexes.
func (o CreateTable) forward(*State) ([]string, error) {
	t := &o.Table
	var lines, late []string
	for _, c := range t.Columns {
		lines = append(lines, quote(c.Name)+" "+c.definition())
	}
	if len(t.Key) > 0 {
		lines = append(lines, "PRIMARY KEY ("+quoteAll(t.Key)+")")
	}
	for _, c := range t.Constraints {
		if c.NotValid { // CREATE TABLE makes valid ones only
			late = append(late, t.addConstraint(c.Name, c.Definition+" NOT VALID"))
			continue
		}
		lines = append(lines, "CONSTRAINT "+quote(c.Name)+" "+c.Definition)
	}
	for _, fk := range t.ForeignKeys {
		if fk.NotValid || fk.Ref == t.Name && !slices.Equal(fk.RefColumns, t.Key) {
			late = append(late, t.addConstraint(fk.Name, fk.definition()+notValid(fk.NotValid)))
		} else {
			lines = append(lines, "CONSTRAINT "+quote(fk.Name)+" "+fk.definition())
		}
	}
	create := "CREATE TABLE " + quoteTable(t.Name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)"
	if t.PartitionBy != "" {
		create += " PARTITION BY " + t.PartitionBy
	}
	out := []string{create}
	for _, p := range t.Partitions {
		out = append(out, t.createPartition(p))
	}
	for _, x := range t.Indexes {
		out = append(out, t.createIndex(x))
	}
	if t.Comment != "" {
		out = append(out, t.comment(t.Comment))
	}
	for _, c := range t.Columns {
		if c.Comment != "" {
			out = append(out, t.commentOn(c))
		}
	}
	return append(out, late...), nil
}

func (t *Table) createPartition(p Partition) string {
	return "CREATE TABLE " + quoteTable(inSchemaOf(t.Name, p.Name)) + " PARTITION OF " + quoteTable(t.Name) + " " + p.Values
}

func (t *Table) comment(text string) string {
	s := "COMMENT ON TABLE " + quoteTable(t.Name) + " IS "
	if text == "" {
		return s + "NULL"
	}
	return s + quoteText(text)
}

func (o DropTable) forward(s *State) ([]string, error) {
	if _, err := s.table(o, o.Table); err != nil {
		return nil, err
	}
	return []string{"DROP TABLE " + quoteTable(o.Table)}, nil
}

// forward renames the table and what the server named after it. A database that
// another tool made may lack those names.
func (o RenameTable) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	from, to := catalog.Split(o.Table), catalog.Split(o.To)
	var out []string
	if from.Schema != to.Schema {
		out = append(out, "ALTER TABLE "+quoteTable(o.Table)+" SET SCHEMA "+quote(to.Schema))
	}
	if from.Table != to.Table {
		out = append(out, "ALTER TABLE "+quoteTable(inSchemaOf(o.To, from.Table))+" RENAME TO "+quote(to.Table))
	}
	if len(t.Key) > 0 {
		out = append(out, renameIfThere("INDEX", o.To, objectName(from.Table, "", "pkey"), objectName(to.Table, "", "pkey"))...)
	}
	for _, c := range t.Columns {
		if c.Identity != "" {
			out = append(out, renameIfThere("SEQUENCE", o.To, objectName(from.Table, c.Name, "seq"), objectName(to.Table, c.Name, "seq"))...)
		}
	}
	return out, nil
}

// renameIfThere returns the statement that renames an index or a sequence in
// the schema of a table.
func renameIfThere(kind, table, from, to string) []string {
	if from == to {
		return nil
	}
	return []string{"ALTER " + kind + " IF EXISTS " + quoteTable(inSchemaOf(table, from)) + " RENAME TO " + quote(to)}
}

// inSchemaOf returns a name in the schema of a table.
func inSchemaOf(table, name string) string {
	if n := catalog.Split(table); n.Schema != "" {
		return n.Schema + "." + name
	}
	return name
}

// objectName returns the name that the server makes of a table, a column and a
// label, each part cut as the server does: "users_id_seq".
func objectName(table, column, label string) string {
	room := 63 - len(label) - 1
	if column != "" {
		room--
	}
	a, b := len(table), len(column)
	for a+b > room {
		if a > b {
			a--
		} else {
			b--
		}
	}
	name := cut(table, a)
	if column != "" {
		name += "_" + cut(column, b)
	}
	return name + "_" + label
}

// cut returns the first n bytes of s, less if that splits a character.
func cut(s string, n int) string {
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func (o AddPartition) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []string{t.createPartition(o.Partition)}, nil
}

func (o DropPartition) forward(*State) ([]string, error) {
	return []string{"DROP TABLE " + quoteTable(inSchemaOf(o.Table, o.Name))}, nil
}

func (o SetKey) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	name := objectName(unqualified(t.Name), "", "pkey")
	var out []string
	if len(t.Key) > 0 {
		out = append(out, t.drop(name))
	}
	switch {
	case len(o.Columns) == 0:
	case o.Index != "":
		out = append(out, t.addConstraint(name, "PRIMARY KEY USING INDEX "+quote(o.Index)))
	default:
		out = append(out, t.addConstraint(name, "PRIMARY KEY ("+quoteAll(o.Columns)+")"))
	}
	return out, nil
}

func (o CommentOn) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []string{t.comment(o.Comment)}, nil
}

// drop returns the statement that drops a constraint.
func (t *Table) drop(constraint string) string {
	return "ALTER TABLE " + quoteTable(t.Name) + " DROP CONSTRAINT " + quote(constraint)
}

func (o AddIndex) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	sql := t.createIndex(o.Index)
	if o.Concurrently {
		sql = strings.Replace(sql, "INDEX ", "INDEX CONCURRENTLY ", 1)
	}
	return []string{sql}, nil
}

func (o DropIndex) forward(*State) ([]string, error) {
	sql := "DROP INDEX "
	if o.Concurrently {
		sql += "CONCURRENTLY "
	}
	return []string{sql + quoteTable(inSchemaOf(o.Table, o.Name))}, nil
}

func (o RenameIndex) forward(*State) ([]string, error) {
	return []string{"ALTER INDEX " + quoteTable(inSchemaOf(o.Table, o.Name)) + " RENAME TO " + quote(o.To)}, nil
}

func (o AddForeignKey) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []string{t.addConstraint(o.ForeignKey.Name, o.ForeignKey.definition()+notValid(o.ForeignKey.NotValid))}, nil
}

func notValid(is bool) string {
	if is {
		return " NOT VALID"
	}
	return ""
}

func (o DropForeignKey) forward(s *State) ([]string, error) {
	t, _, err := o.find(s)
	if err != nil {
		return nil, err
	}
	return []string{t.drop(o.Name)}, nil
}

func (o AddConstraint) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	if o.Index != "" {
		definition := "UNIQUE USING INDEX " + quote(o.Index)
		if i := strings.LastIndex(o.Constraint.Definition, ")"); i >= 0 {
			definition += o.Constraint.Definition[i+1:] // DEFERRABLE
		}
		return []string{t.addConstraint(o.Constraint.Name, definition)}, nil
	}
	return []string{t.addConstraint(o.Constraint.Name, o.Constraint.Definition+notValid(o.Constraint.NotValid))}, nil
}

func (o DropConstraint) forward(s *State) ([]string, error) {
	t, _, err := o.find(s)
	if err != nil {
		return nil, err
	}
	return []string{t.drop(o.Name)}, nil
}

func (o RenameConstraint) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []string{"ALTER TABLE " + quoteTable(t.Name) + " RENAME CONSTRAINT " + quote(o.Name) + " TO " + quote(o.To)}, nil
}

func (o ValidateConstraint) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []string{"ALTER TABLE " + quoteTable(t.Name) + " VALIDATE CONSTRAINT " + quote(o.Name)}, nil
}
