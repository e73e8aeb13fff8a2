package repo

import (
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
)

// ArrayField is an array column; V is the Go type of its values, E that of
// their elements.
type ArrayField[P, V, E any] struct {
	place fieldPlace
	Matches[P, V]
	Elements[P, V, E]
}

// NewArrayField returns a field behind a path. Generated code calls it.
func NewArrayField[P, V, E any](at At, name string) *ArrayField[P, V, E] {
	c := placeOf(at, name)
	return &ArrayField[P, V, E]{c, newMatches[P, V](c), newElements[P, V, E](c)}
}

func (f *ArrayField[P, V, E]) operand() Expr      { return f.place.operand() }
func (f *ArrayField[P, V, E]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *ArrayField[P, V, E]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullArrayField is an ArrayField that takes NULL: its values are read as
// pointers.
type NullArrayField[P, V, E any] struct {
	place fieldPlace
	Matches[P, V]
	Elements[P, V, E]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullArrayField returns a field behind a path. Generated code calls it.
func NewNullArrayField[P, V, E any](at At, name string) *NullArrayField[P, V, E] {
	c := placeOf(at, name)
	return &NullArrayField[P, V, E]{c, newMatches[P, V](c), newElements[P, V, E](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullArrayField[P, V, E]) operand() Expr       { return f.place.operand() }
func (f *NullArrayField[P, V, E]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullArrayField[P, V, E]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Elements are the operators of arrays.
type Elements[P, V, E any] struct {
	// Contains holds where the array has all of vs.
	Contains func(vs ...E) CondOf[P]
	// ContainedBy holds where the array has nothing but vs.
	ContainedBy func(vs ...E) CondOf[P]
	// Overlaps holds where the array has one of vs.
	Overlaps func(vs ...E) CondOf[P]
	// Len is the number of elements, NULL for an empty array.
	Len func() *OrderedField[P, int]
	// Element is the element at an index, counted from 0; NULL if there is none.
	Element func(index uint) *OrderedField[P, E]
	// Slice is the part of the array from one index on, before another one.
	Slice func(from, to uint) *Field[P, V]
}

func newElements[P, V, E any](c fieldPlace) Elements[P, V, E] {
	return Elements[P, V, E]{
		Contains:    func(vs ...E) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, listed(vs))} },
		ContainedBy: func(vs ...E) CondOf[P] { return CondOf[P]{c.cmp(lookup.ContainedBy, listed(vs))} },
		Overlaps:    func(vs ...E) CondOf[P] { return CondOf[P]{c.cmp(lookup.Overlap, listed(vs))} },
		Len:         func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"len") },
		Element: func(index uint) *OrderedField[P, E] {
			return NewOrderedField[P, E](c.at, c.name+lookup.Sep+strconv.FormatUint(uint64(index), 10))
		},
		Slice: func(from, to uint) *Field[P, V] {
			return NewField[P, V](c.at, c.name+lookup.Sep+strconv.FormatUint(uint64(from), 10)+"_"+strconv.FormatUint(uint64(to), 10))
		},
	}
}

// listed returns a list that is no NULL.
func listed[E any](vs []E) []E {
	if vs == nil {
		return []E{}
	}
	return vs
}

// HStoreField is a column of type hstore; V is the Go type of its values.
type HStoreField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Pairs[P]
}

// NewHStoreField returns a field behind a path. Generated code calls it.
func NewHStoreField[P, V any](at At, name string) *HStoreField[P, V] {
	c := placeOf(at, name)
	return &HStoreField[P, V]{c, newMatches[P, V](c), newPairs[P](c)}
}

func (f *HStoreField[P, V]) operand() Expr      { return f.place.operand() }
func (f *HStoreField[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *HStoreField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullHStoreField is an HStoreField that takes NULL: its values are read as
// pointers.
type NullHStoreField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Pairs[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullHStoreField returns a field behind a path. Generated code calls it.
func NewNullHStoreField[P, V any](at At, name string) *NullHStoreField[P, V] {
	c := placeOf(at, name)
	return &NullHStoreField[P, V]{c, newMatches[P, V](c), newPairs[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullHStoreField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullHStoreField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullHStoreField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Pairs are the operators of hstore.
type Pairs[P any] struct {
	// Key is the value of a key, NULL if there is none.
	Key func(key string) *HStoreValue[P]
	// HasKey holds where the field has the key.
	HasKey func(key string) CondOf[P]
	// HasKeys holds where the field has all of the keys.
	HasKeys func(keys ...string) CondOf[P]
	// HasAnyKeys holds where the field has one of the keys.
	HasAnyKeys func(keys ...string) CondOf[P]
	// Contains holds where the field has all of the pairs.
	Contains func(pairs map[string]string) CondOf[P]
	// ContainedBy holds where the field has nothing but the pairs.
	ContainedBy func(pairs map[string]string) CondOf[P]
	// Keys are the keys.
	Keys func() *ArrayField[P, []string, string]
	// Values are the values of the keys.
	Values func() *ArrayField[P, []string, string]
}

func newPairs[P any](c fieldPlace) Pairs[P] {
	return Pairs[P]{
		Key:         func(key string) *HStoreValue[P] { return newHStoreValue[P](c.key(key, nil)) },
		HasKey:      func(key string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasKey, key)} },
		HasKeys:     func(keys ...string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasKeys, keys)} },
		HasAnyKeys:  func(keys ...string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasAnyKeys, keys)} },
		Contains:    func(pairs map[string]string) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, pairs)} },
		ContainedBy: func(pairs map[string]string) CondOf[P] { return CondOf[P]{c.cmp(lookup.ContainedBy, pairs)} },
		Keys: func() *ArrayField[P, []string, string] {
			return NewArrayField[P, []string, string](c.at, c.name+lookup.Sep+"keys")
		},
		Values: func() *ArrayField[P, []string, string] {
			return NewArrayField[P, []string, string](c.at, c.name+lookup.Sep+"values")
		},
	}
}

// HStoreValue is the value of a key in hstore, an operand of expressions.
type HStoreValue[P any] struct {
	place fieldPlace
	// Eq holds where the value equals s.
	Eq func(s string) CondOf[P]
	// Ne holds where the value does not equal s, as Django's exclude of a key does.
	Ne func(s string) CondOf[P]
	// In holds where the value equals one of vs.
	In func(vs ...string) CondOf[P]
	// IsNull holds where the value is NULL or the key is missing.
	IsNull func() CondOf[P]
	// NotNull holds where there is a value.
	NotNull func() CondOf[P]
	Ranges[P, string]
	Texts[P]
}

func newHStoreValue[P any](c fieldPlace) *HStoreValue[P] {
	return &HStoreValue[P]{
		place:   c,
		Eq:      func(s string) CondOf[P] { return CondOf[P]{c.is(s)} },
		Ne:      func(s string) CondOf[P] { return CondOf[P]{c.is(s)}.Not() },
		In:      func(vs ...string) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)} },
		IsNull:  func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, true)} },
		NotNull: func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, false)} },
		Ranges:  newRanges[P, string](c),
		Texts:   newTexts[P](c),
	}
}

func (f *HStoreValue[P]) operand() Expr { return f.place.operand() }
