package migrate

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// constraints compares the UNIQUE, CHECK and EXCLUDE constraints by their
// definitions, and those that are left by their names. It adds the names that
// it finds to claimed.
func (c *comparison) constraints(t *Table, have *catalog.Table, claimed map[string]bool) []change {
	n := c.normal[t.Name]
	found := make([]bool, len(t.Constraints))
	claim := func(i int, fits func(want Constraint, is catalog.Constraint) bool) {
		if found[i] {
			return
		}
		for _, is := range have.Constraints {
			if !claimed[is.Name] && fits(t.Constraints[i], is) {
				found[i], claimed[is.Name] = true, true
				return
			}
		}
	}
	equal := func(i int) func(Constraint, catalog.Constraint) bool {
		return func(want Constraint, is catalog.Constraint) bool { return sameConstraint(n.constraints[i], is) }
	}
	for i := range t.Constraints {
		claim(i, func(want Constraint, is catalog.Constraint) bool { return want.Name == is.Name && equal(i)(want, is) })
	}
	for i := range t.Constraints {
		claim(i, equal(i))
	}
	var changes []change
	for i, want := range t.Constraints {
		if found[i] {
			continue
		}
		if is, ok := have.Constraint(want.Name); ok && !claimed[is.Name] {
			claimed[is.Name] = true
			if n.constraints[i].Kind == "" { // a column of another type keeps it from being compared
				continue
			}
			c.out.differ(Difference{Table: t.Name, Name: want.Name, Kind: "constraint", Is: is.Def, Should: want.Definition, Hint: alterHint(t, want.Name)})
			continue
		}
		ch := change{table: t.Name, what: "constraint", name: want.Name,
			sql: t.addConstraint(want.Name, want.Definition), weight: reading, of: t, part: want}
		if x, ok := have.Index(want.Name); ok && want.Unique != nil { // older releases of GORM made indexes of them
			claimed[indexKey(x.Name)] = true
			if !x.Valid { // what a killed build has left
				changes = append(changes, dropIndex(t, x.Name), ch)
			} else if !x.Unique || x.Partial || !sameSet(x.Columns, want.Unique) {
				c.out.differ(Difference{Table: t.Name, Name: want.Name, Kind: "constraint", Is: x.Def, Should: want.Definition})
			}
			continue
		}
		if is, ok := c.predecessor(t, have, n.constraints[i], claimed); ok {
			claimed[is.Name] = true
			c.out.differ(Difference{Table: t.Name, Name: is.Name, Kind: "constraint", Is: is.Def, Should: want.Definition,
				Hint: fmt.Sprintf("drop the old one, by hand or by the step migrate.Drop(%q, %q)", t.Name, is.Name)})
			continue
		}
		changes = append(changes, ch)
	}
	for _, is := range have.Constraints {
		if is.Invalid && claimed[is.Name] && c.work[validateWork(t.Name, is.Name)] {
			changes = append(changes, validation(t, is.Name))
		}
	}
	return changes
}

// validation returns the change that validates a constraint.
func validation(t *Table, name string) change {
	return change{table: t.Name, what: "constraint", name: name, sql: "ALTER TABLE " + quoteTable(t.Name) + " VALIDATE CONSTRAINT " + quote(name), of: t,
		resumed: true, work: validateWork(t.Name, name)}
}

// sameConstraint compares two definitions as the server prints them.
func sameConstraint(want, is catalog.Constraint) bool {
	if want.Kind != is.Kind {
		return false
	}
	if want.Kind == "u" {
		return sameSet(want.Columns, is.Columns) && columnList.ReplaceAllString(want.Def, "") == columnList.ReplaceAllString(is.Def, "")
	}
	return want.Def == strings.TrimSuffix(is.Def, " NOT VALID")
}

var columnList = regexp.MustCompile(`\(.*\)`)

// predecessor returns a check that the models had, or that has a default name,
// over a column of a check that is missing: the new one takes its place.
func (c *comparison) predecessor(t *Table, have *catalog.Table, want catalog.Constraint, claimed map[string]bool) (catalog.Constraint, bool) {
	return catalog.First(have.Constraints, func(is catalog.Constraint) bool {
		return want.Kind == "c" && is.Kind == "c" && !claimed[is.Name] && !is.Inherited && !c.named(t, is.Name) &&
			(everHad(c.states, t.Name, is.Name) || strings.HasPrefix(is.Name, "chk_"+catalog.Split(t.Name).Table+"_")) &&
			slices.ContainsFunc(is.Columns, func(name string) bool { return slices.Contains(want.Columns, name) })
	})
}

// named reports whether the model has a constraint of this name.
func (c *comparison) named(t *Table, name string) bool {
	return slices.ContainsFunc(t.Constraints, func(x Constraint) bool { return x.Name == name })
}

// indexes compares indexes by their definitions, and those that are left by
// their names. It adds the names that it finds to claimed.
func (c *comparison) indexes(t *Table, have *catalog.Table, claimed map[string]bool) []change {
	n := c.normal[t.Name]
	found := make([]bool, len(t.Indexes))
	for _, sameName := range []bool{true, false} {
		for i, want := range t.Indexes {
			for _, is := range have.Indexes {
				if !found[i] && !claimed[indexKey(is.Name)] && is.Valid && (!sameName && is.Constraint == "" || is.Name == want.Name) && equalIndex(n.indexes[i], is) {
					found[i], claimed[indexKey(is.Name)] = true, true
				}
			}
		}
	}
	var changes []change
	for i, want := range t.Indexes {
		if found[i] {
			continue
		}
		ch := change{table: t.Name, what: "index", name: want.Name, sql: t.createIndex(want), weight: reading, of: t, part: want}
		switch is, ok := have.Index(want.Name); {
		case want.live && ofAllRows(want, have): // it is among the Extra, and refuses more
		case !ok && c.served(t, want, have):
		case !ok:
			changes = append(changes, ch)
		case claimed[indexKey(is.Name)]: // under that name it has another definition, which the models want too
			c.out.differ(Difference{Table: t.Name, Name: want.Name, Kind: "index", Is: is.Def, Should: ch.sql, Hint: "rename one of them"})
		case !is.Valid: // what a killed build has left
			claimed[indexKey(is.Name)] = true
			changes = append(changes, dropIndex(t, want.Name), ch)
		case n.indexes[i].Def == "": // a column of another type keeps it from being compared
			claimed[indexKey(is.Name)] = true
		default:
			claimed[indexKey(is.Name)] = true
			c.out.differ(Difference{Table: t.Name, Name: want.Name, Kind: "index", Is: is.Def, Should: ch.sql, Hint: alterHint(t, want.Name)})
		}
	}
	return changes
}

// ofAllRows reports whether a table has the unique index of want for deleted
// rows too, as models made it before.
func ofAllRows(want Index, have *catalog.Table) bool {
	return slices.ContainsFunc(have.Indexes, func(is catalog.Index) bool {
		return is.Valid && is.Unique && !is.Partial && sameSet(is.Columns, want.Columns)
	})
}

// indexKey is the key of an index among claimed names: a constraint may have
// the name of an index.
func indexKey(name string) string { return "index " + name }

// dropIndex returns the change that drops an invalid index.
func dropIndex(t *Table, name string) change {
	return change{table: t.Name, what: "index", name: name, sql: "DROP INDEX " + quoteBeside(t.Name, name), of: t, part: invalidIndex(name)}
}

// invalidIndex is the part of a change that drops an invalid index of this
// name.
type invalidIndex string

// quoteBeside quotes the name of an index with the schema of its table.
func quoteBeside(table, name string) string {
	if s := catalog.Split(table).Schema; s != "" {
		return quote(s) + "." + quote(name)
	}
	return quote(name)
}

// equalIndex compares two definitions as the server prints them, without names.
func equalIndex(want, is catalog.Index) bool {
	_, w, _ := strings.Cut(want.Def, " USING ")
	_, i, _ := strings.Cut(is.Def, " USING ")
	return want.Unique == is.Unique && w == i
}

// served reports whether another index serves the foreign key that an index is
// for.
func (c *comparison) served(t *Table, want Index, have *catalog.Table) bool {
	if want.Unique || want.partial() || cmp.Or(strings.ToLower(want.Method), "btree") != "btree" ||
		!slices.ContainsFunc(t.ForeignKeys, func(fk ForeignKey) bool { return slices.Equal(fk.Columns, want.Columns) }) {
		return false
	}
	return slices.ContainsFunc(have.Indexes, func(is catalog.Index) bool {
		return is.Valid && !is.Partial && is.Method == "btree" && len(is.Columns) >= len(want.Columns) &&
			sameSet(is.Columns[:len(want.Columns)], want.Columns)
	})
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
func (c *comparison) foreignKeys(t *Table, have *catalog.Table, claimed map[string]bool) []change {
	var changes []change
	for _, want := range t.ForeignKeys {
		is, ok := have.Constraint(want.Name)
		if !ok {
			is, ok = catalog.First(have.Constraints, func(is catalog.Constraint) bool { return want.joins(is, c.have) })
		}
		if !ok {
			ch := change{table: t.Name, what: "foreign key", name: want.Name, sql: t.addConstraint(want.Name, want.definition()), of: t, part: want}
			if len(have.Columns) > 0 { // it is not new
				ch.weight = reading
			}
			changes = append(changes, ch)
			continue
		}
		claimed[is.Name] = true
		if !want.joins(is, c.have) || !sameAction(want.OnDelete, is.OnDelete) || !sameAction(want.OnUpdate, is.OnUpdate) || want.Deferrable && !is.Deferred {
			c.out.differ(Difference{Table: t.Name, Name: is.Name, Kind: "foreign key", Is: is.Def, Should: want.definition(), Hint: alterHint(t, is.Name)})
			continue
		}
		if is.Invalid && c.work[validateWork(t.Name, is.Name)] {
			changes = append(changes, validation(t, is.Name))
		}
	}
	return changes
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
