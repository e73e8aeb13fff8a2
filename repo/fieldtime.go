package repo

import (
	"time"

	"github.com/gormango/gormango/internal/lookup"
)

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
	c := fieldPlace{at, name}
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
	c := fieldPlace{at, name}
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
	c := fieldPlace{at, name}
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
	c := fieldPlace{at, name}
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
