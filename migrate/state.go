package migrate

import (
	"maps"
	"slices"

	"github.com/gormango/gormango/internal/catalog"
)

// State describes a set of tables. It consists of plain values that survive
// JSON.
type State struct {
	// Tables are by their names as the models write them: "books" or "shop.books".
	Tables map[string]*Table `json:"tables"`
}

// Table describes a table. Its parts are in the order of the model.
type Table struct {
	Name        string       `json:"name"`
	Columns     []Column     `json:"columns"`
	Key         []string     `json:"key,omitempty"` // the columns of the primary key
	Indexes     []Index      `json:"indexes,omitempty"`
	ForeignKeys []ForeignKey `json:"foreign_keys,omitempty"`
	Constraints []Constraint `json:"constraints,omitempty"`

	// ignored are columns that the model writes but excludes from migrations
	// ("-:migration").
	ignored []string
}

// Column describes a column.
type Column struct {
	Name      string `json:"name"`
	Type      string `json:"type"`                // without NOT NULL, default and the like: "numeric(10, 2)"
	Default   string `json:"default,omitempty"`   // SQL, "" without one
	Generated string `json:"generated,omitempty"` // the expression of a stored generated column
	Identity  string `json:"identity,omitempty"`  // "", "BY DEFAULT" or "ALWAYS"
	Collation string `json:"collation,omitempty"` // SQL, quoted if necessary
	Comment   string `json:"comment,omitempty"`
	NotNull   bool   `json:"not_null,omitempty"`
}

// Index describes an index that belongs to no constraint.
type Index struct {
	Name             string   `json:"name"`
	Method           string   `json:"method,omitempty"` // "" for btree
	Where            string   `json:"where,omitempty"`
	Parts            []string `json:"parts"`             // SQL with collation, operator class and direction
	Columns          []string `json:"columns,omitempty"` // the parts' columns, nil if one of them is an expression
	Include          []string `json:"include,omitempty"`
	Option           string   `json:"option,omitempty"` // SQL between the parts and WHERE, from GORM's tag
	Unique           bool     `json:"unique,omitempty"`
	NullsNotDistinct bool     `json:"nulls_not_distinct,omitempty"`
}

// ForeignKey describes a foreign key, merged from the tags and Meta of both
// ends.
type ForeignKey struct {
	Name       string   `json:"name"`
	Columns    []string `json:"columns"`
	Ref        string   `json:"ref"` // the referenced table, as in State.Tables
	RefColumns []string `json:"ref_columns"`
	OnDelete   string   `json:"on_delete,omitempty"` // upper case, "" for NO ACTION
	OnUpdate   string   `json:"on_update,omitempty"`
	Deferrable bool     `json:"deferrable,omitempty"` // DEFERRABLE INITIALLY DEFERRED
}

// Constraint describes a CHECK or a UNIQUE constraint.
type Constraint struct {
	Name       string   `json:"name"`
	Definition string   `json:"definition"`       // SQL after the name: "CHECK (pages > 0)"
	Unique     []string `json:"unique,omitempty"` // the columns, of a UNIQUE constraint only
}

// Column returns a column of the table by its name.
func (t *Table) Column(name string) (Column, bool) {
	return catalog.First(t.Columns, func(c Column) bool { return c.Name == name })
}

// Ordered returns the tables so that each comes after those that its foreign
// keys refer to, and else by name. Tables that refer to each other are in the
// order of their names.
func (s *State) Ordered() []*Table {
	var out []*Table
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		t := s.Tables[name]
		if t == nil || done[name] {
			return
		}
		done[name] = true
		refs := make([]string, 0, len(t.ForeignKeys))
		for _, fk := range t.ForeignKeys {
			refs = append(refs, fk.Ref)
		}
		slices.Sort(refs)
		for _, ref := range refs {
			visit(ref)
		}
		out = append(out, t)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Tables)) {
		visit(name)
	}
	return out
}
