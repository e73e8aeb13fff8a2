package repo

import "github.com/gormango/gormango/internal/lookup"

// OrderedField is a field whose values have an order: numbers, texts, times,
// decimals. The database compares them, so V may be any type.
type OrderedField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Ranges[P, V]
	Arithmetic
}

// NewOrderedField returns a field behind a path. Generated code calls it.
func NewOrderedField[P, V any](at At, name string) *OrderedField[P, V] {
	c := fieldPlace{at, name}
	return &OrderedField[P, V]{c, newMatches[P, V](c), newRanges[P, V](c), newArithmetic(c)}
}

func (f *OrderedField[P, V]) operand() Expr      { return f.place.operand() }
func (f *OrderedField[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *OrderedField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullOrderedField is an OrderedField that takes NULL: its values are read as
// pointers.
type NullOrderedField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Ranges[P, V]
	Arithmetic
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullOrderedField returns a field behind a path. Generated code calls it.
func NewNullOrderedField[P, V any](at At, name string) *NullOrderedField[P, V] {
	c := fieldPlace{at, name}
	return &NullOrderedField[P, V]{c, newMatches[P, V](c), newRanges[P, V](c), newArithmetic(c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullOrderedField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullOrderedField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullOrderedField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Ranges are the operators of fields whose values have an order.
type Ranges[P, V any] struct {
	// Gt holds where the field is greater than v.
	Gt func(v V) CondOf[P]
	// Gte holds where the field is greater than or equal to v.
	Gte func(v V) CondOf[P]
	// Lt holds where the field is less than v.
	Lt func(v V) CondOf[P]
	// Lte holds where the field is less than or equal to v.
	Lte func(v V) CondOf[P]
	// Between holds where the field lies between low and high, both included.
	Between func(low, high V) CondOf[P]
}

func newRanges[P, V any](c fieldPlace) Ranges[P, V] {
	return Ranges[P, V]{
		Gt:      func(v V) CondOf[P] { return CondOf[P]{c.cmp(lookup.Gt, v)} },
		Gte:     func(v V) CondOf[P] { return CondOf[P]{c.cmp(lookup.Gte, v)} },
		Lt:      func(v V) CondOf[P] { return CondOf[P]{c.cmp(lookup.Lt, v)} },
		Lte:     func(v V) CondOf[P] { return CondOf[P]{c.cmp(lookup.Lte, v)} },
		Between: func(low, high V) CondOf[P] { return CondOf[P]{c.cmp(lookup.Between, []V{low, high})} },
	}
}

// Arithmetic computes with a field.
type Arithmetic struct {
	// Add returns the field plus v: a value, another field or an Expr.
	Add func(v any) Expr
	// Sub returns the field minus v: a value, another field or an Expr.
	Sub func(v any) Expr
	// Mul returns the field times v: a value, another field or an Expr.
	Mul func(v any) Expr
	// Div returns the field divided by v: a value, another field or an Expr.
	// Between integers PostgreSQL cuts off the fraction.
	Div func(v any) Expr
}

func newArithmetic(c fieldPlace) Arithmetic {
	return Arithmetic{
		Add: func(v any) Expr { return c.operand().Add(v) },
		Sub: func(v any) Expr { return c.operand().Sub(v) },
		Mul: func(v any) Expr { return c.operand().Mul(v) },
		Div: func(v any) Expr { return c.operand().Div(v) },
	}
}
