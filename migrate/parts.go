package migrate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// constraints compares the UNIQUE and CHECK constraints by name. A UNIQUE of
// the same columns under another name is no difference.
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
		steps = append(steps, step{table: t.Name, what: "constraint", name: want.Name, sql: t.addConstraint(want.Name, want.Definition)})
	}
	return steps
}

// constraint compares kinds and columns. It does not compare conditions, since
// the server rewrites their text.
func (p *plan) constraint(t *Table, want Constraint, have catalog.Constraint) {
	same := have.Kind == "c"
	if want.Unique != nil {
		same = have.Kind == "u" && sameSet(have.Columns, want.Unique)
	}
	if !same {
		p.differ(Difference{Table: t.Name, Name: want.Name, Kind: "constraint", Is: have.Def, Should: want.Definition})
	}
}

// indexes finds indexes by name and compares uniqueness, method, columns, and
// whether there is a condition.
func (p *plan) indexes(t *Table, have *catalog.Table) []step {
	var steps []step
	for _, want := range t.Indexes {
		x, ok := have.Index(want.Name)
		if !ok {
			steps = append(steps, step{table: t.Name, what: "index", name: want.Name, sql: t.createIndex(want)})
			continue
		}
		method := cmp.Or(strings.ToLower(want.Method), "btree")
		// The server rewrites the text of an expression, so only its presence counts.
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

// partial reports whether the index has a condition, which may be in GORM's
// option.
func (x Index) partial() bool {
	return x.Where != "" || strings.Contains(" "+strings.ToUpper(x.Option)+" ", " WHERE ")
}

// foreignKeys finds foreign keys by name or else by their columns, since GORM
// renames them when the other end of the relation gets a field. A deferred
// constraint where the model wants none is no difference: Django makes all of
// them so.
func (p *plan) foreignKeys(t *Table, have *catalog.Table, c *catalog.Catalog) []step {
	var steps []step
	for _, want := range t.ForeignKeys {
		is, ok := have.Constraint(want.Name)
		if !ok {
			is, ok = catalog.First(have.Constraints, func(is catalog.Constraint) bool { return want.joins(is, c) })
		}
		if !ok {
			steps = append(steps, step{table: t.Name, what: "foreign key", name: want.Name, sql: t.addConstraint(want.Name, want.definition())})
			continue
		}
		if !want.joins(is, c) || !sameAction(want.OnDelete, is.OnDelete) || !sameAction(want.OnUpdate, is.OnUpdate) || want.Deferrable && !is.Deferred {
			p.differ(Difference{Table: t.Name, Name: is.Name, Kind: "foreign key", Is: is.Def, Should: want.definition()})
		}
	}
	return steps
}

// joins reports whether a constraint joins the same columns of the same tables.
func (fk ForeignKey) joins(have catalog.Constraint, c *catalog.Catalog) bool {
	ref := catalog.Split(fk.Ref)
	if ref.Schema == "" {
		ref.Schema = c.Schema
	}
	if have.Kind != "f" || have.RefSchema != ref.Schema || have.RefTable != ref.Table || len(have.Columns) != len(fk.Columns) {
		return false
	}
	for i, column := range fk.Columns { // the order of the pairs does not matter
		j := slices.Index(have.Columns, column)
		if j < 0 || have.RefColumns[j] != fk.RefColumns[i] {
			return false
		}
	}
	return true
}

// actions maps the actions of a foreign key to pg_constraint's letters.
var actions = map[string]string{"": "a", "NO ACTION": "a", "CASCADE": "c", "RESTRICT": "r", "SET NULL": "n", "SET DEFAULT": "d"}

func sameAction(want, have string) bool {
	action, _, _ := strings.Cut(want, "(")
	return have == actions[strings.TrimSpace(action)]
}
