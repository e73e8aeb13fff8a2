package migrate

import "fmt"

// Unit is a file's operations with their statements.
type Unit struct {
	Ops                  []Op
	NoTx                 bool
	Forward, Back, Loses []string
}

// Split returns the files of operations, and the state that they lead to.
func Split(from *State, ops []Op) ([]Unit, *State, error) {
	units, err := split(from, ops)
	if err != nil {
		return nil, nil, err
	}
	at := from.Clone()
	var out []Unit
	for _, u := range units {
		forward, back, loses, err := statements(at, u.ops)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, Unit{u.ops, u.noTx, forward, back, loses})
	}
	return out, at, nil
}

// Library returns a state for tests.
func Library() *State { return library() }

// RenamedFrom returns the column with a former name, as the tag renamed_from
// sets it.
func RenamedFrom(c Column, old string) Column {
	c.renamedFrom = old
	return c
}

// Joins marks a table as one that GORM makes up for a relation.
func Joins(t *Table) { t.joins = true }

// FormerTable sets the former name of a table, as Meta.RenamedFrom does.
func FormerTable(t *Table, old string) { t.renamedFrom = old }

// Fold returns fewer operations with the same result.
func Fold(from *State, ops []Op) ([]Op, error) { return fold(from, ops) }

// Sorted returns a text of the state that does not depend on the order of
// parts.
func (s *State) Sorted() string { return s.sorted() }

// Fits reports whether FromModels would accept the names of the state.
func (s *State) Fits() bool { return s.check() == nil }

// Unlinted accepts every finding, for chains of random changes.
func Unlinted() Option {
	return func(r *Runner) {
		for i := range 50 {
			Allow(fmt.Sprintf("L%02d", i), "a random change")(r)
		}
	}
}
