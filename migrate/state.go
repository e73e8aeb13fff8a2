package migrate

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/gormango/gormango/internal/catalog"
)

// State describes a schema: tables, types and other objects. It consists of
// plain values that survive JSON.
type State struct {
	// Tables are by their names as the models write them: "books" or "shop.books".
	Tables map[string]*Table `json:"tables"`
	// Enums are by their names: "mood" or "shop.mood".
	Enums map[string]*Enum `json:"enums,omitempty"`
	// Extensions are sorted names.
	Extensions []string `json:"extensions,omitempty"`
	// Schemas are sorted names, without the schema of the search path.
	Schemas []string `json:"schemas,omitempty"`
	// Objects are by kind and name: "view active_users".
	Objects map[string]*SQLObject `json:"objects,omitempty"`
}

// Table describes a table. Its parts are in the order of the model.
type Table struct {
	Name        string       `json:"name"`
	Columns     []Column     `json:"columns"`
	Key         []string     `json:"key,omitempty"` // the columns of the primary key
	Indexes     []Index      `json:"indexes,omitempty"`
	ForeignKeys []ForeignKey `json:"foreign_keys,omitempty"`
	Constraints []Constraint `json:"constraints,omitempty"`
	Comment     string       `json:"comment,omitempty"`
	PartitionBy string       `json:"partition_by,omitempty"` // SQL: "RANGE (at)"
	Partitions  []Partition  `json:"partitions,omitempty"`

	// ignored are columns that the model writes but excludes from migrations
	// ("-:migration").
	ignored []string
	// renamedFrom is the former name by Meta, "-" for none.
	renamedFrom string
	// joins reports whether GORM makes up the table of a many-to-many relation.
	joins bool
	// unindexed are columns whose foreign key gets no index.
	unindexed []string
}

// Partition describes a partition of a table.
type Partition struct {
	Name   string `json:"name"`
	Values string `json:"values"` // SQL: "FOR VALUES FROM (1) TO (10)" or "DEFAULT"
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
	// Fill is the default of a NOT NULL column whose model has none, if it was
	// added to a table with rows. The database keeps it, for programs that do not
	// know the column.
	Fill string `json:"fill,omitempty"`

	// renamedFrom is the former name by the tag renamed_from, "-" for none.
	renamedFrom string
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

	// live reports whether Where is that of a soft delete, which no tag has.
	live bool
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
	NotValid   bool     `json:"not_valid,omitempty"`  // rows that were there are not checked yet
}

// Constraint describes a CHECK, UNIQUE or EXCLUDE constraint.
type Constraint struct {
	Name       string   `json:"name"`
	Definition string   `json:"definition"`          // SQL after the name: "CHECK (pages > 0)"
	Unique     []string `json:"unique,omitempty"`    // the columns, of a UNIQUE constraint only
	NotValid   bool     `json:"not_valid,omitempty"` // rows that were there are not checked yet
}

// Enum is an enum type. Among the models of FromModels it declares one.
type Enum struct {
	Name   string   `json:"name"` // "mood" or "shop.mood"
	Values []string `json:"values"`
}

// Extension declares an extension of PostgreSQL among the models of FromModels.
type Extension struct {
	Name string
}

// SQLObject is what models do not describe: a view, a function, a trigger, a
// policy. Among the models of FromModels it declares one.
type SQLObject struct {
	Kind   string `json:"kind"`   // "view", "materialized view", "function", "trigger", …
	Name   string `json:"name"`   // unique for its kind
	Create string `json:"create"` // one statement
	Drop   string `json:"drop"`   // the statement that undoes it
	// Uses are the names of tables and objects that Create needs. Those that Create
	// mentions by name are found without it.
	Uses []string `json:"uses,omitempty"`
}

// key returns the object's key in State.Objects.
func (o *SQLObject) key() string { return o.Kind + " " + o.Name }

// Column returns a column of the table by its name.
func (t *Table) Column(name string) (Column, bool) {
	return catalog.First(t.Columns, func(c Column) bool { return c.Name == name })
}

// Clone returns a copy that shares nothing with s.
func (s *State) Clone() *State {
	out := &State{Tables: make(map[string]*Table, len(s.Tables)), Extensions: slices.Clone(s.Extensions), Schemas: slices.Clone(s.Schemas)}
	for name, t := range s.Tables {
		out.Tables[name] = t.clone()
	}
	if s.Enums != nil {
		out.Enums = make(map[string]*Enum, len(s.Enums))
	}
	for name, e := range s.Enums {
		out.Enums[name] = &Enum{Name: e.Name, Values: slices.Clone(e.Values)}
	}
	if s.Objects != nil {
		out.Objects = make(map[string]*SQLObject, len(s.Objects))
	}
	for name, o := range s.Objects {
		c := *o
		c.Uses = slices.Clone(o.Uses)
		out.Objects[name] = &c
	}
	return out
}

func (t *Table) clone() *Table {
	c := *t
	c.Columns, c.Key = slices.Clone(t.Columns), slices.Clone(t.Key)
	c.ignored, c.unindexed = slices.Clone(t.ignored), slices.Clone(t.unindexed)
	c.Indexes, c.ForeignKeys, c.Constraints = slices.Clone(t.Indexes), slices.Clone(t.ForeignKeys), slices.Clone(t.Constraints)
	c.Partitions = slices.Clone(t.Partitions)
	for i, x := range c.Indexes {
		c.Indexes[i] = x.clone()
	}
	for i, fk := range c.ForeignKeys {
		c.ForeignKeys[i] = fk.clone()
	}
	for i, k := range c.Constraints {
		c.Constraints[i] = k.clone()
	}
	return &c
}

func (x Index) clone() Index {
	x.Parts, x.Columns, x.Include = slices.Clone(x.Parts), slices.Clone(x.Columns), slices.Clone(x.Include)
	return x
}

func (fk ForeignKey) clone() ForeignKey {
	fk.Columns, fk.RefColumns = slices.Clone(fk.Columns), slices.Clone(fk.RefColumns)
	return fk
}

func (c Constraint) clone() Constraint {
	c.Unique = slices.Clone(c.Unique)
	return c
}

// UnmarshalJSON reads a state. Its maps are never nil.
func (s *State) UnmarshalJSON(text []byte) error {
	type plain State
	p := plain{Tables: map[string]*Table{}, Enums: map[string]*Enum{}, Objects: map[string]*SQLObject{}}
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	*s = State(p)
	return nil
}

// newState returns a state without anything.
func newState() *State {
	return &State{Tables: map[string]*Table{}, Enums: map[string]*Enum{}, Objects: map[string]*SQLObject{}}
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
