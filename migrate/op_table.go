package migrate

import (
	"slices"
)

// CreateTable creates a table with its indexes, constraints, foreign keys and
// partitions.
type CreateTable struct {
	Table Table `json:"table"`
}

// Apply adds the table.
func (o CreateTable) Apply(s *State) error {
	if s.Tables[o.Table.Name] != nil {
		return taken(o, "", "table", o.Table.Name)
	}
	needed := slices.Clone(o.Table.Key)
	for _, x := range o.Table.Indexes {
		needed = append(append(needed, x.Columns...), x.Include...)
	}
	for _, c := range o.Table.Constraints {
		needed = append(needed, c.Unique...)
	}
	for _, fk := range o.Table.ForeignKeys {
		if err := s.refers(o, fk, o.Table.Name); err != nil {
			return err
		}
		needed = append(needed, fk.Columns...)
	}
	for _, c := range needed {
		if _, err := o.Table.column(o, c); err != nil {
			return err
		}
	}
	s.Tables[o.Table.Name] = o.Table.clone()
	return nil
}

// refers returns an error unless the referenced table of a foreign key exists
// in the state or is owner itself. A table that no file creates is none of the
// state's: a foreign key may refer to it.
func (s *State) refers(op Op, fk ForeignKey, owner string) error {
	ref := s.Tables[fk.Ref]
	if ref == nil || fk.Ref == owner {
		return nil
	}
	for _, c := range fk.RefColumns {
		if _, err := ref.column(op, c); err != nil {
			return err
		}
	}
	return nil
}

// Describe returns the table's name.
func (o CreateTable) Describe() string { return "create table " + o.Table.Name }

func (o CreateTable) fragment() string             { return words(o.Table.Name) }
func (o CreateTable) inverse(*State) ([]Op, error) { return []Op{DropTable{Table: o.Table.Name}}, nil }

// DropTable drops a table. Foreign keys that refer to it must be dropped
// before.
type DropTable struct {
	Table string `json:"table"`
}

// Apply removes the table.
func (o DropTable) Apply(s *State) error {
	if _, err := s.table(o, o.Table); err != nil {
		return err
	}
	for _, t := range s.Ordered() {
		for _, fk := range t.ForeignKeys {
			if fk.Ref == o.Table && t.Name != o.Table {
				return &OpError{Op: o.Describe(), Table: t.Name, Name: fk.Name, Why: "foreign key " + fk.Name + " of table " + t.Name + " refers to it (drop that first)"}
			}
		}
	}
	delete(s.Tables, o.Table)
	return nil
}

// Describe returns the table's name.
func (o DropTable) Describe() string { return "drop table " + o.Table }

func (o DropTable) fragment() string { return words("delete", o.Table) }

func (o DropTable) inverse(s *State) ([]Op, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	return []Op{CreateTable{Table: *t.clone()}}, nil
}

// RenameTable renames a table, its primary key and the sequences of its
// columns. Foreign keys follow.
type RenameTable struct {
	Table string `json:"table"`
	To    string `json:"to"`
}

// Apply renames the table in all places.
func (o RenameTable) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if s.Tables[o.To] != nil {
		return taken(o, "", "table", o.To)
	}
	delete(s.Tables, o.Table)
	s.Tables[o.To] = t
	t.Name = o.To
	for _, other := range s.Tables {
		for i := range other.ForeignKeys {
			if fk := &other.ForeignKeys[i]; fk.Ref == o.Table {
				fk.Ref = o.To
			}
		}
	}
	// A condition may write the table's name before a column's.
	from, to := unqualified(o.Table), unqualified(o.To)
	t.texts(func(text string) string { return requalified(text, from, to) })
	return nil
}

// Describe returns both names.
func (o RenameTable) Describe() string { return "rename table " + o.Table + " to " + o.To }

func (o RenameTable) fragment() string { return words("rename", o.Table, o.To) }

func (o RenameTable) inverse(*State) ([]Op, error) {
	return []Op{RenameTable{Table: o.To, To: o.Table}}, nil
}

// texts replaces every SQL text of the table that may name its columns.
func (t *Table) texts(replace func(string) string) {
	for i := range t.Columns {
		t.Columns[i].Generated = replace(t.Columns[i].Generated)
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		x.Where, x.Option = replace(x.Where), replace(x.Option)
		for j := range x.Parts {
			x.Parts[j] = replace(x.Parts[j])
		}
	}
	for i := range t.Constraints {
		t.Constraints[i].Definition = replace(t.Constraints[i].Definition)
	}
	t.PartitionBy = replace(t.PartitionBy)
}

// AddPartition adds a partition to a table.
type AddPartition struct {
	Table     string    `json:"table"`
	Partition Partition `json:"partition"`
}

// Apply adds the partition.
func (o AddPartition) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(t.Partitions, func(p Partition) bool { return p.Name == o.Partition.Name }) {
		return taken(o, o.Table, "partition", o.Partition.Name)
	}
	t.Partitions = append(t.Partitions, o.Partition)
	return nil
}

// Describe returns the partition's name.
func (o AddPartition) Describe() string {
	return "add partition " + o.Partition.Name + " to " + o.Table
}

func (o AddPartition) fragment() string { return words(o.Partition.Name) }

func (o AddPartition) inverse(*State) ([]Op, error) {
	return []Op{DropPartition{Table: o.Table, Name: o.Partition.Name}}, nil
}

// DropPartition drops a partition of a table with its rows.
type DropPartition struct {
	Table string `json:"table"`
	Name  string `json:"name"`
}

// Apply removes the partition.
func (o DropPartition) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.Partitions, func(p Partition) bool { return p.Name == o.Name })
	if i < 0 {
		return missing(o, o.Table, "partition", o.Name, nil)
	}
	t.Partitions = slices.Delete(t.Partitions, i, i+1)
	return nil
}

// Describe returns the partition's name.
func (o DropPartition) Describe() string { return "drop partition " + o.Name + " of " + o.Table }

func (o DropPartition) fragment() string { return words("delete", o.Name) }

func (o DropPartition) inverse(s *State) ([]Op, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	for _, p := range t.Partitions {
		if p.Name == o.Name {
			return []Op{AddPartition{Table: o.Table, Partition: p}}, nil
		}
	}
	return nil, missing(o, o.Table, "partition", o.Name, nil)
}

// SetKey changes the columns of the primary key. Without columns it drops the
// key.
type SetKey struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns,omitempty"`
	// Index is a unique index over the columns, which becomes the key's, "" to
	// build one.
	Index string `json:"index,omitempty"`
}

// Apply sets the columns, which become NOT NULL, and removes the index.
func (o SetKey) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	for _, c := range o.Columns {
		if _, err := t.column(o, c); err != nil {
			return err
		}
	}
	if o.Index != "" {
		if err := (DropIndex{Table: o.Table, Name: o.Index}).Apply(s); err != nil {
			return err
		}
	}
	t.Key = slices.Clone(o.Columns)
	for i, c := range t.Columns {
		t.Columns[i].NotNull = c.NotNull || slices.Contains(t.Key, c.Name)
	}
	return nil
}

// Describe returns the table's name.
func (o SetKey) Describe() string {
	if len(o.Columns) == 0 {
		return "drop the primary key of " + o.Table
	}
	return "set the primary key of " + o.Table
}

func (o SetKey) fragment() string { return words("alter", o.Table, "key") }

// inverse sets the key of before, and the nullability of its columns.
func (o SetKey) inverse(s *State) ([]Op, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	out := []Op{SetKey{Table: o.Table, Columns: slices.Clone(t.Key)}}
	for _, c := range t.Columns {
		if !c.NotNull && slices.Contains(o.Columns, c.Name) {
			out = append(out, AlterColumn{Table: o.Table, Column: c})
		}
	}
	if o.Index != "" {
		for _, x := range t.Indexes {
			if x.Name == o.Index {
				out = append(out, AddIndex{Table: o.Table, Index: x.clone()})
			}
		}
	}
	return out, nil
}
