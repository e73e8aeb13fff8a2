package repo

import (
	"time"

	"github.com/gormango/gormango/internal/lookup"
)

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
	c := placeOf(at, name)
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
	c := placeOf(at, name)
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

// StringField is a text column; S is string or a type derived from it. The
// operators search for plain strings, in which % and _ have no special meaning.
type StringField[P any, S ~string] struct {
	place fieldPlace
	Matches[P, S]
	Ranges[P, S]
	Texts[P]
	Arithmetic
}

// NewStringField returns a field behind a path. Generated code calls it.
func NewStringField[P any, S ~string](at At, name string) *StringField[P, S] {
	c := placeOf(at, name)
	return &StringField[P, S]{c, newMatches[P, S](c), newRanges[P, S](c), newTexts[P](c), newArithmetic(c)}
}

func (f *StringField[P, S]) operand() Expr      { return f.place.operand() }
func (f *StringField[P, S]) column() (p P, v S) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *StringField[P, S]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullStringField is a StringField that takes NULL: its values are read as
// pointers.
type NullStringField[P any, S ~string] struct {
	place fieldPlace
	Matches[P, S]
	Ranges[P, S]
	Texts[P]
	Arithmetic
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullStringField returns a field behind a path. Generated code calls it.
func NewNullStringField[P any, S ~string](at At, name string) *NullStringField[P, S] {
	c := placeOf(at, name)
	return &NullStringField[P, S]{c, newMatches[P, S](c), newRanges[P, S](c), newTexts[P](c), newArithmetic(c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullStringField[P, S]) operand() Expr       { return f.place.operand() }
func (f *NullStringField[P, S]) column() (p P, v *S) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullStringField[P, S]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Texts are the operators of text columns.
type Texts[P any] struct {
	// IExact holds where the field equals s, ignoring case.
	IExact func(s string) CondOf[P]
	// Contains holds where the field contains s.
	Contains func(s string) CondOf[P]
	// IContains is Contains, ignoring case.
	IContains func(s string) CondOf[P]
	// StartsWith holds where the field begins with s.
	StartsWith func(s string) CondOf[P]
	// IStartsWith is StartsWith, ignoring case.
	IStartsWith func(s string) CondOf[P]
	// EndsWith holds where the field ends with s.
	EndsWith func(s string) CondOf[P]
	// IEndsWith is EndsWith, ignoring case.
	IEndsWith func(s string) CondOf[P]
	// Regex holds where the POSIX regular expression s, as PostgreSQL reads it,
	// matches somewhere in the field.
	Regex func(s string) CondOf[P]
	// IRegex is Regex, ignoring case.
	IRegex func(s string) CondOf[P]
}

func newTexts[P any](c fieldPlace) Texts[P] {
	return Texts[P]{
		IExact:      func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IExact, s)} },
		Contains:    func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, s)} },
		IContains:   func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IContains, s)} },
		StartsWith:  func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.StartsWith, s)} },
		IStartsWith: func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IStartsWith, s)} },
		EndsWith:    func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.EndsWith, s)} },
		IEndsWith:   func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IEndsWith, s)} },
		Regex:       func(s string) CondOf[P] { return CondOf[P]{c.lookup("regex", s)} },
		IRegex:      func(s string) CondOf[P] { return CondOf[P]{c.lookup("iregex", s)} },
	}
}

// BoolField is a boolean column; B is bool or a type derived from it.
type BoolField[P any, B ~bool] struct {
	place fieldPlace
	Matches[P, B]
	Truths[P]
}

// NewBoolField returns a field behind a path. Generated code calls it.
func NewBoolField[P any, B ~bool](at At, name string) *BoolField[P, B] {
	c := placeOf(at, name)
	return &BoolField[P, B]{c, newMatches[P, B](c), newTruths[P](c)}
}

func (f *BoolField[P, B]) operand() Expr      { return f.place.operand() }
func (f *BoolField[P, B]) column() (p P, v B) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *BoolField[P, B]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullBoolField is a BoolField that takes NULL: its values are read as
// pointers.
type NullBoolField[P any, B ~bool] struct {
	place fieldPlace
	Matches[P, B]
	Truths[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullBoolField returns a field behind a path. Generated code calls it.
func NewNullBoolField[P any, B ~bool](at At, name string) *NullBoolField[P, B] {
	c := placeOf(at, name)
	return &NullBoolField[P, B]{c, newMatches[P, B](c), newTruths[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullBoolField[P, B]) operand() Expr       { return f.place.operand() }
func (f *NullBoolField[P, B]) column() (p P, v *B) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullBoolField[P, B]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Truths are the operators of boolean columns.
type Truths[P any] struct {
	// IsTrue holds where the field is true.
	IsTrue func() CondOf[P]
	// IsFalse holds where the field is false, not where it is NULL.
	IsFalse func() CondOf[P]
}

func newTruths[P any](c fieldPlace) Truths[P] {
	return Truths[P]{
		IsTrue:  func() CondOf[P] { return CondOf[P]{c.is(true)} },
		IsFalse: func() CondOf[P] { return CondOf[P]{c.is(false)} },
	}
}

// DateField is a date: a column of type date, or the day of a TimeField. Only
// the day counts in a time.Time that it is compared with.
type DateField[P any] struct {
	place fieldPlace
	Matches[P, time.Time]
	Ranges[P, time.Time]
	Arithmetic
	DateParts[P]
}

// NewDateField returns a field behind a path. Generated code calls it.
func NewDateField[P any](at At, name string) *DateField[P] {
	c := placeOf(at, name)
	return &DateField[P]{c, newMatches[P, time.Time](c), newRanges[P, time.Time](c), newArithmetic(c), newDateParts[P](c)}
}

func (f *DateField[P]) operand() Expr              { return f.place.operand() }
func (f *DateField[P]) column() (p P, v time.Time) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *DateField[P]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullDateField is a DateField that takes NULL: its values are read as
// pointers.
type NullDateField[P any] struct {
	place fieldPlace
	Matches[P, time.Time]
	Ranges[P, time.Time]
	Arithmetic
	DateParts[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullDateField returns a field behind a path. Generated code calls it.
func NewNullDateField[P any](at At, name string) *NullDateField[P] {
	c := placeOf(at, name)
	return &NullDateField[P]{c, newMatches[P, time.Time](c), newRanges[P, time.Time](c), newArithmetic(c), newDateParts[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullDateField[P]) operand() Expr               { return f.place.operand() }
func (f *NullDateField[P]) column() (p P, v *time.Time) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullDateField[P]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// TimeField is a point in time. Its parts are those of the database's time
// zone.
type TimeField[P any] struct {
	place fieldPlace
	Matches[P, time.Time]
	Ranges[P, time.Time]
	Arithmetic
	DateParts[P]
	ClockParts[P]
}

// NewTimeField returns a field behind a path. Generated code calls it.
func NewTimeField[P any](at At, name string) *TimeField[P] {
	c := placeOf(at, name)
	return &TimeField[P]{c, newMatches[P, time.Time](c), newRanges[P, time.Time](c), newArithmetic(c), newDateParts[P](c), newClockParts[P](c)}
}

func (f *TimeField[P]) operand() Expr              { return f.place.operand() }
func (f *TimeField[P]) column() (p P, v time.Time) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *TimeField[P]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullTimeField is a TimeField that takes NULL: its values are read as
// pointers.
type NullTimeField[P any] struct {
	place fieldPlace
	Matches[P, time.Time]
	Ranges[P, time.Time]
	Arithmetic
	DateParts[P]
	ClockParts[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullTimeField returns a field behind a path. Generated code calls it.
func NewNullTimeField[P any](at At, name string) *NullTimeField[P] {
	c := placeOf(at, name)
	return &NullTimeField[P]{c, newMatches[P, time.Time](c), newRanges[P, time.Time](c), newArithmetic(c), newDateParts[P](c), newClockParts[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullTimeField[P]) operand() Expr               { return f.place.operand() }
func (f *NullTimeField[P]) column() (p P, v *time.Time) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullTimeField[P]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// DateParts are the parts of a day, each a field of its own.
type DateParts[P any] struct {
	// Year is the year.
	Year func() *OrderedField[P, int]
	// IsoYear is the year that the week belongs to by ISO 8601.
	IsoYear func() *OrderedField[P, int]
	// Quarter is the quarter of the year, 1 to 4.
	Quarter func() *OrderedField[P, int]
	// Month is the month, 1 to 12.
	Month func() *OrderedField[P, int]
	// Week is the week of the year by ISO 8601, 1 to 53.
	Week func() *OrderedField[P, int]
	// Day is the day of the month, 1 to 31.
	Day func() *OrderedField[P, int]
	// WeekDay is the day of the week, 1 (Sunday) to 7 (Saturday).
	WeekDay func() *OrderedField[P, int]
	// IsoWeekDay is the day of the week, 1 (Monday) to 7 (Sunday).
	IsoWeekDay func() *OrderedField[P, int]
}

func newDateParts[P any](c fieldPlace) DateParts[P] {
	return DateParts[P]{
		Year:       func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"year") },
		IsoYear:    func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"iso_year") },
		Quarter:    func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"quarter") },
		Month:      func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"month") },
		Week:       func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"week") },
		Day:        func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"day") },
		WeekDay:    func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"week_day") },
		IsoWeekDay: func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"iso_week_day") },
	}
}

// ClockParts are the day and the time of a point in time.
type ClockParts[P any] struct {
	// Date is the day.
	Date func() *DateField[P]
	// TimeOfDay is the time of the day: the time since midnight on the clock.
	TimeOfDay func() *OrderedField[P, time.Duration]
	// Hour is the hour, 0 to 23.
	Hour func() *OrderedField[P, int]
	// Minute is the minute, 0 to 59.
	Minute func() *OrderedField[P, int]
	// Second is the second, 0 to 59.
	Second func() *OrderedField[P, int]
}

func newClockParts[P any](c fieldPlace) ClockParts[P] {
	return ClockParts[P]{
		Date: func() *DateField[P] { return NewDateField[P](c.at, c.name+lookup.Sep+"date") },
		TimeOfDay: func() *OrderedField[P, time.Duration] {
			return NewOrderedField[P, time.Duration](c.at, c.name+lookup.Sep+"time")
		},
		Hour:   func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"hour") },
		Minute: func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"minute") },
		Second: func() *OrderedField[P, int] { return NewOrderedField[P, int](c.at, c.name+lookup.Sep+"second") },
	}
}
