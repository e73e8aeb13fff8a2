package catalog

import "slices"

// Table is a table or another relation in pg_class.
type Table struct {
	Schema      string       `json:"schema"`
	Kind        string       `json:"kind"` // pg_class.relkind: r table, p partitioned, v view, m materialized view, f foreign
	Columns     []Column     `json:"columns"`
	Indexes     []Index      `json:"indexes"`
	Constraints []Constraint `json:"constraints"`

	// Inspect sets the fields below, Read does not.

	Name       string     `json:"name"`       // with the label of its schema: "items" or "shop.items"
	Properties []Property `json:"properties"` // those that differ from a plain table's
	Definition string     `json:"definition"` // the query of a view
	Parents    []string   `json:"parents"`    // the tables that it inherits from, or is a partition of
	Partition  bool       `json:"partition"`  // a partition of its parent
	Comment    string     `json:"comment"`
}

// Property is a property of a table, such as "persistence", "unlogged".
type Property struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Column is a column, with texts as the server prints them.
type Column struct {
	Name      string `json:"name"`
	TypeOID   uint32 `json:"oid"`
	Type      string `json:"type"`
	NotNull   bool   `json:"notnull"`
	Default   string `json:"default"`   // the expression of a generated column
	Identity  string `json:"identity"`  // "", "a" always, "d" by default
	Generated string `json:"generated"` // "", "s" stored, "v" virtual
	Collation string `json:"collation"` // "" for that of the type
	Comment   string `json:"comment"`
	Extra     string `json:"extra"`     // SQL of rare options: storage, compression, statistics, those of an identity
	Counted   bool   `json:"counted"`   // the default is the next value of a sequence that the column owns
	Inherited bool   `json:"inherited"` // from a parent or the partitioned table
}

// Index is an index, including those of constraints.
type Index struct {
	Name       string   `json:"name"`
	Method     string   `json:"method"`
	Unique     bool     `json:"unique"`
	Valid      bool     `json:"valid"`
	Partial    bool     `json:"partial"`
	Columns    []string `json:"columns"` // the key parts in order, "" for an expression
	Def        string   `json:"def"`
	Parts      []Part   `json:"parts"` // the key parts in order
	Include    []string `json:"include"`
	Where      string   `json:"where"`
	Constraint string   `json:"constraint"` // the constraint that it belongs to
	Options    string   `json:"options"`    // storage parameters, which Def has too
	Extra      string   `json:"extra"`      // CLUSTER, REPLICA IDENTITY, TABLESPACE
	Comment    string   `json:"comment"`
	Inherited  bool     `json:"inherited"` // attached to an index of the partitioned table
}

// Part is a key part of an index.
type Part struct {
	Text      string `json:"text"`      // a column or an expression
	Opclass   string `json:"opclass"`   // "" for the default of the type
	Collation string `json:"collation"` // "" for that of the column
	Desc      bool   `json:"desc"`
	Nulls     string `json:"nulls"` // "first" or "last" if that is not the direction's default
}

// Constraint is a constraint of a table.
type Constraint struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"` // pg_constraint.contype: p, u, c, f, x
	Columns    []string `json:"columns"`
	RefSchema  string   `json:"refschema"`
	RefTable   string   `json:"reftable"`
	RefColumns []string `json:"refcolumns"`
	OnDelete   string   `json:"ondelete"` // pg_constraint.confdeltype: a, r, c, n, d
	OnUpdate   string   `json:"onupdate"`
	Deferrable bool     `json:"deferrable"`
	Deferred   bool     `json:"deferred"` // DEFERRABLE INITIALLY DEFERRED
	Invalid    bool     `json:"invalid"`  // NOT VALID
	Def        string   `json:"def"`
	Comment    string   `json:"comment"`
	Inherited  bool     `json:"inherited"` // from a parent or the partitioned table
}

// Column returns a column by its name.
func (t *Table) Column(name string) (Column, bool) {
	return First(t.Columns, func(c Column) bool { return c.Name == name })
}

// Index returns an index by its name.
func (t *Table) Index(name string) (Index, bool) {
	return First(t.Indexes, func(x Index) bool { return x.Name == name })
}

// Constraint returns a constraint by its name.
func (t *Table) Constraint(name string) (Constraint, bool) {
	return First(t.Constraints, func(c Constraint) bool { return c.Name == name })
}

// PrimaryKey returns the primary key.
func (t *Table) PrimaryKey() (Constraint, bool) {
	return First(t.Constraints, func(c Constraint) bool { return c.Kind == "p" })
}

// First returns the first part that is wanted, and whether there is one.
func First[P any](parts []P, wanted func(P) bool) (P, bool) {
	if i := slices.IndexFunc(parts, wanted); i >= 0 {
		return parts[i], true
	}
	var none P
	return none, false
}
