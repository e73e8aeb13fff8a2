package migrate

import (
	"slices"
)

// AddColumn adds a column.
type AddColumn struct {
	Table  string `json:"table"`
	Column Column `json:"column"`
	// Once is the value of rows that are there, as SQL. It does not stay as the
	// column's default.
	Once string `json:"once,omitempty"`
}

// Apply adds the column behind the others.
func (o AddColumn) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if _, ok := t.Column(o.Column.Name); ok {
		return taken(o, o.Table, "column", o.Column.Name)
	}
	t.Columns = append(t.Columns, o.Column)
	return nil
}

// Describe returns the column, and the value of the rows that are there.
func (o AddColumn) Describe() string {
	s := "add column " + o.Table + "." + o.Column.Name
	for _, fill := range []string{o.Once, o.Column.Fill} {
		if fill != "" {
			s += " (rows that are there get " + fill + ")"
		}
	}
	return s
}

func (o AddColumn) fragment() string { return words(o.Table, o.Column.Name) }

func (o AddColumn) inverse(*State) ([]Op, error) {
	return []Op{DropColumn{Table: o.Table, Column: o.Column.Name}}, nil
}

// DropColumn drops a column. What needs it, as indexes and constraints, must be
// dropped before.
type DropColumn struct {
	Table  string `json:"table"`
	Column string `json:"column"`
}

// Apply removes the column.
func (o DropColumn) Apply(s *State) error {
	t, i, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return err
	}
	if what, name := t.user(o.Column); what != "" {
		return &OpError{Op: o.Describe(), Table: o.Table, Name: name, Why: what + " " + name + " needs it (drop that first)"}
	}
	for _, other := range s.Ordered() {
		for _, fk := range other.ForeignKeys {
			if fk.Ref == o.Table && slices.Contains(fk.RefColumns, o.Column) {
				return &OpError{Op: o.Describe(), Table: other.Name, Name: fk.Name,
					Why: "foreign key " + fk.Name + " of table " + other.Name + " refers to it (drop that first)"}
			}
		}
	}
	t.Columns = slices.Delete(t.Columns, i, i+1)
	return nil
}

// user returns a part of the table that needs a column.
func (t *Table) user(column string) (what, name string) {
	if slices.Contains(t.Key, column) {
		return "primary key", unqualified(t.Name) + "_pkey"
	}
	for _, x := range t.Indexes {
		if x.uses(column) {
			return "index", x.Name
		}
	}
	for _, fk := range t.ForeignKeys {
		if slices.Contains(fk.Columns, column) {
			return "foreign key", fk.Name
		}
	}
	for _, c := range t.Constraints {
		if c.uses(column) {
			return "constraint", c.Name
		}
	}
	for _, c := range t.Columns {
		if c.Name != column && mentions(c.Generated, column) {
			return "generated column", c.Name
		}
	}
	return "", ""
}

func (x Index) uses(column string) bool {
	return slices.Contains(x.Columns, column) || slices.Contains(x.Include, column) || mentions(x.Where, column) || mentions(x.Option, column) ||
		slices.ContainsFunc(x.Parts, func(p string) bool { return mentions(p, column) })
}

func (c Constraint) uses(column string) bool {
	if c.Unique != nil {
		return slices.Contains(c.Unique, column)
	}
	return mentions(c.Definition, column)
}

// Describe returns the column.
func (o DropColumn) Describe() string { return "drop column " + o.Table + "." + o.Column }

func (o DropColumn) fragment() string { return words("remove", o.Table, o.Column) }

func (o DropColumn) inverse(s *State) ([]Op, error) {
	t, i, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return nil, err
	}
	add := AddColumn{Table: o.Table, Column: t.Columns[i]}
	if c := add.Column; c.needsFill() {
		add.Once, _ = s.zero(c)
	}
	return []Op{add}, nil
}

// RenameColumn renames a column. Indexes, constraints, foreign keys, generated
// columns and the column's sequence follow.
type RenameColumn struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	To     string `json:"to"`
}

// Apply renames the column in all places.
func (o RenameColumn) Apply(s *State) error {
	t, i, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return err
	}
	if _, ok := t.Column(o.To); ok {
		return taken(o, o.Table, "column", o.To)
	}
	t.Columns[i].Name = o.To
	replace := func(names []string) {
		for j, n := range names {
			if n == o.Column {
				names[j] = o.To
			}
		}
	}
	replace(t.Key)
	for j := range t.Indexes {
		replace(t.Indexes[j].Columns)
		replace(t.Indexes[j].Include)
	}
	for j := range t.ForeignKeys {
		replace(t.ForeignKeys[j].Columns)
	}
	for j := range t.Constraints {
		replace(t.Constraints[j].Unique)
	}
	for _, other := range s.Tables {
		for j := range other.ForeignKeys {
			if fk := other.ForeignKeys[j]; fk.Ref == o.Table {
				replace(fk.RefColumns)
			}
		}
	}
	qualifier := unqualified(o.Table)
	t.texts(func(text string) string { return renamed(text, qualifier, o.Column, o.To) })
	return nil
}

// Describe returns both names.
func (o RenameColumn) Describe() string {
	return "rename column " + o.Table + "." + o.Column + " to " + o.To
}

func (o RenameColumn) fragment() string { return words("rename", o.Column, o.Table, o.To) }

func (o RenameColumn) inverse(*State) ([]Op, error) {
	return []Op{RenameColumn{Table: o.Table, Column: o.To, To: o.Column}}, nil
}

// AlterColumn changes a column's type, default, nullability, identity,
// collation or comment.
type AlterColumn struct {
	Table  string `json:"table"`
	Column Column `json:"column"` // as it will be
	// Using is the SQL that converts a value, "" for the server's own conversion.
	Using string `json:"using,omitempty"`
	// Exact makes the change fail if the new type would change a value in silence.
	Exact bool `json:"exact,omitempty"`
	// Fill is the value of rows that hold NULL, if the column becomes NOT NULL.
	Fill string `json:"fill,omitempty"`
}

// Apply replaces the column.
func (o AlterColumn) Apply(s *State) error {
	t, i, err := s.need(o, o.Table, o.Column.Name)
	if err != nil {
		return err
	}
	t.Columns[i] = o.Column
	return nil
}

// Describe returns the column.
func (o AlterColumn) Describe() string { return "alter column " + o.Table + "." + o.Column.Name }

func (o AlterColumn) fragment() string { return words("alter", o.Table, o.Column.Name) }

func (o AlterColumn) inverse(s *State) ([]Op, error) {
	t, i, err := s.need(o, o.Table, o.Column.Name)
	if err != nil {
		return nil, err
	}
	before := t.Columns[i]
	if before.Generated == "" || o.Column.Generated != "" {
		return []Op{alterTo(t, o.Column, before)}, nil
	}
	// The server cannot make a column generated: the way back makes it anew.
	out := []Op{DropColumn{Table: o.Table, Column: before.Name}, AddColumn{Table: o.Table, Column: before}}
	for _, x := range t.Indexes {
		if x.uses(before.Name) {
			out = slices.Insert(out, 0, Op(DropIndex{Table: o.Table, Name: x.Name}))
			out = append(out, AddIndex{Table: o.Table, Index: x.clone()})
		}
	}
	return out, nil
}

// FillColumn sets a value where a column is NULL, in batches that can be
// resumed.
type FillColumn struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Value  string `json:"value"` // SQL
}

// Apply leaves the state as it is.
func (o FillColumn) Apply(s *State) error {
	_, _, err := s.need(o, o.Table, o.Column)
	return err
}

// Describe returns the column.
func (o FillColumn) Describe() string { return "fill column " + o.Table + "." + o.Column }

func (o FillColumn) fragment() string { return words("fill", o.Table, o.Column) }

// inverse does nothing: a row that was filled cannot be told from others.
func (o FillColumn) inverse(*State) ([]Op, error) { return nil, nil }

// CommentOn sets the comment of a table.
type CommentOn struct {
	Table   string `json:"table"`
	Comment string `json:"comment,omitempty"` // "" for none
}

// Apply sets the comment.
func (o CommentOn) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err == nil {
		t.Comment = o.Comment
	}
	return err
}

// Describe returns the table's name.
func (o CommentOn) Describe() string { return "set the comment of table " + o.Table }

func (o CommentOn) fragment() string { return words("alter", o.Table, "comment") }

func (o CommentOn) inverse(s *State) ([]Op, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []Op{CommentOn{Table: o.Table, Comment: t.Comment}}, nil
}
