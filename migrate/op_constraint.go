package migrate

import (
	"slices"
	"strings"
)

// AddForeignKey adds a foreign key. With its NotValid, rows that are there are
// not checked before ValidateConstraint.
type AddForeignKey struct {
	Table      string     `json:"table"`
	ForeignKey ForeignKey `json:"foreign_key"`
}

// Apply adds the foreign key.
func (o AddForeignKey) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if slices.Contains(t.constraintNames(), o.ForeignKey.Name) {
		return taken(o, o.Table, "constraint", o.ForeignKey.Name)
	}
	for _, c := range o.ForeignKey.Columns {
		if _, err := t.column(o, c); err != nil {
			return err
		}
	}
	if err := s.refers(o, o.ForeignKey, ""); err != nil {
		return err
	}
	t.ForeignKeys = append(t.ForeignKeys, o.ForeignKey.clone())
	return nil
}

// Describe returns the foreign key and its table.
func (o AddForeignKey) Describe() string {
	return "add foreign key " + o.ForeignKey.Name + " to " + o.Table
}

func (o AddForeignKey) fragment() string { return words(o.ForeignKey.Name) }

func (o AddForeignKey) inverse(*State) ([]Op, error) {
	return []Op{DropForeignKey{Table: o.Table, Name: o.ForeignKey.Name}}, nil
}

// DropForeignKey drops a foreign key.
type DropForeignKey struct {
	Table string `json:"table"`
	Name  string `json:"name"`
}

// Apply removes the foreign key.
func (o DropForeignKey) Apply(s *State) error {
	t, i, err := o.find(s)
	if err == nil {
		t.ForeignKeys = slices.Delete(t.ForeignKeys, i, i+1)
	}
	return err
}

func (o DropForeignKey) find(s *State) (*Table, int, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(t.ForeignKeys, func(fk ForeignKey) bool { return fk.Name == o.Name })
	if i < 0 {
		return nil, 0, missing(o, o.Table, "foreign key", o.Name, t.constraintNames())
	}
	return t, i, nil
}

// Describe returns the foreign key and its table.
func (o DropForeignKey) Describe() string { return "drop foreign key " + o.Name + " of " + o.Table }

func (o DropForeignKey) fragment() string { return words("remove", o.Name) }

func (o DropForeignKey) inverse(s *State) ([]Op, error) {
	t, i, err := o.find(s)
	if err != nil {
		return nil, err
	}
	return []Op{AddForeignKey{Table: o.Table, ForeignKey: t.ForeignKeys[i].clone()}}, nil
}

// AddConstraint adds a CHECK, UNIQUE or EXCLUDE constraint. With its NotValid,
// rows that are there are not checked before ValidateConstraint.
type AddConstraint struct {
	Table      string     `json:"table"`
	Constraint Constraint `json:"constraint"`
	// Index is a unique index over the columns, which becomes the constraint's, ""
	// to build one.
	Index string `json:"index,omitempty"`
}

// Apply adds the constraint and removes the index.
func (o AddConstraint) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if slices.Contains(t.constraintNames(), o.Constraint.Name) {
		return taken(o, o.Table, "constraint", o.Constraint.Name)
	}
	for _, c := range o.Constraint.Unique {
		if _, err := t.column(o, c); err != nil {
			return err
		}
	}
	if o.Index != "" {
		if err := (DropIndex{Table: o.Table, Name: o.Index}).Apply(s); err != nil {
			return err
		}
	}
	t.Constraints = append(t.Constraints, o.Constraint.clone())
	return nil
}

// Describe returns the constraint and its table.
func (o AddConstraint) Describe() string {
	return "add constraint " + o.Constraint.Name + " to " + o.Table
}

func (o AddConstraint) fragment() string { return words(o.Constraint.Name) }

// inverse drops the constraint with its index, and builds the index again if
// there was one.
func (o AddConstraint) inverse(s *State) ([]Op, error) {
	out := []Op{DropConstraint{Table: o.Table, Name: o.Constraint.Name}}
	if o.Index != "" {
		undo, err := (DropIndex{Table: o.Table, Name: o.Index}).inverse(s)
		if err != nil {
			return nil, err
		}
		out = append(out, undo...)
	}
	return out, nil
}

// DropConstraint drops a CHECK, UNIQUE or EXCLUDE constraint.
type DropConstraint struct {
	Table string `json:"table"`
	Name  string `json:"name"`
}

// Apply removes the constraint.
func (o DropConstraint) Apply(s *State) error {
	t, i, err := o.find(s)
	if err == nil {
		t.Constraints = slices.Delete(t.Constraints, i, i+1)
	}
	return err
}

func (o DropConstraint) find(s *State) (*Table, int, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(t.Constraints, func(c Constraint) bool { return c.Name == o.Name })
	if i < 0 {
		return nil, 0, missing(o, o.Table, "constraint", o.Name, t.constraintNames())
	}
	return t, i, nil
}

// Describe returns the constraint and its table.
func (o DropConstraint) Describe() string { return "drop constraint " + o.Name + " of " + o.Table }

func (o DropConstraint) fragment() string { return words("remove", o.Name) }

func (o DropConstraint) inverse(s *State) ([]Op, error) {
	t, i, err := o.find(s)
	if err != nil {
		return nil, err
	}
	return []Op{AddConstraint{Table: o.Table, Constraint: t.Constraints[i].clone()}}, nil
}

// RenameConstraint renames a constraint or a foreign key.
type RenameConstraint struct {
	Table string `json:"table"`
	Name  string `json:"name"`
	To    string `json:"to"`
}

// Apply renames the constraint.
func (o RenameConstraint) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	i := slices.Index(t.constraintNames(), o.Name)
	switch {
	case i < 0:
		return missing(o, o.Table, "constraint", o.Name, t.constraintNames())
	case slices.Contains(t.constraintNames(), o.To):
		return taken(o, o.Table, "constraint", o.To)
	case i < len(t.Constraints):
		t.Constraints[i].Name = o.To
	default:
		t.ForeignKeys[i-len(t.Constraints)].Name = o.To
	}
	return nil
}

// Describe returns both names.
func (o RenameConstraint) Describe() string { return "rename constraint " + o.Name + " to " + o.To }

func (o RenameConstraint) fragment() string { return words("rename", o.Name, o.To) }

func (o RenameConstraint) inverse(*State) ([]Op, error) {
	return []Op{RenameConstraint{Table: o.Table, Name: o.To, To: o.Name}}, nil
}

// ValidateConstraint checks the rows that were there when a NotValid constraint
// or foreign key was added.
type ValidateConstraint struct {
	Table string `json:"table"`
	Name  string `json:"name"`
}

// Apply clears NotValid.
func (o ValidateConstraint) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	i := slices.Index(t.constraintNames(), o.Name)
	switch {
	case i < 0:
		return missing(o, o.Table, "constraint", o.Name, t.constraintNames())
	case i < len(t.Constraints):
		t.Constraints[i].NotValid = false
	default:
		t.ForeignKeys[i-len(t.Constraints)].NotValid = false
	}
	return nil
}

// Describe returns the constraint and its table.
func (o ValidateConstraint) Describe() string {
	return "validate constraint " + o.Name + " of " + o.Table
}

func (o ValidateConstraint) fragment() string { return words("validate", o.Name) }

// inverse adds it again, not valid, which reads no rows.
func (o ValidateConstraint) inverse(s *State) ([]Op, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	for _, fk := range t.ForeignKeys {
		if fk.Name == o.Name && fk.NotValid {
			return []Op{DropForeignKey(o), AddForeignKey{Table: o.Table, ForeignKey: fk.clone()}}, nil
		}
	}
	for _, c := range t.Constraints {
		if c.Name == o.Name && c.NotValid {
			return []Op{DropConstraint(o), AddConstraint{Table: o.Table, Constraint: c.clone()}}, nil
		}
	}
	return nil, nil
}

// kind returns the constraint's first word: "CHECK", "UNIQUE" or "EXCLUDE".
func (c Constraint) kind() string {
	first, _, _ := strings.Cut(strings.TrimSpace(c.Definition), " ")
	first, _, _ = strings.Cut(first, "(")
	return strings.ToUpper(first)
}
