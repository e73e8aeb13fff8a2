package migrate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// candidate is a possible rename.
type candidate struct {
	old, new string
	likeness float64
}

// best sorts candidates, the likeliest first and else by name.
func best(list []candidate) {
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.old, b.old), cmp.Compare(a.new, b.new))
	})
}

// renameTables renames tables by Meta, then those whose rename is confirmed,
// then the tables of many-to-many relations that follow.
func (d *differ) renameTables() {
	gone := map[string]bool{}
	for name := range d.work.Tables {
		if d.to.Tables[name] == nil {
			gone[name] = true
		}
	}
	fresh := map[string]*Table{}
	for name, t := range d.to.Tables {
		if d.work.Tables[name] == nil {
			fresh[name] = t
		}
	}
	rename := func(old, name string) {
		d.emit(RenameTable{Table: old, To: name})
		delete(gone, old)
		delete(fresh, name)
	}
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if old := fresh[name].renamedFrom; gone[old] {
			rename(old, name)
		}
	}
	ask := func(joins bool) {
		var list []candidate
		for old := range gone {
			for name, t := range fresh {
				if l := d.work.Tables[old].likeness(t); l >= 0.5 && t.joins == joins && t.renamedFrom != "-" {
					list = append(list, candidate{old, name, l})
				}
			}
		}
		best(list)
		for _, c := range list {
			if gone[c.old] && fresh[c.new] != nil && d.asked(Question{Kind: "table", Old: c.old, New: c.new, Likeness: c.likeness}) {
				rename(c.old, c.new)
			}
		}
	}
	ask(false)
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if !fresh[name].joins {
			continue
		}
		var follow []string
		for old := range gone {
			if d.work.Tables[old].joinsAs(fresh[name]) != nil {
				follow = append(follow, old)
			}
		}
		if len(follow) == 1 {
			rename(follow[0], name)
		}
	}
	ask(true)
	for name := range d.to.Tables {
		d.old[name] = d.work.Tables[name] != nil
	}
}

// likeness returns the part of columns that two tables share by name and type.
func (t *Table) likeness(other *Table) float64 {
	same := 0
	for _, c := range t.Columns {
		if o, ok := other.Column(c.Name); ok && sameTypeText(c.Type, o.Type) {
			same++
		}
	}
	return float64(same) / float64(max(len(t.Columns), len(other.Columns), 1))
}

// joinsAs returns the columns of a many-to-many table by those of t that refer
// to the same rows, nil if t is not the same relation.
func (t *Table) joinsAs(other *Table) map[string]string {
	if len(t.ForeignKeys) != 2 || len(other.ForeignKeys) != 2 || len(t.Columns) != len(other.Columns) || len(t.Columns) != len(t.Key) {
		return nil
	}
	sorted := func(t *Table) []ForeignKey {
		return slices.SortedStableFunc(slices.Values(t.ForeignKeys), func(a, b ForeignKey) int {
			return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(slices.Index(t.Key, a.Columns[0]), slices.Index(t.Key, b.Columns[0])))
		})
	}
	a, b := sorted(t), sorted(other)
	out := map[string]string{}
	for i := range a {
		if a[i].Ref != b[i].Ref || !slices.Equal(a[i].RefColumns, b[i].RefColumns) {
			return nil
		}
		for j, c := range a[i].Columns {
			out[c] = b[i].Columns[j]
		}
	}
	return out
}

// renameColumns renames columns by the tag, those of many-to-many tables by
// their foreign keys, and those whose rename is confirmed.
func (d *differ) renameColumns() {
	for _, name := range slices.Sorted(maps.Keys(d.to.Tables)) {
		if d.work.Tables[name] != nil {
			d.renameColumnsOf(name)
		}
	}
}

func (d *differ) renameColumnsOf(table string) {
	want := d.to.Tables[table]
	gone := func(name string) bool {
		_, is := d.work.Tables[table].Column(name)
		_, stays := want.Column(name)
		return is && !stays && !slices.Contains(want.ignored, name)
	}
	fresh := func(name string) bool {
		_, is := d.work.Tables[table].Column(name)
		return !is
	}
	rename := func(old, name string) { d.emit(RenameColumn{Table: table, Column: old, To: name}) }
	for _, c := range want.Columns {
		if c.renamedFrom != "" && fresh(c.Name) && gone(c.renamedFrom) {
			rename(c.renamedFrom, c.Name)
		}
	}
	if want.joins {
		columns := d.work.Tables[table].joinsAs(want)
		for _, old := range slices.Sorted(maps.Keys(columns)) {
			if gone(old) && fresh(columns[old]) {
				rename(old, columns[old])
			}
		}
	}
	var list []candidate
	for _, old := range d.work.Tables[table].Columns {
		for _, c := range want.Columns {
			if gone(old.Name) && fresh(c.Name) && c.renamedFrom != "-" && d.sameColumn(old, c) &&
				d.work.Tables[table].refOf(old.Name) == want.refOf(c.Name) {
				list = append(list, candidate{old.Name, c.Name, wordLikeness(old.Name, c.Name)})
			}
		}
	}
	best(list)
	for _, c := range list {
		if gone(c.old) && fresh(c.new) && d.asked(Question{Kind: "column", Table: table, Old: c.old, New: c.new, Likeness: c.likeness}) {
			rename(c.old, c.new)
		}
	}
}

// refOf returns the table that a column refers to, "" if none.
func (t *Table) refOf(column string) string {
	for _, fk := range t.ForeignKeys {
		if slices.Equal(fk.Columns, []string{column}) {
			return fk.Ref
		}
	}
	return ""
}

// sameColumn reports whether two columns are defined alike, but for their names
// and comments.
func (d *differ) sameColumn(a, b Column) bool {
	return sameColumnType(a, b) && a.NotNull == b.NotNull && a.Identity == b.Identity &&
		sameSQL(a.Generated, b.Generated) && sameSQL(a.Default, b.Default)
}

// wordLikeness returns the part of pairs of letters that two names share.
func wordLikeness(a, b string) float64 {
	pairs := func(s string) map[string]int {
		out := map[string]int{}
		for i := range len(s) + 1 {
			out[(" " + s + " ")[i:i+2]]++
		}
		return out
	}
	x, y := pairs(strings.ToLower(a)), pairs(strings.ToLower(b))
	same := 0
	for p, n := range x {
		same += min(n, y[p])
	}
	return 2 * float64(same) / float64(len(a)+len(b)+2)
}
