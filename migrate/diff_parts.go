package migrate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// tablePlan is what changes in a table that stays.
type tablePlan struct {
	name string
	want *Table

	generated []string // columns that are dropped early, since they are made anew
	dropped   []string // columns that go
	key       bool     // the key changes

	indexes     partPlan[Index]
	constraints partPlan[Constraint]
	foreignKeys partPlan[ForeignKey]
}

// partPlan is what changes in a list of parts with names.
type partPlan[P any] struct {
	drop   []string
	rename [][2]string
	add    []P
}

// plan compares the tables that stay, part by part.
func (d *differ) plan() {
	d.tables = map[string]*tablePlan{}
	for _, name := range slices.Sorted(maps.Keys(d.to.Tables)) {
		if have := d.work.Tables[name]; have != nil {
			d.tables[name] = &tablePlan{name: name, want: d.to.Tables[name]}
			d.planTable(d.tables[name], have)
			if d.err != nil {
				return
			}
		}
	}
	d.planObjects()
}

// planTable fills the plan of a table.
func (d *differ) planTable(p *tablePlan, have *Table) {
	want := p.want
	if !sameSQL(have.PartitionBy, want.PartitionBy) {
		d.err = &OpError{Op: "change table " + p.name, Table: p.name, Why: "the server cannot partition a table that exists, nor merge its partitions (create a new table, copy the rows, and rename both)"}
		return
	}
	retyped := map[string]bool{} // the columns whose values get another form
	for _, enum := range d.changedEnums() {
		for _, u := range d.work.columnsOf(enum) {
			if u.table.Name == p.name {
				retyped[u.column.Name] = true
			}
		}
	}
	for _, c := range have.Columns {
		w, stays := want.Column(c.Name)
		switch {
		case !stays && !slices.Contains(want.ignored, c.Name):
			p.dropped = append(p.dropped, c.Name)
		case stays && w.Generated != "" && !sameSQL(c.Generated, w.Generated):
			p.generated = append(p.generated, c.Name)
		case stays && !sameColumnType(c, w):
			retyped[c.Name] = true
		}
	}
	for _, c := range have.Columns { // what generates a column cannot change its type
		for name := range retyped {
			if w, stays := want.Column(c.Name); stays && w.Generated != "" && mentions(c.Generated, name) && !slices.Contains(p.generated, c.Name) {
				p.generated = append(p.generated, c.Name)
			}
		}
	}
	touched := func(uses func(string) bool) bool {
		for name := range retyped {
			if uses(name) {
				return true
			}
		}
		return slices.ContainsFunc(p.generated, uses)
	}
	p.key = !slices.Equal(have.Key, want.Key)
	p.indexes = planParts(have.Indexes, want.Indexes, func(x Index) string { return x.Name }, sameIndex,
		func(x Index) bool { return slices.ContainsFunc(p.generated, x.uses) || x.reads() && touched(x.uses) })
	p.constraints = planParts(have.Constraints, want.Constraints, func(c Constraint) string { return c.Name },
		func(a, b Constraint) bool { return sameSQL(a.Definition, b.Definition) },
		func(c Constraint) bool {
			return slices.ContainsFunc(p.generated, c.uses) || c.kind() != "UNIQUE" && touched(c.uses)
		})
	p.foreignKeys = planParts(have.ForeignKeys, want.ForeignKeys, func(fk ForeignKey) string { return fk.Name }, sameForeignKey,
		func(fk ForeignKey) bool { return d.strained(p, fk) })
}

// strained reports whether a foreign key must be made anew, since the types of
// its columns or the key it refers to change.
func (d *differ) strained(p *tablePlan, fk ForeignKey) bool {
	ref, after := d.work.Tables[fk.Ref], d.to.Tables[fk.Ref]
	if ref == nil || after == nil {
		return false
	}
	if sameSet(fk.RefColumns, ref.Key) && !sameSet(ref.Key, after.Key) {
		return true
	}
	changed := func(have, want *Table, column string) bool {
		a, ok := have.Column(column)
		b, ok2 := want.Column(column)
		return ok && ok2 && !sameTypeText(a.Type, b.Type)
	}
	for i, c := range fk.Columns {
		if changed(d.work.Tables[p.name], p.want, c) && changed(ref, after, fk.RefColumns[i]) {
			return true
		}
	}
	if sameSet(fk.RefColumns, ref.Key) {
		return false
	}
	for _, c := range ref.Constraints { // what it rests on goes
		if c.Unique != nil && sameSet(c.Unique, fk.RefColumns) {
			return !slices.ContainsFunc(after.Constraints, func(w Constraint) bool { return sameSQL(c.Definition, w.Definition) })
		}
	}
	for _, x := range ref.Indexes {
		if x.Unique && sameSet(x.Columns, fk.RefColumns) {
			return !slices.ContainsFunc(after.Indexes, func(w Index) bool { return sameIndex(x, w) })
		}
	}
	return false
}

// planParts compares parts by name and by definition. A part of an equal
// definition under another name is renamed. Those that renew reports are made
// anew.
func planParts[P any](have, want []P, name func(P) string, same func(a, b P) bool, renew func(P) bool) partPlan[P] {
	var p partPlan[P]
	var left []P
	wanted := slices.Clone(want)
	for _, h := range have {
		i := slices.IndexFunc(wanted, func(w P) bool { return name(w) == name(h) && same(h, w) })
		if i >= 0 && !renew(h) {
			wanted = slices.Delete(wanted, i, i+1)
		} else {
			left = append(left, h)
		}
	}
	for _, h := range left {
		i := slices.IndexFunc(wanted, func(w P) bool { return name(w) != name(h) && same(h, w) })
		if i >= 0 && !renew(h) {
			p.rename = append(p.rename, [2]string{name(h), name(wanted[i])})
			wanted = slices.Delete(wanted, i, i+1)
		} else {
			p.drop = append(p.drop, name(h))
		}
	}
	p.add = wanted
	return p
}

func sameIndex(a, b Index) bool {
	method := func(x Index) string { return cmp.Or(strings.ToLower(x.Method), "btree") }
	return method(a) == method(b) && sameSQL(a.Where, b.Where) && sameSQL(a.Option, b.Option) && a.Unique == b.Unique &&
		a.NullsNotDistinct == b.NullsNotDistinct && slices.Equal(a.Include, b.Include) && slices.EqualFunc(a.Parts, b.Parts, sameSQL)
}

// reads reports whether the index has a text that depends on a column's type.
func (x Index) reads() bool {
	if x.Where != "" || x.Columns == nil || x.Option != "" {
		return true
	}
	for i, c := range x.Columns {
		part := strings.TrimSuffix(x.Parts[i], " DESC")
		if part != quote(c) && part != c {
			return true // an operator class
		}
	}
	return x.Method != "" && !strings.EqualFold(x.Method, "btree")
}

func sameForeignKey(a, b ForeignKey) bool {
	action := func(s string) string {
		if s == "NO ACTION" {
			return ""
		}
		return s
	}
	if a.Ref != b.Ref || len(a.Columns) != len(b.Columns) || action(a.OnDelete) != action(b.OnDelete) ||
		action(a.OnUpdate) != action(b.OnUpdate) || a.Deferrable != b.Deferrable {
		return false
	}
	for i, c := range a.Columns {
		j := slices.Index(b.Columns, c)
		if j < 0 || a.RefColumns[i] != b.RefColumns[j] {
			return false
		}
	}
	return true
}

// drops removes objects, foreign keys, constraints, indexes and tables that go,
// so that their names are free.
func (d *differ) drops() {
	// Objects go before the renames, so that the way back creates them with the old
	// names.
	done := d.ops
	d.ops = nil
	for _, key := range d.objects.drop {
		if o := d.work.Objects[key]; d.to.Objects[key] != nil || !early(d.work, o) {
			d.emit(DropObject{Kind: o.Kind, Name: o.Name})
		}
	}
	d.ops = append(d.ops, done...)
	var gone []string
	for _, t := range slices.Backward(d.work.Ordered()) {
		if d.to.Tables[t.Name] == nil {
			gone = append(gone, t.Name)
		}
	}
	for _, p := range d.plans() {
		for _, name := range p.foreignKeys.drop {
			d.emit(DropForeignKey{Table: p.name, Name: name})
		}
	}
	for i, name := range gone { // those that a table which goes later has to one that goes before
		for _, fk := range slices.Clone(d.work.Tables[name].ForeignKeys) {
			if slices.Contains(gone[:i], fk.Ref) {
				d.emit(DropForeignKey{Table: name, Name: fk.Name})
			}
		}
	}
	for _, name := range gone { // before the constraints that their foreign keys rest on
		d.emit(DropTable{Table: name})
	}
	for _, p := range d.plans() {
		for _, name := range p.constraints.drop {
			d.emit(DropConstraint{Table: p.name, Name: name})
		}
	}
	for _, p := range d.plans() {
		for _, name := range p.indexes.drop {
			d.emit(DropIndex{Table: p.name, Name: name})
		}
	}
}

// plans returns the plans by table.
func (d *differ) plans() []*tablePlan {
	var out []*tablePlan
	for _, name := range slices.Sorted(maps.Keys(d.tables)) {
		out = append(out, d.tables[name])
	}
	return out
}

// renameParts renames indexes and constraints, each when its new name is free.
// Where names wait for each other, one takes another name for a while.
func (d *differ) renameParts() {
	for _, p := range d.plans() {
		have := d.work.Tables[p.name]
		d.renameAll(p.indexes.rename, have.indexNames, func(old, name string) Op { return RenameIndex{Table: p.name, Name: old, To: name} })
		constraints := slices.Concat(p.constraints.rename, p.foreignKeys.rename)
		d.renameAll(constraints, have.constraintNames, func(old, name string) Op { return RenameConstraint{Table: p.name, Name: old, To: name} })
	}
}

// renameAll renames the first of each pair to the second.
func (d *differ) renameAll(left [][2]string, taken func() []string, rename func(old, name string) Op) {
	left = slices.Clone(left)
	for len(left) > 0 && d.err == nil {
		i := slices.IndexFunc(left, func(pair [2]string) bool { return !slices.Contains(taken(), pair[1]) })
		if i < 0 {
			aside := clip(cut(left[0][0], min(len(left[0][0]), 58)) + "_swap")
			d.emit(rename(left[0][0], aside))
			left[0][0] = aside
			continue
		}
		d.emit(rename(left[i][0], left[i][1]))
		left = slices.Delete(left, i, i+1)
	}
}

// addParts adds constraints, indexes and foreign keys, whose columns and tables
// now exist.
func (d *differ) addParts() {
	for _, p := range d.plans() {
		for _, c := range p.constraints.add {
			d.emit(AddConstraint{Table: p.name, Constraint: c})
		}
	}
	for _, p := range d.plans() {
		for _, x := range p.indexes.add {
			d.emit(AddIndex{Table: p.name, Index: x})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.to.Tables)) {
		for _, fk := range d.to.Tables[name].ForeignKeys {
			if d.err == nil && !slices.Contains(d.work.Tables[name].constraintNames(), fk.Name) {
				d.emit(AddForeignKey{Table: name, ForeignKey: fk})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.to.Tables)) {
		if d.err == nil {
			d.validate(d.work.Tables[name], d.to.Tables[name])
		}
	}
}

// validate validates what an earlier migration added without.
func (d *differ) validate(have, want *Table) {
	for _, c := range want.Constraints {
		for _, h := range have.Constraints {
			if h.Name == c.Name && h.NotValid && !c.NotValid {
				d.emit(ValidateConstraint{Table: want.Name, Name: c.Name})
			}
		}
	}
	for _, fk := range want.ForeignKeys {
		for _, h := range have.ForeignKeys {
			if h.Name == fk.Name && h.NotValid && !fk.NotValid {
				d.emit(ValidateConstraint{Table: want.Name, Name: fk.Name})
			}
		}
	}
}
