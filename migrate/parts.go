package migrate

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// constraints compares the UNIQUE and CHECK constraints. They are found by
// name; a UNIQUE of the same columns under another name does as well.
func (p *plan) constraints(t *Table, have *catalog.Table) []step {
	var steps []step
	for _, want := range t.Constraints {
		if c, ok := have.Constraint(want.Name); ok {
			p.constraint(t, want, c)
			continue
		}
		if want.Unique != nil {
			if x, ok := have.Index(want.Name); ok { // older releases of GORM made indexes of them
				if !x.Unique || x.Partial || !sameSet(x.Columns, want.Unique) {
					p.differ(Difference{Table: t.Name, Name: want.Name, Kind: "constraint", Is: x.Def, Should: want.Definition})
				}
				continue
			}
			if slices.ContainsFunc(have.Constraints, func(c catalog.Constraint) bool {
				return c.Kind == "u" && sameSet(c.Columns, want.Unique)
			}) {
				continue
			}
		}
		steps = append(steps, step{table: t.Name, what: "constraint", name: want.Name, sql: t.addConstraint(want)})
	}
	return steps
}

// constraint compares kinds and columns; the server's text of a condition is
// not the model's, and saying so at each start would help nobody.
func (p *plan) constraint(t *Table, want Constraint, have catalog.Constraint) {
	same := have.Kind == "c"
	if want.Unique != nil {
		same = have.Kind == "u" && sameSet(have.Columns, want.Unique)
	}
	if !same {
		p.differ(Difference{Table: t.Name, Name: want.Name, Kind: "constraint", Is: have.Def, Should: want.Definition})
	}
}

// indexes finds indexes by name and compares what is plain: uniqueness,
// method, columns, and whether there is a condition.
func (p *plan) indexes(t *Table, have *catalog.Table) []step {
	var steps []step
	for _, want := range t.Indexes {
		x, ok := have.Index(want.Name)
		if !ok {
			steps = append(steps, step{table: t.Name, what: "index", name: want.Name, sql: t.createIndex(want)})
			continue
		}
		method := strings.ToLower(want.Method)
		if method == "" {
			method = "btree"
		}
		// An expression's text is the server's own; that there is one is plain.
		columns := slices.Equal(x.Columns, want.Columns)
		if want.Columns == nil {
			columns = slices.Contains(x.Columns, "") && len(x.Columns) == len(want.Parts) ||
				len(want.Parts) == 1 // GORM's tag may hold several parts in one text
		}
		switch {
		case !x.Valid:
			p.differ(Difference{Table: t.Name, Name: want.Name, Kind: "index", Is: "invalid: a concurrent build failed", Should: t.createIndex(want),
				Hint: "drop it, and the next start builds it"})
		case x.Unique != want.Unique, x.Method != method, x.Partial != want.partial(), !columns:
			p.differ(Difference{Table: t.Name, Name: want.Name, Kind: "index", Is: x.Def, Should: t.createIndex(want)})
		}
	}
	return steps
}

// partial says that the index has a condition, which GORM's option may hold as
// well.
func (x Index) partial() bool {
	return x.Where != "" || strings.Contains(" "+strings.ToUpper(x.Option)+" ", " WHERE ")
}

// foreignKeys finds foreign keys by name, and else by what they join: GORM
// renames them when the other end of the relation gets a field. One that waits
// for the commit unasked does no harm, and is what Django makes of all of them.
func (p *plan) foreignKeys(t *Table, have *catalog.Table, c *catalog.Catalog) []step {
	var steps []step
	for _, want := range t.ForeignKeys {
		is, ok := have.Constraint(want.Name)
		if !ok {
			i := slices.IndexFunc(have.Constraints, func(is catalog.Constraint) bool { return want.joins(is, c) })
			if i < 0 {
				steps = append(steps, step{table: t.Name, what: "foreign key", name: want.Name, sql: t.addForeignKey(want)})
				continue
			}
			is = have.Constraints[i]
		}
		if !want.joins(is, c) || !sameAction(want.OnDelete, is.OnDelete) || !sameAction(want.OnUpdate, is.OnUpdate) || want.Deferrable && !is.Deferred {
			p.differ(Difference{Table: t.Name, Name: is.Name, Kind: "foreign key", Is: is.Def, Should: want.definition()})
		}
	}
	return steps
}

// joins says that a constraint joins the same columns of the same tables.
func (fk ForeignKey) joins(have catalog.Constraint, c *catalog.Catalog) bool {
	ref := catalog.Split(fk.Ref)
	if ref.Schema == "" {
		ref.Schema = c.Schema
	}
	if have.Kind != "f" || have.RefSchema != ref.Schema || have.RefTable != ref.Table || len(have.Columns) != len(fk.Columns) {
		return false
	}
	for i, column := range fk.Columns { // the pairs matter, their order does not
		j := slices.Index(have.Columns, column)
		if j < 0 || have.RefColumns[j] != fk.RefColumns[i] {
			return false
		}
	}
	return true
}

func sameAction(want, have string) bool {
	action, _, _ := strings.Cut(want, "(")
	switch strings.TrimSpace(action) {
	case "CASCADE":
		return have == "c"
	case "RESTRICT":
		return have == "r"
	case "SET NULL":
		return have == "n"
	case "SET DEFAULT":
		return have == "d"
	}
	return have == "a"
}
