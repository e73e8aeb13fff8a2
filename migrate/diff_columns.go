package migrate

import (
	"slices"
)

// changeColumns drops generated columns that are made anew, alters columns, and
// adds those that are new: generated ones last, since they need others.
func (d *differ) changeColumns() {
	for _, p := range d.plans() {
		for _, name := range p.generated {
			d.emit(DropColumn{Table: p.name, Column: name})
		}
		for _, name := range p.dropped { // it would stand in the way of those that it needs
			if c, ok := d.work.Tables[p.name].Column(name); ok && c.Generated != "" && !slices.Contains(d.work.Tables[p.name].Key, name) {
				d.emit(DropColumn{Table: p.name, Column: name})
			}
		}
	}
	for _, enum := range d.changedEnums() {
		for _, u := range d.work.columnsOf(enum) { // the new type may lack the old default
			t := d.to.Tables[u.table.Name]
			if t == nil {
				continue
			}
			if want, ok := t.Column(u.column.Name); ok && u.column.Default != "" && !sameSQL(u.column.Default, want.Default) {
				bare := *u.column
				bare.Default = ""
				d.emit(AlterColumn{Table: t.Name, Column: bare})
			}
		}
		d.emit(AlterEnum{Name: enum, Values: slices.Clone(d.to.Enums[enum].Values)})
	}
	for _, p := range d.plans() {
		for _, c := range p.want.Columns {
			if have, ok := d.work.Tables[p.name].Column(c.Name); ok && d.err == nil {
				d.alter(d.work.Tables[p.name], have, c)
			}
		}
		for _, generated := range []bool{false, true} {
			for _, c := range p.want.Columns {
				if _, ok := d.work.Tables[p.name].Column(c.Name); !ok && (c.Generated != "") == generated && d.err == nil {
					c.Fill = d.fill(p.want, c)
					d.emit(AddColumn{Table: p.name, Column: c})
				}
			}
		}
		d.comments(p)
	}
}

func (d *differ) comments(p *tablePlan) {
	have := d.work.Tables[p.name]
	if have.Comment != p.want.Comment {
		d.emit(CommentOn{Table: p.name, Comment: p.want.Comment})
	}
	for _, h := range slices.Clone(have.Partitions) {
		if !slices.Contains(p.want.Partitions, h) {
			if slices.ContainsFunc(p.want.Partitions, func(w Partition) bool { return w.Name == h.Name }) {
				d.err = &OpError{Op: "change partition " + h.Name, Table: p.name, Name: h.Name, Why: "the server cannot change the values of a partition (add another one, and move the rows)"}
				return
			}
			d.emit(DropPartition{Table: p.name, Name: h.Name})
		}
	}
	for _, w := range p.want.Partitions {
		if !slices.Contains(have.Partitions, w) {
			d.emit(AddPartition{Table: p.name, Partition: w})
		}
	}
}

// alter changes a column unless it is as wanted.
func (d *differ) alter(t *Table, have, want Column) {
	key := slices.Contains(d.to.Tables[t.Name].Key, want.Name) && !slices.Contains(t.Key, want.Name)
	if key {
		want.NotNull = have.NotNull // the key does it
	}
	// The default that was needed once stays while it does no harm.
	if have.Fill != "" && want.needsFill() {
		want.Fill = have.Fill
		if !sameColumnType(have, want) {
			want.Fill, _ = d.to.zero(want)
		}
	}
	if sameColumnType(have, want) && have.NotNull == want.NotNull && have.Identity == want.Identity && have.Comment == want.Comment &&
		sameSQL(have.stays(), want.stays()) && sameSQL(have.Generated, want.Generated) {
		return
	}
	o := alterTo(t, have, want)
	if want.NotNull && !have.NotNull {
		o.Fill = d.nullValue(t, want)
	}
	d.emit(o)
}

// changeKeys sets primary keys that change.
func (d *differ) changeKeys() {
	for _, p := range d.plans() {
		if p.key {
			d.emit(SetKey{Table: p.name, Columns: slices.Clone(p.want.Key)})
			for _, name := range d.work.Tables[p.name].columnNames() { // a column that left the key
				have, _ := d.work.Tables[p.name].Column(name)
				if want, ok := p.want.Column(name); ok && have.NotNull != want.NotNull && d.err == nil {
					d.alter(d.work.Tables[p.name], have, want)
				}
			}
		}
	}
}

// dropColumns drops the columns that go: generated ones first, since they need
// others.
func (d *differ) dropColumns() {
	for _, p := range d.plans() {
		for _, generated := range []bool{true, false} {
			for _, name := range p.dropped {
				if c, ok := d.work.Tables[p.name].Column(name); ok && (c.Generated != "") == generated {
					d.emit(DropColumn{Table: p.name, Column: name})
				}
			}
		}
	}
}
