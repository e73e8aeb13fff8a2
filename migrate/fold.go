package migrate

// fold returns fewer operations with the same result: what is made and dropped
// again vanishes, columns are made as they end. Renames stay renames, so that
// rows are kept.
func fold(from *State, ops []Op) ([]Op, error) {
	to := from.Clone()
	tables := map[string]string{} // former names by the present ones, "-" for a table that is new
	columns := map[string]map[string]string{}
	enums := map[string]string{}
	for _, op := range ops {
		if err := op.Apply(to); err != nil {
			return nil, err
		}
		switch o := op.(type) {
		case CreateTable:
			tables[o.Table.Name], columns[o.Table.Name] = "-", map[string]string{}
		case DropTable:
			delete(tables, o.Table)
			delete(columns, o.Table)
		case RenameTable:
			move(tables, o.Table, o.To)
			columns[o.To] = columns[o.Table]
			delete(columns, o.Table)
		case AddColumn:
			former(columns, o.Table)[o.Column.Name] = "-"
		case DropColumn:
			delete(former(columns, o.Table), o.Column)
		case RenameColumn:
			move(former(columns, o.Table), o.Column, o.To)
		case RenameEnum:
			move(enums, o.Name, o.To)
		}
	}
	for name, t := range to.Tables {
		t.renamedFrom = "-"
		if old, ok := tables[name]; ok {
			t.renamedFrom = old
		}
		for i := range t.Columns {
			c := &t.Columns[i]
			c.renamedFrom = "-"
			if old, ok := columns[name][c.Name]; ok {
				c.renamedFrom = old
			}
		}
	}
	return Diff(from, to, func(q Question) (bool, error) {
		return q.Kind == "enum" && enums[q.New] == q.Old, nil
	})
}

func former(columns map[string]map[string]string, table string) map[string]string {
	if columns[table] == nil {
		columns[table] = map[string]string{}
	}
	return columns[table]
}

// move moves the former name of from to to.
func move(names map[string]string, from, to string) {
	old, ok := names[from]
	if !ok {
		old = from
	}
	delete(names, from)
	names[to] = old
}
