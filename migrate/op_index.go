package migrate

import "slices"

// AddIndex adds an index.
type AddIndex struct {
	Table string `json:"table"`
	Index Index  `json:"index"`
	// Concurrently builds it without blocking writes. Its statement is then the
	// only one of a file without a transaction.
	Concurrently bool `json:"concurrently,omitempty"`
}

// Apply adds the index.
func (o AddIndex) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	if slices.Contains(t.indexNames(), o.Index.Name) {
		return taken(o, o.Table, "index", o.Index.Name)
	}
	for _, c := range slices.Concat(o.Index.Columns, o.Index.Include) {
		if _, err := t.column(o, c); err != nil {
			return err
		}
	}
	t.Indexes = append(t.Indexes, o.Index.clone())
	return nil
}

// Describe returns the index and its table.
func (o AddIndex) Describe() string { return "add index " + o.Index.Name + " to " + o.Table }

func (o AddIndex) fragment() string { return words(o.Index.Name) }

func (o AddIndex) inverse(*State) ([]Op, error) {
	return []Op{DropIndex{Table: o.Table, Name: o.Index.Name, Concurrently: o.Concurrently}}, nil
}

// DropIndex drops an index.
type DropIndex struct {
	Table        string `json:"table"`
	Name         string `json:"name"`
	Concurrently bool   `json:"concurrently,omitempty"` // as in AddIndex
}

// Apply removes the index.
func (o DropIndex) Apply(s *State) error {
	t, i, err := o.find(s)
	if err == nil {
		t.Indexes = slices.Delete(t.Indexes, i, i+1)
	}
	return err
}

func (o DropIndex) find(s *State) (*Table, int, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, 0, err
	}
	i := slices.Index(t.indexNames(), o.Name)
	if i < 0 {
		return nil, 0, missing(o, o.Table, "index", o.Name, t.indexNames())
	}
	return t, i, nil
}

// Describe returns the index and its table.
func (o DropIndex) Describe() string { return "drop index " + o.Name + " of " + o.Table }

func (o DropIndex) fragment() string { return words("remove", o.Name) }

func (o DropIndex) inverse(s *State) ([]Op, error) {
	t, i, err := o.find(s)
	if err != nil {
		return nil, err
	}
	return []Op{AddIndex{Table: o.Table, Index: t.Indexes[i].clone(), Concurrently: o.Concurrently}}, nil
}

// RenameIndex renames an index.
type RenameIndex struct {
	Table string `json:"table"`
	Name  string `json:"name"`
	To    string `json:"to"`
}

// Apply renames the index.
func (o RenameIndex) Apply(s *State) error {
	t, err := s.table(o, o.Table)
	if err != nil {
		return err
	}
	i := slices.Index(t.indexNames(), o.Name)
	switch {
	case i < 0:
		return missing(o, o.Table, "index", o.Name, t.indexNames())
	case slices.Contains(t.indexNames(), o.To):
		return taken(o, o.Table, "index", o.To)
	}
	t.Indexes[i].Name = o.To
	return nil
}

// Describe returns both names.
func (o RenameIndex) Describe() string { return "rename index " + o.Name + " to " + o.To }

func (o RenameIndex) fragment() string { return words("rename", o.Name, o.To) }

func (o RenameIndex) inverse(*State) ([]Op, error) {
	return []Op{RenameIndex{Table: o.Table, Name: o.To, To: o.Name}}, nil
}
