package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// comparison compares a state with a database.
type comparison struct {
	state  *State
	have   *catalog.Catalog
	others []string // tables that are not in the state
	states []kept
	work   map[string]bool // the names of unfinished work
	gone   map[string]bool // tables that steps have dropped or renamed
	normal map[string]*normalTable

	out *plan
}

// plan returns what the database lacks and how it differs. The changes are in
// an order that the server accepts: tables, columns, keys and constraints,
// indexes, then foreign keys, which may need all of them.
func (c *comparison) plan() *plan {
	p := c.out
	var constraints, indexes, foreignKeys, drops []change
	for _, t := range c.state.Ordered() {
		have := c.have.Tables[t.Name]
		if have == nil {
			bare := *t
			bare.Indexes, bare.ForeignKeys = nil, nil
			sql, _ := CreateTable{Table: bare}.forward(c.state) // it has no error
			for _, s := range sql {
				p.changes = append(p.changes, change{table: t.Name, what: "table", sql: s})
			}
			have = &catalog.Table{Kind: "r"}
			for _, x := range t.Indexes {
				indexes = append(indexes, change{table: t.Name, what: "index", name: x.Name, sql: t.createIndex(x)})
			}
			foreignKeys = append(foreignKeys, c.foreignKeys(t, have, map[string]bool{})...)
			continue
		}
		if have.Kind != "r" && have.Kind != "p" {
			p.differ(Difference{Table: t.Name, Kind: "table", Is: relationKinds[have.Kind], Should: "table",
				Hint: `drop it, or keep the model out of migrations`})
			continue
		}
		have, aside := c.withoutAside(t, have)
		drops = append(drops, aside...)
		claimed := map[string]bool{}
		if t.Comment != "" && t.Comment != have.Comment {
			p.changes = append(p.changes, change{table: t.Name, what: "table", sql: t.comment(t.Comment)})
		}
		c.columns(t, have)
		constraints = append(constraints, c.key(t, have)...)
		constraints = append(constraints, c.constraints(t, have, claimed)...)
		indexes = append(indexes, c.indexes(t, have, claimed)...)
		foreignKeys = append(foreignKeys, c.foreignKeys(t, have, claimed)...)
		c.extra(t, have, claimed)
	}
	for _, name := range c.others {
		p.extra = append(p.extra, Difference{Table: name, Kind: "table", Is: "there", Should: notInModels})
	}
	p.changes = slices.Concat(p.changes, constraints, indexes, foreignKeys, drops)
	// An invalid unique index refuses rows.
	slices.SortStableFunc(p.changes, func(a, b change) int { return cmp.Compare(a.order(), b.order()) })
	return p
}

// order returns 0 for what comes before other changes.
func (c change) order() int {
	if _, ok := c.part.(invalidIndex); ok {
		return 0
	}
	return 1
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

func (c *comparison) comments(t *Table, columns []Column) {
	for _, col := range columns {
		if col.Comment != "" {
			c.out.changes = append(c.out.changes, change{table: t.Name, what: "column", name: col.Name, sql: t.commentOn(col)})
		}
	}
}

func (c *comparison) columns(t *Table, have *catalog.Table) {
	var missing []Column
	for _, want := range t.Columns {
		switch col, ok := have.Column(want.Name); {
		case !ok:
			missing = append(missing, want)
		case c.work[fillWork(t.Name, want.Name)]:
			c.out.changes = append(c.out.changes, change{table: t.Name, what: "column", name: want.Name,
				sql: t.addColumn(want), weight: rewriting, of: t, part: want, adds: true, resumed: true})
		default:
			c.column(t, want, col, have)
		}
	}
	for _, want := range addOrder(missing) {
		ch := change{table: t.Name, what: "column", name: want.Name, sql: t.addColumn(filled(want)), of: t, part: want, adds: true}
		if n := c.normal[t.Name]; n != nil && n.rewrites[want.Name] {
			ch.weight = rewriting
		}
		c.out.changes = append(c.out.changes, ch)
		c.comments(t, []Column{want})
	}
	for _, col := range have.Columns {
		if _, ok := t.Column(col.Name); ok || slices.Contains(t.ignored, col.Name) {
			continue
		}
		if refusesInserts(col) {
			c.out.differ(Difference{Table: t.Name, Name: col.Name, Kind: "column",
				Is: col.Type + " NOT NULL without a default", Should: "not there, as in the model",
				Hint: "every insert fails: drop NOT NULL, set a default, or add the field"})
		}
	}
}

// refusesInserts reports whether an insert that does not name the column fails.
func refusesInserts(c catalog.Column) bool {
	return c.NotNull && c.Default == "" && c.Identity == "" && c.Generated == ""
}

// addOrder returns columns with the generated ones last: they may depend on
// others that are new.
func addOrder(columns []Column) []Column {
	out := slices.Clone(columns)
	slices.SortStableFunc(out, func(a, b Column) int { return cmp.Compare(min(len(a.Generated), 1), min(len(b.Generated), 1)) })
	return out
}

// filled returns a column as it is added to a table with rows.
func filled(c Column) Column {
	if c.Default == "" && c.Generated == "" && c.Identity == "" {
		c.Default = c.Fill
	}
	return c
}

// column compares an existing column.
func (c *comparison) column(t *Table, want Column, have catalog.Column, table *catalog.Table) {
	n := c.normal[t.Name].columns[want.Name]
	retyped := !sameType(want.Type, c.have.Types[want.Type], have)
	differ := func(kind, is, should, hint string) {
		c.out.differ(Difference{Table: t.Name, Name: want.Name, Kind: kind, Is: is, Should: should, Hint: hint})
	}
	alters := func(sql string, w weight) {
		c.out.changes = append(c.out.changes, change{table: t.Name, what: "column", name: want.Name, sql: sql, weight: w, of: t, part: want})
	}
	alter := "ALTER TABLE " + quoteTable(t.Name) + " ALTER COLUMN " + quote(want.Name) + " "
	if retyped {
		user := generatedFrom(table, want.Name)
		switch {
		case !wider(have.Type, want.Type) || have.Generated != "":
			differ("type", have.Type, want.Type, alterHint(t, want.Name))
			return
		case user != "":
			differ("type", have.Type, want.Type, fmt.Sprintf("the generated column %q reads it: %s", user, alterHint(t, want.Name)))
			return
		}
		w := brief
		if checkedWithRows(table, want.Name) {
			w = reading
		}
		alters(alter+"TYPE "+want.Type+collate(want), w)
	}
	if !retyped && n.Collation != have.Collation {
		differ("collation", cmp.Or(have.Collation, "that of the type"), cmp.Or(want.Collation, "that of the type"), alterHint(t, want.Name))
	}
	switch pk, _ := table.PrimaryKey(); {
	case want.NotNull && !have.NotNull:
		differ("not null", "NULL", "NOT NULL", alterHint(t, want.Name))
	case have.NotNull && !want.NotNull && (have.Identity != "" || slices.Contains(pk.Columns, want.Name)):
		differ("not null", "NOT NULL", "NULL", "")
	case have.NotNull && !want.NotNull:
		alters(alter+"DROP NOT NULL", brief)
	}
	if want.Comment != "" && want.Comment != have.Comment {
		alters(t.commentOn(want), brief)
	}
	switch generated := have.Generated != ""; {
	case generated && want.Generated == "":
		differ("generated", "GENERATED ALWAYS AS ("+have.Default+")", "not generated", alterHint(t, want.Name))
		return
	case !generated && want.Generated != "":
		differ("generated", "not generated", "GENERATED ALWAYS AS ("+want.Generated+")", alterHint(t, want.Name))
		return
	case generated:
		if have.Default != n.Default {
			differ("generated", "GENERATED ALWAYS AS ("+have.Default+")", "GENERATED ALWAYS AS ("+want.Generated+")", alterHint(t, want.Name))
		}
		return
	}
	switch {
	case want.Identity == "" && want.Default != "" && have.Identity != "":
		differ("identity", "GENERATED AS IDENTITY", "DEFAULT "+want.Default, alterHint(t, want.Name))
	case want.Identity == "" && want.Default != "" && n.Default != have.Default && !sameLiteral(n.Default, have.Default):
		alters(alter+"SET DEFAULT "+want.Default, brief)
	case want.Identity != "" && have.Identity == "" && have.Default == "":
		differ("identity", "not counted up", "GENERATED "+want.Identity+" AS IDENTITY", "")
	case want.Identity == "ALWAYS" && have.Identity != "a":
		differ("identity", "GENERATED BY DEFAULT AS IDENTITY", "GENERATED ALWAYS AS IDENTITY", "")
	}
}

// alterHint advises the step that changes a part of a table.
func alterHint(t *Table, name string) string {
	return fmt.Sprintf("change it by hand, or by the step migrate.Alter(%q, %q)", t.Name, name)
}

func collate(c Column) string {
	if c.Collation == "" {
		return ""
	}
	return " COLLATE " + c.Collation
}

// generatedFrom returns a generated column whose expression has a column's
// name, "" if there is none.
func generatedFrom(t *catalog.Table, column string) string {
	for _, c := range t.Columns {
		if c.Generated != "" && hasWord(c.Default, column) {
			return c.Name
		}
	}
	return ""
}

// checkedWithRows reports whether the server reads the rows again when the
// column's type changes: for a check, or an index with an expression or
// condition.
func checkedWithRows(t *catalog.Table, column string) bool {
	return slices.ContainsFunc(t.Constraints, func(c catalog.Constraint) bool {
		return c.Kind == "c" && (slices.Contains(c.Columns, column) || len(c.Columns) == 0)
	}) || slices.ContainsFunc(t.Indexes, func(x catalog.Index) bool {
		return (x.Partial || slices.Contains(x.Columns, "")) && hasWord(x.Def, column)
	})
}

func (c *comparison) key(t *Table, have *catalog.Table) []change {
	pk, ok := have.PrimaryKey()
	switch {
	case len(t.Key) == 0:
	case !ok:
		return []change{{table: t.Name, what: "primary key", name: strings.Join(t.Key, ", "), sql: t.addKey(), weight: reading, of: t}}
	case !sameSet(pk.Columns, t.Key):
		c.out.differ(Difference{Table: t.Name, Kind: "primary key", Is: strings.Join(pk.Columns, ", "), Should: strings.Join(t.Key, ", ")})
	}
	return nil
}

// relationKinds are the names of pg_class.relkind for what is no table.
var relationKinds = map[string]string{"v": "view", "m": "materialized view", "f": "foreign table"}

// sameSet compares columns in any order.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
