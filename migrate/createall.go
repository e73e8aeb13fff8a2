package migrate

import (
	"maps"
	"slices"
	"strings"
)

// createAll returns the statements that create a state in an empty schema, in
// an order that the server accepts. Functions whose bodies name tables need
// check_function_bodies off.
func createAll(s *State) []string {
	var out []string
	do := func(op Op) {
		sql, err := op.forward(s)
		if err == nil { // an operation fails only if the state lacks what it changes
			out = append(out, sql...)
		}
	}
	for _, name := range s.Extensions {
		do(CreateExtension{Name: name})
	}
	for _, name := range s.Schemas {
		do(CreateSchema{Name: name})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Enums)) {
		do(CreateEnum{Enum: *s.Enums[name]})
	}
	tables := s.Ordered()
	early, late := s.objectsInOrder()
	for _, o := range early {
		do(CreateObject{Object: *o})
	}
	for _, t := range tables {
		bare := *t
		bare.Indexes, bare.ForeignKeys = nil, nil
		bare.Constraints = slices.DeleteFunc(slices.Clone(t.Constraints), func(c Constraint) bool { return c.NotValid })
		do(CreateTable{Table: bare})
		for _, c := range t.Constraints {
			if c.NotValid { // CREATE TABLE makes valid ones only
				do(AddConstraint{Table: t.Name, Constraint: c})
			}
		}
	}
	for _, t := range tables {
		for _, x := range t.Indexes {
			do(AddIndex{Table: t.Name, Index: x})
		}
	}
	for _, t := range tables {
		for _, fk := range t.ForeignKeys {
			do(AddForeignKey{Table: t.Name, ForeignKey: fk})
		}
	}
	for _, o := range late {
		do(CreateObject{Object: *o})
	}
	return out
}

// objectsInOrder returns the objects that tables may use, and those that may
// use tables. Each comes after those that it names.
func (s *State) objectsInOrder() (early, late []*SQLObject) {
	done := map[string]bool{}
	var visit func(o *SQLObject) (needsTable bool)
	needs := map[string]bool{}
	visit = func(o *SQLObject) bool {
		if done[o.key()] {
			return needs[o.key()]
		}
		done[o.key()] = true
		names := func(name string) bool {
			return mentions(o.Create, unqualified(name)) || slices.Contains(o.Uses, name)
		}
		table := false
		for name := range s.Tables {
			table = table || names(name)
		}
		for _, key := range slices.Sorted(maps.Keys(s.Objects)) {
			other := s.Objects[key]
			if other != o && (names(strings.TrimSpace(other.Name)) || slices.Contains(o.Uses, key)) && visit(other) {
				table = true
			}
		}
		needs[o.key()] = table
		if table {
			late = append(late, o)
		} else {
			early = append(early, o)
		}
		return table
	}
	for _, key := range slices.Sorted(maps.Keys(s.Objects)) {
		visit(s.Objects[key])
	}
	return early, late
}
