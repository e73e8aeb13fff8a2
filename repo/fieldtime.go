package repo

import (
	"time"

	"github.com/gormango/gormango/internal/lookup"
)

// DateField is a date: a column of type date, or the day of a TimeField. Of a
// time.Time that it is compared with, only the day counts.
type DateField[M any] struct{ OrderedField[M, time.Time] }

// Year is the year.
func (f DateField[M]) Year() OrderedField[M, int] { return part[int](f.Field, "year") }

// IsoYear is the year that ISO 8601 counts the week to.
func (f DateField[M]) IsoYear() OrderedField[M, int] { return part[int](f.Field, "iso_year") }

// Quarter is the quarter of the year, 1 to 4.
func (f DateField[M]) Quarter() OrderedField[M, int] { return part[int](f.Field, "quarter") }

// Month is the month, 1 to 12.
func (f DateField[M]) Month() OrderedField[M, int] { return part[int](f.Field, "month") }

// Week is the week of the year as ISO 8601 counts it, 1 to 53.
func (f DateField[M]) Week() OrderedField[M, int] { return part[int](f.Field, "week") }

// Day is the day of the month, 1 to 31.
func (f DateField[M]) Day() OrderedField[M, int] { return part[int](f.Field, "day") }

// WeekDay is the day of the week, 1 (Sunday) to 7 (Saturday).
func (f DateField[M]) WeekDay() OrderedField[M, int] { return part[int](f.Field, "week_day") }

// IsoWeekDay is the day of the week, 1 (Monday) to 7 (Sunday).
func (f DateField[M]) IsoWeekDay() OrderedField[M, int] { return part[int](f.Field, "iso_week_day") }

// TimeField is a point in time. Its parts are those of the database's time zone.
type TimeField[M any] struct{ OrderedField[M, time.Time] }

// Date is the day.
func (f TimeField[M]) Date() DateField[M] {
	return DateField[M]{part[time.Time](f.Field, "date")}
}

// TimeOfDay is the time of the day: what has passed since midnight on the clock.
func (f TimeField[M]) TimeOfDay() OrderedField[M, time.Duration] {
	return part[time.Duration](f.Field, "time")
}

// Year is the year.
func (f TimeField[M]) Year() OrderedField[M, int] { return part[int](f.Field, "year") }

// IsoYear is the year that ISO 8601 counts the week to.
func (f TimeField[M]) IsoYear() OrderedField[M, int] { return part[int](f.Field, "iso_year") }

// Quarter is the quarter of the year, 1 to 4.
func (f TimeField[M]) Quarter() OrderedField[M, int] { return part[int](f.Field, "quarter") }

// Month is the month, 1 to 12.
func (f TimeField[M]) Month() OrderedField[M, int] { return part[int](f.Field, "month") }

// Week is the week of the year as ISO 8601 counts it, 1 to 53.
func (f TimeField[M]) Week() OrderedField[M, int] { return part[int](f.Field, "week") }

// Day is the day of the month, 1 to 31.
func (f TimeField[M]) Day() OrderedField[M, int] { return part[int](f.Field, "day") }

// WeekDay is the day of the week, 1 (Sunday) to 7 (Saturday).
func (f TimeField[M]) WeekDay() OrderedField[M, int] { return part[int](f.Field, "week_day") }

// IsoWeekDay is the day of the week, 1 (Monday) to 7 (Sunday).
func (f TimeField[M]) IsoWeekDay() OrderedField[M, int] { return part[int](f.Field, "iso_week_day") }

// Hour is the hour, 0 to 23.
func (f TimeField[M]) Hour() OrderedField[M, int] { return part[int](f.Field, "hour") }

// Minute is the minute, 0 to 59.
func (f TimeField[M]) Minute() OrderedField[M, int] { return part[int](f.Field, "minute") }

// Second is the second, 0 to 59.
func (f TimeField[M]) Second() OrderedField[M, int] { return part[int](f.Field, "second") }

// part is a transform of a field, to compare as a field of its own.
func part[P, M, V any](f Field[M, V], transform string) OrderedField[M, P] {
	return OrderedField[M, P]{Field[M, P]{f.at, f.name + lookup.Sep + transform}}
}
