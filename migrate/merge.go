package migrate

import (
	"encoding/json"
	"slices"
	"strings"
)

// described reports whether the operations of a migration say all that it does.
func (m *Migration) described() bool {
	return m.Code == nil && len(m.Ops) > 0 && !slices.ContainsFunc(m.Ops, func(op Op) bool { _, nothing := op.(Nothing); return nothing })
}

// sameState reports whether two orders of migrations have the same result. The
// order of columns, which only the physical tables have, is of no account.
func sameState(a, b []*Migration) bool {
	x, err1 := replay(a)
	y, err2 := replay(b)
	return err1 == nil && err2 == nil && x.sorted() == y.sorted()
}

// sorted returns a text of the state that does not depend on the order of the
// parts of tables.
func (s *State) sorted() string {
	c := s.Clone()
	for _, t := range c.Tables {
		slices.SortFunc(t.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Indexes, func(a, b Index) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.ForeignKeys, func(a, b ForeignKey) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Constraints, func(a, b Constraint) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.Sort(c.Extensions)
	slices.Sort(c.Schemas)
	text, _ := json.Marshal(c) // plain values: it cannot fail
	return string(text)
}
