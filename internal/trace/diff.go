package trace

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// changes returns what differs between two snapshots, ordered by kind, table
// and name.
func (c *Copy) changes(a, b *snapshot) []Change {
	var out []Change
	add := func(ch Change) { out = append(out, ch) }
	name := func(oid string) string { return c.table(a, b, oid) }
	for oid, old := range a.Relations {
		now, there := b.Relations[oid]
		if !there {
			add(Change{Kind: DropTable, Table: name(oid), Name: name(oid), From: old.Kind})
			continue
		}
		c.tableChanges(a, b, oid, old, now, add)
	}
	for oid, now := range b.Relations {
		if _, there := a.Relations[oid]; !there {
			columns := slices.SortedFunc(maps.Values(now.Columns), func(x, y Column) int { return cmp.Compare(x.Name, y.Name) })
			add(Change{Kind: AddTable, Table: name(oid), Name: name(oid), To: now.Kind, Columns: columns})
			if now.Parent != "" {
				add(Change{Kind: Attach, Table: name(oid), Name: name(oid), To: name(now.Parent)})
			}
		}
	}
	c.indexChanges(a, b, add)
	c.constraintChanges(a, b, add)
	parts := func(before, after map[string]part, added, dropped Kind) {
		for oid, p := range after {
			if _, there := before[oid]; !there {
				add(Change{Kind: added, Table: name(p.Table), Name: p.Name})
			}
		}
		for oid, p := range before {
			if _, there := after[oid]; !there {
				add(Change{Kind: dropped, Table: name(p.Table), Name: p.Name})
			}
		}
	}
	parts(a.Triggers, b.Triggers, AddTrigger, DropTrigger)
	parts(a.Policies, b.Policies, AddPolicy, DropPolicy)
	for oid, t := range b.Types {
		old, there := a.Types[oid]
		switch {
		case !there:
			add(Change{Kind: AddType, Table: c.modelName(t.Schema, t.Name)})
		case !slices.Equal(old.Labels, t.Labels):
			add(Change{Kind: EnumLabels, Table: c.modelName(t.Schema, t.Name)})
		}
	}
	for oid, t := range a.Types {
		if _, there := b.Types[oid]; !there {
			add(Change{Kind: DropType, Table: c.modelName(t.Schema, t.Name)})
		}
	}
	slices.SortFunc(out, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Table, y.Table), cmp.Compare(x.Name, y.Name))
	})
	return out
}

func (c *Copy) tableChanges(a, b *snapshot, oid string, old, now relation, add func(Change)) {
	table := c.table(a, b, oid)
	if old.Name != now.Name || old.Schema != now.Schema {
		add(Change{Kind: RenameTable, Table: table, Name: table, From: table, To: c.modelName(now.Schema, now.Name)})
	}
	if old.RowSecurity != now.RowSecurity {
		policies := 0
		for _, p := range b.Policies {
			if p.Table == oid {
				policies++
			}
		}
		add(Change{Kind: RowSecurity, Table: table, Name: table, From: strconv.Itoa(policies), To: strconv.FormatBool(now.RowSecurity)})
	}
	if old.Parent != now.Parent {
		if old.Parent != "" {
			add(Change{Kind: Detach, Table: table, Name: table, From: c.table(a, b, old.Parent)})
		}
		if now.Parent != "" {
			add(Change{Kind: Attach, Table: table, Name: table, To: c.table(a, b, now.Parent)})
		}
	}
	for _, num := range slices.Sorted(maps.Keys(old.Columns)) {
		was := old.Columns[num]
		col, there := now.Columns[num]
		if !there {
			add(Change{Kind: DropColumn, Table: table, Name: was.Name, From: was.Type, Column: &was})
			continue
		}
		for _, d := range []struct {
			kind     Kind
			from, to string
		}{
			{RenameColumn, was.Name, col.Name},
			{ColumnType, was.Type, col.Type},
			{ColumnNotNull, strconv.FormatBool(was.NotNull), strconv.FormatBool(col.NotNull)},
			{ColumnDefault, was.Default, col.Default},
			{ColumnGenerated, was.Generated, col.Generated},
			{ColumnIdentity, was.Identity, col.Identity},
		} {
			if d.from != d.to {
				add(Change{Kind: d.kind, Table: table, Name: was.Name, From: d.from, To: d.to, Column: &col})
			}
		}
	}
	for _, num := range slices.Sorted(maps.Keys(now.Columns)) {
		if _, there := old.Columns[num]; !there {
			col := now.Columns[num]
			add(Change{Kind: AddColumn, Table: table, Name: col.Name, To: col.Type, Column: &col})
		}
	}
}

func (c *Copy) indexChanges(a, b *snapshot, add func(Change)) {
	named := func(x Index) *Index {
		x.Table = c.table(a, b, x.Table)
		return &x
	}
	rebuilt := both(a.Indexes, b.Indexes, func(x Index) [3]string { return [3]string{x.Table, x.Name, x.Def} })
	for oid, x := range b.Indexes {
		if rebuilt[[3]string{x.Table, x.Name, x.Def}] {
			continue
		}
		if old, there := a.Indexes[oid]; !there {
			twin := named(x)
			twin.Within, twin.Around = covering(b, oid)
			add(Change{Kind: AddIndex, Table: c.table(a, b, x.Table), Name: x.Name, Index: twin})
		} else if old.Name != x.Name {
			add(Change{Kind: RenameIndex, Table: c.table(a, b, x.Table), Name: old.Name, From: old.Name, To: x.Name, Index: named(x)})
		}
	}
	for oid, x := range a.Indexes {
		if rebuilt[[3]string{x.Table, x.Name, x.Def}] {
			continue
		}
		if _, there := b.Indexes[oid]; !there {
			add(Change{Kind: DropIndex, Table: c.table(a, b, x.Table), Name: x.Name, Index: named(x)})
		}
	}
}

// covering returns the indexes of the same table, method and condition whose
// first parts are all those of the index, and those whose parts are its first
// ones. One that makes rows unique is needed besides a longer one.
func covering(s *snapshot, oid string) (within, around []string) {
	x := s.Indexes[oid]
	for other, y := range s.Indexes {
		if other == oid || y.Table != x.Table || y.Method != x.Method || y.Where != x.Where {
			continue
		}
		same := slices.Equal(x.KeyDefs, y.KeyDefs)
		switch {
		case same && x.Unique && !y.Unique:
			around = append(around, y.Name)
		case starts(y.KeyDefs, x.KeyDefs) && (!x.Unique || same):
			within = append(within, y.Name)
		case starts(x.KeyDefs, y.KeyDefs) && !y.Unique:
			around = append(around, y.Name)
		}
	}
	slices.Sort(within)
	slices.Sort(around)
	return within, around
}

func starts(list, with []string) bool {
	return len(with) <= len(list) && slices.Equal(list[:len(with)], with)
}

func (c *Copy) constraintChanges(a, b *snapshot, add func(Change)) {
	named := func(k Constraint) *Constraint {
		k.Table, k.Ref = c.table(a, b, k.Table), c.table(a, b, k.Ref)
		_, k.BuildsIndex = b.Indexes[k.Index]
		if _, there := a.Indexes[k.Index]; there {
			k.BuildsIndex = false
		}
		return &k
	}
	remade := both(a.Constraints, b.Constraints, func(k Constraint) [3]string { return [3]string{k.Table, k.Name, k.Def} })
	for oid, k := range b.Constraints {
		if remade[[3]string{k.Table, k.Name, k.Def}] {
			continue
		}
		old, there := a.Constraints[oid]
		switch {
		case !there:
			add(Change{Kind: AddConstraint, Table: c.table(a, b, k.Table), Name: k.Name, Constraint: named(k)})
		case !old.Valid && k.Valid:
			add(Change{Kind: ValidateConstraint, Table: c.table(a, b, k.Table), Name: old.Name, Constraint: named(k)})
		case old.Name != k.Name:
			add(Change{Kind: RenameConstraint, Table: c.table(a, b, k.Table), Name: old.Name, From: old.Name, To: k.Name, Constraint: named(k)})
		}
	}
	for oid, k := range a.Constraints {
		if remade[[3]string{k.Table, k.Name, k.Def}] {
			continue
		}
		if _, there := b.Constraints[oid]; !there {
			add(Change{Kind: DropConstraint, Table: c.table(a, b, k.Table), Name: k.Name, Constraint: named(k)})
		}
	}
}

// both returns the keys of parts that were dropped and made again as they were,
// by a change of a column's type say.
func both[P any](before, after map[string]P, key func(P) [3]string) map[[3]string]bool {
	dropped, out := map[[3]string]bool{}, map[[3]string]bool{}
	for oid, p := range before {
		if _, there := after[oid]; !there {
			dropped[key(p)] = true
		}
	}
	for oid, p := range after {
		if _, there := before[oid]; !there && dropped[key(p)] {
			out[key(p)] = true
		}
	}
	return out
}

// table returns the name of a table before the statement, or after it if it is
// new, as models write it.
func (c *Copy) table(a, b *snapshot, oid string) string {
	r, there := a.Relations[oid]
	if !there {
		r = b.Relations[oid]
	}
	return c.modelName(r.Schema, r.Name)
}

// modelName returns the name of a table or type of the copy as models write it.
func (c *Copy) modelName(schema, name string) string {
	if s := c.back[schema]; s != "" {
		return s + "." + name
	}
	return name
}
