package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// step is a change: a statement and the object it creates.
type step struct {
	table, what, name, sql string
	// needsEmpty is the definition of a NOT NULL column without a value for
	// existing rows, "" for other steps.
	needsEmpty string
}

// plan holds what a database lacks and how it differs.
type plan struct {
	steps       []step
	differences []Difference
}

// compare compares the state with the catalog. The steps are in an order that
// the server accepts: tables, columns, keys and constraints, indexes, then
// foreign keys, which may need all of them.
func compare(s *State, c *catalog.Catalog) (*plan, error) {
	if err := checkCatalog(s, c); err != nil {
		return nil, err
	}
	p := &plan{}
	var constraints, indexes, foreignKeys []step
	for _, t := range s.Ordered() {
		have := c.Tables[t.Name]
		if have == nil {
			p.add("table", t, "", t.createTable())
			p.comments(t, t.Columns)
			have = &catalog.Table{Kind: "r"}
		} else if have.Kind != "r" && have.Kind != "p" {
			p.differ(Difference{Table: t.Name, Kind: "table", Is: relationKinds[have.Kind], Should: "table",
				Hint: `drop it, or keep the model out of migrations`})
			continue
		} else {
			p.columns(t, have, c)
			constraints = append(constraints, p.key(t, have)...)
			constraints = append(constraints, p.constraints(t, have)...)
		}
		indexes = append(indexes, p.indexes(t, have)...)
		foreignKeys = append(foreignKeys, p.foreignKeys(t, have, c)...)
	}
	p.steps = slices.Concat(p.steps, constraints, indexes, foreignKeys)
	return p, nil
}

// checkCatalog returns an error for what no statement could correct.
func checkCatalog(s *State, c *catalog.Catalog) error {
	for _, t := range s.Ordered() {
		switch name := catalog.Split(t.Name); {
		case name.Schema == "" && c.Schema == "":
			return fmt.Errorf("migrate: table %q: the search path has no schema that exists (set search_path or create the schema)", t.Name)
		case name.Schema != "" && !c.Schemas[name.Schema]:
			return fmt.Errorf("migrate: table %q: schema %q does not exist (create it first: CREATE SCHEMA %s)", t.Name, name.Schema, quote(name.Schema))
		}
		for _, col := range t.Columns {
			if _, ok := c.Types[col.Type]; !ok {
				return &UnknownTypeError{Table: t.Name, Column: col.Name, Type: col.Type}
			}
		}
	}
	return nil
}

func (p *plan) add(what string, t *Table, name, sql string) {
	p.steps = append(p.steps, step{table: t.Name, what: what, name: name, sql: sql})
}

func (p *plan) differ(d Difference) { p.differences = append(p.differences, d) }

func (p *plan) comments(t *Table, columns []Column) {
	for _, c := range columns {
		if c.Comment != "" {
			p.add("column", t, c.Name, t.commentOn(c))
		}
	}
}

func (p *plan) columns(t *Table, have *catalog.Table, c *catalog.Catalog) {
	var missing []Column
	for _, want := range t.Columns {
		if col, ok := have.Column(want.Name); ok {
			p.column(t, want, col, c.Types[want.Type])
		} else {
			missing = append(missing, want)
		}
	}
	// A generated column may depend on another new one.
	slices.SortStableFunc(missing, func(a, b Column) int { return cmp.Compare(min(len(a.Generated), 1), min(len(b.Generated), 1)) })
	for _, want := range missing {
		st := step{table: t.Name, what: "column", name: want.Name, sql: t.addColumn(want)}
		if want.NotNull && want.Default == "" && want.Generated == "" && want.Identity == "" {
			st.needsEmpty = want.definition()
		}
		p.steps = append(p.steps, st)
		p.comments(t, []Column{want})
	}
	for _, col := range have.Columns {
		if _, ok := t.Column(col.Name); ok || slices.Contains(t.ignored, col.Name) {
			continue
		}
		if col.NotNull && col.Default == "" && col.Identity == "" && col.Generated == "" {
			p.differ(Difference{Table: t.Name, Name: col.Name, Kind: "column",
				Is: col.Type + " NOT NULL without a default", Should: "not there, as in the model",
				Hint: "every insert fails: drop NOT NULL, set a default, or add the field"})
		}
	}
}

// column compares an existing column. Equal columns are not reported, and
// neither are properties that only the server could compare by creating the
// column again.
func (p *plan) column(t *Table, want Column, have catalog.Column, typ catalog.Type) {
	differ := func(kind, is, should, hint string) {
		p.differ(Difference{Table: t.Name, Name: want.Name, Kind: kind, Is: is, Should: should, Hint: hint})
	}
	if !sameType(want.Type, typ, have) {
		differ("type", have.Type, want.Type, "")
		return
	}
	if want.NotNull != have.NotNull {
		null := map[bool]string{true: "NOT NULL", false: "NULL"}
		differ("not null", null[have.NotNull], null[want.NotNull], "")
	}
	switch generated := have.Generated != ""; {
	case generated && want.Generated == "":
		differ("generated", "GENERATED ALWAYS AS ("+have.Default+")", "not generated", "")
		return
	case !generated && want.Generated != "":
		differ("generated", "not generated", "GENERATED ALWAYS AS ("+want.Generated+")", "")
		return
	case generated:
		return
	}
	switch {
	case want.Identity == "" && differentDefault(want.Default, have.Type, have.Default):
		differ("default", cmp.Or(have.Default, "none"), want.Default, "")
	case want.Identity != "" && have.Identity == "" && have.Default == "":
		differ("identity", "not counted up", "GENERATED "+want.Identity+" AS IDENTITY", "")
	case want.Identity == "ALWAYS" && have.Identity != "a":
		differ("identity", "GENERATED BY DEFAULT AS IDENTITY", "GENERATED ALWAYS AS IDENTITY", "")
	}
}

func (p *plan) key(t *Table, have *catalog.Table) []step {
	pk, ok := have.PrimaryKey()
	switch {
	case len(t.Key) == 0:
	case !ok:
		return []step{{table: t.Name, what: "primary key", name: strings.Join(t.Key, ", "), sql: t.addKey()}}
	case !sameSet(pk.Columns, t.Key):
		p.differ(Difference{Table: t.Name, Kind: "primary key", Is: strings.Join(pk.Columns, ", "), Should: strings.Join(t.Key, ", ")})
	}
	return nil
}

// relationKinds are the names of pg_class.relkind for what is no table.
var relationKinds = map[string]string{"v": "view", "m": "materialized view", "f": "foreign table"}

// sameSet compares columns in any order.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
