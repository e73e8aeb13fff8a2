package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Asker answers a question about a possible rename. Without one, and for the
// answer false, the old part is dropped and the new one is created.
type Asker func(Question) (bool, error)

// Question is about one possible rename.
type Question struct {
	// Kind is "table", "column", "enum" or "enum value".
	Kind string
	// Table is the column's table by its new name, or the value's enum.
	Table string
	// Old and New are the names.
	Old, New string
	// Likeness is between 0 and 1: of tables the part of columns that are equal, of
	// other names their likeness as words.
	Likeness float64
}

// String returns the question in words: "was column users.name renamed to
// users.full_name?".
func (q Question) String() string {
	switch q.Kind {
	case "column":
		return fmt.Sprintf("was column %s.%s renamed to %s.%s?", q.Table, q.Old, q.Table, q.New)
	case "enum value":
		return fmt.Sprintf("was value %s of enum %s renamed to %s?", q.Old, q.Table, q.New)
	}
	return fmt.Sprintf("was %s %s renamed to %s?", q.Kind, q.Old, q.New)
}

// Diff returns the operations that lead from one state to another, in an order
// that the server accepts. It is a pure function: the same states and answers
// have the same result on every machine.
//
// Possible renames come first. Meta.RenamedFrom and the tag renamed_from answer
// without a question. A table is asked about if at least half of its columns
// are equal, a column if its definition is equal. What names a renamed part
// follows: foreign keys, indexes, conditions, generated columns, the tables of
// many-to-many relations.
//
// A NOT NULL column without a default that is added to an existing table gets
// Go's zero value for the rows that are there, times the current one; see
// Column.Fill. If there is none that fits, the error is a *NeedsValueError. In
// a column that becomes NOT NULL, NULLs get its default, or else what FillNulls
// says.
func Diff(from, to *State, ask Asker, opts ...DiffOption) ([]Op, error) {
	d := &differ{work: from.Clone(), to: to, ask: ask, old: map[string]bool{}}
	for _, o := range opts {
		o(d)
	}
	for _, step := range []func(){
		d.createTypes, d.renameTables, d.renameColumns, d.plan, d.drops, d.renameParts, d.createEarlyObjects,
		d.createTables, d.changeColumns, d.changeKeys, d.dropColumns, d.addParts, d.createObjects, d.dropTypes,
	} {
		if step(); d.err != nil {
			return nil, d.err
		}
	}
	return d.ops, nil
}

// differ holds the state that the operations so far lead to.
type differ struct {
	work, to *State
	ask      Asker
	nulls    NullFiller
	ops      []Op
	err      error
	old      map[string]bool // the tables that were there, by their new names

	tables  map[string]*tablePlan
	objects objectPlan
}

// emit applies an operation and adds it.
func (d *differ) emit(op Op) {
	if d.err != nil {
		return
	}
	if err := op.Apply(d.work); err != nil {
		d.err = fmt.Errorf("migrate: the operations between two states: %w", err)
		return
	}
	d.ops = append(d.ops, op)
}

// asked returns the answer to a question.
func (d *differ) asked(q Question) bool {
	if d.ask == nil || d.err != nil {
		return false
	}
	yes, err := d.ask(q)
	if err != nil {
		d.err = err
	}
	return yes && err == nil
}

// createTypes makes schemas, extensions and enums, before what needs them.
func (d *differ) createTypes() {
	for _, name := range d.to.Schemas {
		if !slices.Contains(d.work.Schemas, name) {
			d.emit(CreateSchema{Name: name})
		}
	}
	for _, name := range d.to.Extensions {
		if !slices.Contains(d.work.Extensions, name) {
			d.emit(CreateExtension{Name: name})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.to.Enums)) {
		want := d.to.Enums[name]
		if d.work.Enums[name] != nil {
			continue
		}
		renamed := false
		for _, old := range slices.Sorted(maps.Keys(d.work.Enums)) {
			if d.to.Enums[old] == nil && slices.Equal(d.work.Enums[old].Values, want.Values) &&
				d.asked(Question{Kind: "enum", Old: old, New: name, Likeness: 1}) {
				d.emit(RenameEnum{Name: old, To: name})
				renamed = true
				break
			}
		}
		if !renamed {
			d.emit(CreateEnum{Enum: Enum{Name: name, Values: slices.Clone(want.Values)}})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.to.Enums)) {
		d.changeEnum(name)
	}
}

// changeEnum renames and adds values. Other changes are left to plan, since
// they rewrite tables.
func (d *differ) changeEnum(name string) {
	want := d.to.Enums[name].Values
	have := d.work.Enums[name]
	if len(have.Values) == len(want) {
		for i, old := range slices.Clone(have.Values) {
			if old != want[i] && !slices.Contains(want, old) && !slices.Contains(have.Values, want[i]) &&
				d.asked(Question{Kind: "enum value", Table: name, Old: old, New: want[i], Likeness: wordLikeness(old, want[i])}) {
				d.emit(RenameEnumValue{Name: name, Value: old, To: want[i]})
			}
		}
	}
	have = d.work.Enums[name]
	kept := slices.DeleteFunc(slices.Clone(want), func(v string) bool { return !slices.Contains(have.Values, v) })
	if !slices.Equal(kept, have.Values) {
		return
	}
	for i := len(want) - 1; i >= 0; i-- { // from behind, so that each is before a value that exists
		if slices.Contains(have.Values, want[i]) {
			continue
		}
		before := ""
		if i+1 < len(want) {
			before = want[i+1]
		}
		d.emit(AddEnumValue{Name: name, Value: want[i], Before: before})
	}
}

// changedEnums returns the enums whose values must be replaced.
func (d *differ) changedEnums() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(d.to.Enums)) {
		if have := d.work.Enums[name]; have != nil && !slices.Equal(have.Values, d.to.Enums[name].Values) {
			out = append(out, name)
		}
	}
	return out
}

// dropTypes drops what nothing needs any more.
func (d *differ) dropTypes() {
	for _, key := range d.objects.drop {
		if o := d.work.Objects[key]; o != nil && d.to.Objects[key] == nil {
			d.emit(DropObject{Kind: o.Kind, Name: o.Name})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.work.Enums)) {
		if d.to.Enums[name] == nil {
			d.emit(DropEnum{Name: name})
		}
	}
	for _, name := range slices.Clone(d.work.Extensions) {
		if !slices.Contains(d.to.Extensions, name) {
			d.emit(DropExtension{Name: name})
		}
	}
	for _, name := range slices.Clone(d.work.Schemas) {
		if !slices.Contains(d.to.Schemas, name) {
			d.emit(DropSchema{Name: name})
		}
	}
}

// createTables makes the tables that are new, each behind those it refers to. A
// foreign key that the order does not permit is left to addParts.
func (d *differ) createTables() {
	for _, t := range d.to.Ordered() {
		if d.work.Tables[t.Name] != nil {
			continue
		}
		c := t.clone()
		c.ForeignKeys = slices.DeleteFunc(c.ForeignKeys, func(fk ForeignKey) bool { return fk.Ref != t.Name && !d.refersNow(fk) })
		d.emit(CreateTable{Table: *c})
	}
}

// refersNow reports whether a foreign key could be made now: the referenced
// columns exist and are unique, or the table is none of the state's.
func (d *differ) refersNow(fk ForeignKey) bool {
	if d.to.Tables[fk.Ref] == nil {
		return true
	}
	ref := d.work.Tables[fk.Ref]
	if ref == nil {
		return false
	}
	unique := func(columns []string) bool { return sameSet(columns, fk.RefColumns) }
	if unique(ref.Key) {
		return true
	}
	for _, c := range ref.Constraints {
		if unique(c.Unique) {
			return true
		}
	}
	return slices.ContainsFunc(ref.Indexes, func(x Index) bool { return x.Unique && unique(x.Columns) })
}

// NeedsValueError reports a NOT NULL column that cannot be added to a table
// with rows, since it has no default and no value would fit.
type NeedsValueError struct {
	Table, Column, Type string
	// Why is what keeps the zero value of the type from fitting.
	Why string
}

// Error names the column and what to do.
func (e *NeedsValueError) Error() string {
	return fmt.Sprintf("migrate: column %q of table %q is NOT NULL without a default, and rows that are there need a value: %s "+
		"(set a default, or let it be NULL, fill it, and make it NOT NULL in a later migration)", e.Column, e.Table, e.Why)
}

// fill returns the value of a new column for rows that are there.
func (d *differ) fill(t *Table, c Column) string {
	if !c.needsFill() {
		return c.Fill
	}
	fail := func(why string) string {
		d.err = &NeedsValueError{Table: t.Name, Column: c.Name, Type: c.Type, Why: why}
		return ""
	}
	for _, fk := range t.ForeignKeys {
		if slices.Contains(fk.Columns, c.Name) {
			return fail("it refers to rows of " + fk.Ref)
		}
	}
	alone := []string{c.Name}
	unique := slices.Equal(t.Key, alone) ||
		slices.ContainsFunc(t.Constraints, func(k Constraint) bool { return slices.Equal(k.Unique, alone) }) ||
		slices.ContainsFunc(t.Indexes, func(x Index) bool { return x.Unique && slices.Equal(x.Columns, alone) && !x.partial() })
	if unique {
		return fail("it is unique")
	}
	zero, ok := d.to.zero(c)
	if !ok || strings.HasPrefix(c.Type, "uuid") {
		return fail("type " + c.Type + " has no zero value")
	}
	return zero
}
