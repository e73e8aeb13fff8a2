package migrate

import (
	"maps"
	"slices"
)

// byTable returns the operations in files that lock one existing table each, so
// that no two starters wait for each other's tables. If their order does not
// permit that, they stay in one file.
func byTable(at *State, list []Op) []unit {
	var before, after []Op
	groups := map[string][]Op{}
	var order []string
	names := map[string]string{} // the first name of a renamed table
	if recreated(list) {
		return []unit{{ops: list}}
	}
	for _, op := range list {
		table := tableOf(op)
		if r, ok := op.(RenameTable); ok {
			names[r.To] = r.Table
		}
		if first, ok := names[table]; ok {
			table = first
		}
		switch {
		case table != "" && at.Tables[table] != nil:
			if groups[table] == nil {
				order = append(order, table)
			}
			groups[table] = append(groups[table], op)
		case len(order) == 0:
			before = append(before, op)
		default:
			after = append(after, op)
		}
	}
	if len(order) < 2 {
		return []unit{{ops: list}}
	}
	units := make([]unit, len(order))
	for i, table := range order {
		units[i].ops = groups[table]
	}
	units[0].ops = append(before, units[0].ops...)
	units[len(units)-1].ops = append(units[len(units)-1].ops, after...)
	// The result must be the same, and each step possible.
	together, apart := at.Clone(), at.Clone()
	for _, op := range list {
		if op.Apply(together) != nil {
			return []unit{{ops: list}}
		}
	}
	for _, u := range units {
		for _, op := range u.ops {
			fk, ok := op.(AddForeignKey)
			early := ok && apart.Tables[fk.ForeignKey.Ref] == nil && together.Tables[fk.ForeignKey.Ref] != nil
			if early || rested(apart, op) || op.Apply(apart) != nil {
				return []unit{{ops: list}}
			}
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(together.Tables)), slices.Sorted(maps.Keys(apart.Tables))) {
		return []unit{{ops: list}}
	}
	return units
}

// rested reports whether an operation drops what a foreign key rests on.
func rested(s *State, op Op) bool {
	t := s.Tables[tableOf(op)]
	if t == nil {
		return false
	}
	var columns []string
	switch o := op.(type) {
	case DropConstraint:
		for _, c := range t.Constraints {
			if c.Name == o.Name {
				columns = c.Unique
			}
		}
	case DropIndex:
		for _, x := range t.Indexes {
			if x.Name == o.Name && x.Unique {
				columns = x.Columns
			}
		}
	case SetKey:
		columns = t.Key
	}
	if len(columns) == 0 {
		return false
	}
	for _, other := range s.Tables {
		if slices.ContainsFunc(other.ForeignKeys, func(fk ForeignKey) bool { return fk.Ref == t.Name && sameSet(fk.RefColumns, columns) }) {
			return true
		}
	}
	return false
}

// tableOf returns the table that an operation changes, "" for one that changes
// none.
func tableOf(op Op) string {
	switch o := op.(type) {
	case DropTable:
		return o.Table
	case RenameTable:
		return o.Table
	case AddPartition:
		return o.Table
	case DropPartition:
		return o.Table
	case SetKey:
		return o.Table
	case AddColumn:
		return o.Table
	case DropColumn:
		return o.Table
	case RenameColumn:
		return o.Table
	case AlterColumn:
		return o.Table
	case CommentOn:
		return o.Table
	case AddIndex:
		return o.Table
	case DropIndex:
		return o.Table
	case RenameIndex:
		return o.Table
	case AddForeignKey:
		return o.Table
	case DropForeignKey:
		return o.Table
	case AddConstraint:
		return o.Table
	case DropConstraint:
		return o.Table
	case RenameConstraint:
		return o.Table
	}
	return ""
}
