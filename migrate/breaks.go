package migrate

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/sqltype"
)

// breaks returns why a program of the release before m does not work with the
// database after it, "" if it does. state is the state before m. A change that
// no operation describes is taken for one that breaks nothing.
func (m *Migration) breaks(state *State) string {
	for _, op := range m.Ops {
		switch o := op.(type) {
		case DropTable, RenameTable, DropColumn, RenameColumn, DropSchema, DropEnum, RenameEnum, RenameEnumValue, AlterEnum, DropObject, SetKey:
			return op.Describe()
		case AddColumn:
			if o.Column.needsFill() {
				return o.Describe() + ", which inserts must name"
			}
		case AlterColumn:
			t := state.Tables[o.Table]
			if t == nil {
				continue
			}
			old, found := t.Column(o.Column.Name)
			switch {
			case !found:
			case !sameColumnType(old, o.Column) && !widens(old.Type, o.Column.Type):
				return fmt.Sprintf("%s from %s to %s", o.Describe(), old.Type, o.Column.Type)
			case o.Column.NotNull && !old.NotNull && o.Column.Default == "":
				return o.Describe() + ", which takes NULL no longer"
			}
		}
	}
	return ""
}

// breakage returns what breaks reports of each migration, by replaying all in
// the order of a database with the history rows.
func (s *Set) breakage(rows map[ID]Applied) (map[ID]string, error) {
	list, err := s.order(func(id ID) bool { _, there := rows[id]; return there })
	if err != nil {
		return nil, err
	}
	out, state := map[ID]string{}, newState()
	for _, m := range list {
		out[m.ID] = m.breaks(state)
		if err := m.apply(state); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// widens reports whether a change of a text type takes all that it took before.
func widens(from, to string) bool {
	a, b := sqltype.Canonical(from), sqltype.Canonical(to)
	if !slices.Contains(textTypes, a) || b != "text" && b != "character varying" {
		return false
	}
	const unlimited = 1 << 30
	return precision(to, unlimited) >= precision(from, unlimited)
}
