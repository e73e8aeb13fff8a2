package repo

import "github.com/gormango/gormango/internal/lookup"

// RangeField is a column of ranges or multiranges; V is the Go type of its
// values, E that of what the ranges hold.
type RangeField[P, V, E any] struct {
	place fieldPlace
	Matches[P, V]
	Spans[P, V, E]
}

// NewRangeField returns a field behind a path. Generated code calls it.
func NewRangeField[P, V, E any](at At, name string) *RangeField[P, V, E] {
	c := placeOf(at, name)
	return &RangeField[P, V, E]{c, newMatches[P, V](c), newSpans[P, V, E](c)}
}

func (f *RangeField[P, V, E]) operand() Expr      { return f.place.operand() }
func (f *RangeField[P, V, E]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *RangeField[P, V, E]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullRangeField is a RangeField that takes NULL: its values are read as
// pointers.
type NullRangeField[P, V, E any] struct {
	place fieldPlace
	Matches[P, V]
	Spans[P, V, E]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullRangeField returns a field behind a path. Generated code calls it.
func NewNullRangeField[P, V, E any](at At, name string) *NullRangeField[P, V, E] {
	c := placeOf(at, name)
	return &NullRangeField[P, V, E]{c, newMatches[P, V](c), newSpans[P, V, E](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullRangeField[P, V, E]) operand() Expr       { return f.place.operand() }
func (f *NullRangeField[P, V, E]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullRangeField[P, V, E]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Spans are the operators of ranges.
type Spans[P, V, E any] struct {
	// Has holds where the range holds v.
	Has func(v E) CondOf[P]
	// Contains holds where the range contains the range r.
	Contains func(r V) CondOf[P]
	// ContainedBy holds where the range r contains the range.
	ContainedBy func(r V) CondOf[P]
	// Overlaps holds where the range and r have something in common.
	Overlaps func(r V) CondOf[P]
	// FullyLt holds where the range ends before r begins.
	FullyLt func(r V) CondOf[P]
	// FullyGt holds where the range begins after r ends.
	FullyGt func(r V) CondOf[P]
	// NotLt holds where the range does not begin before r.
	NotLt func(r V) CondOf[P]
	// NotGt holds where the range does not end after r.
	NotGt func(r V) CondOf[P]
	// AdjacentTo holds where the range and r touch and have nothing in common.
	AdjacentTo func(r V) CondOf[P]
	// Lower is the lower end, NULL if there is none.
	Lower func() *OrderedField[P, E]
	// Upper is the upper end, NULL if there is none.
	Upper func() *OrderedField[P, E]
	// IsEmpty holds where the range is empty.
	IsEmpty func() CondOf[P]
	// LowerIncluded holds where the range holds its lower end.
	LowerIncluded func() CondOf[P]
	// UpperIncluded holds where the range holds its upper end.
	UpperIncluded func() CondOf[P]
	// LowerOpen holds where the range has no lower end.
	LowerOpen func() CondOf[P]
	// UpperOpen holds where the range has no upper end.
	UpperOpen func() CondOf[P]
}

func newSpans[P, V, E any](c fieldPlace) Spans[P, V, E] {
	with := func(op lookup.Op) func(V) CondOf[P] {
		return func(r V) CondOf[P] { return CondOf[P]{c.cmp(op, r)} }
	}
	isSet := func(transform string) func() CondOf[P] {
		return func() CondOf[P] { return CondOf[P]{c.lookup(transform, true)} }
	}
	end := func(transform string) func() *OrderedField[P, E] {
		return func() *OrderedField[P, E] { return NewOrderedField[P, E](c.at, c.name+lookup.Sep+transform) }
	}
	return Spans[P, V, E]{
		Has:           func(v E) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, v)} },
		Contains:      with(lookup.Contains),
		ContainedBy:   with(lookup.ContainedBy),
		Overlaps:      with(lookup.Overlap),
		FullyLt:       with(lookup.FullyLt),
		FullyGt:       with(lookup.FullyGt),
		NotLt:         with(lookup.NotLt),
		NotGt:         with(lookup.NotGt),
		AdjacentTo:    with(lookup.AdjacentTo),
		Lower:         end("startswith"),
		Upper:         end("endswith"),
		IsEmpty:       isSet("isempty"),
		LowerIncluded: isSet("lower_inc"),
		UpperIncluded: isSet("upper_inc"),
		LowerOpen:     isSet("lower_inf"),
		UpperOpen:     isSet("upper_inf"),
	}
}

// VectorField is a column of type tsvector; V is the Go type of its values.
type VectorField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Vectors[P]
}

// NewVectorField returns a field behind a path. Generated code calls it.
func NewVectorField[P, V any](at At, name string) *VectorField[P, V] {
	c := placeOf(at, name)
	return &VectorField[P, V]{c, newMatches[P, V](c), newVectors[P](c)}
}

func (f *VectorField[P, V]) operand() Expr      { return f.place.operand() }
func (f *VectorField[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *VectorField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullVectorField is a VectorField that takes NULL: its values are read as
// pointers.
type NullVectorField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Vectors[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullVectorField returns a field behind a path. Generated code calls it.
func NewNullVectorField[P, V any](at At, name string) *NullVectorField[P, V] {
	c := placeOf(at, name)
	return &NullVectorField[P, V]{c, newMatches[P, V](c), newVectors[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullVectorField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullVectorField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullVectorField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Vectors are the operators of search vectors.
type Vectors[P any] struct {
	// Search holds where the vector matches the words of a text.
	Search func(text string) CondOf[P]
	// SearchQuery holds where the vector matches a query, as fn.SearchQuery makes.
	SearchQuery func(e Operand) CondOf[P]
}

func newVectors[P any](c fieldPlace) Vectors[P] {
	return Vectors[P]{
		Search:      func(text string) CondOf[P] { return CondOf[P]{c.cmp(lookup.SearchOp, text)} },
		SearchQuery: func(e Operand) CondOf[P] { return CondOf[P]{c.cmp(lookup.SearchOp, exprOf(e))} },
	}
}
