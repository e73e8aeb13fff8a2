package query

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// In returns the condition that fields of the model have the values of one of
// the tuples: as many values as there are fields, each of the field's type.
// However many they are, they are one parameter for each field.
func In(fields []*modelinfo.Field, tuples [][]any) *Cond {
	l := &Leaf{Left: FieldRef(fields[0]), Op: lookup.In}
	switch {
	case len(tuples) == 0:
		l.Value = Value{Kind: EmptyList}
	case len(fields) == 1:
		l.Value = Value{Kind: List, Arg: param.Arrays(1, tuples)[0]}
	default:
		l.Value = Value{Kind: Tuples, Fields: fields, Arg: param.Arrays(len(fields), tuples)}
	}
	return &Cond{Leaf: l}
}

// manyTuples is the number of tuples from which on Among has them hashed.
const manyTuples = 100

// Among is In for rows that other conditions find by an index. The server looks
// the rows up in a hash table of many tuples. By statistics that are old it
// expects one row, and would otherwise compare each row with each tuple.
func Among(fields []*modelinfo.Field, tuples [][]any) *Cond {
	c := In(fields, tuples)
	c.Leaf.Value.Hashed = c.Leaf.Value.Kind == Tuples && len(tuples) >= manyTuples
	return c
}

// Equals returns the condition that fields have values. If rel is not nil,
// they belong to the table that rel leads to, and a column at its far end
// may be that at the near end.
func Equals(rel *modelinfo.Relation, fields []*modelinfo.Field, values []any) *Cond {
	c := &Cond{}
	for i, f := range fields {
		left := FieldRef(f)
		if rel != nil {
			left.Path, left.Rel = []*modelinfo.Relation{rel}, rel
		}
		c.Kids = append(c.Kids, &Cond{Leaf: &Leaf{Left: left, Value: Value{Arg: values[i]}}})
	}
	return c
}

// OneOf returns the condition that a column has a value of another in the
// rows of a query.
func OneOf(f *modelinfo.Field, rows *Query, of *modelinfo.Field) *Cond {
	sub := rows.OrderBy(nil).Select(&Columns{Names: []Column{{Name: of.Column, Expr: FieldRef(of)}}})
	return &Cond{Leaf: &Leaf{Left: FieldRef(f), Op: lookup.In, Value: Value{Kind: Rows, Sub: sub}}}
}
