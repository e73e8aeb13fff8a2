package fn

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

var truncs = []string{"year", "quarter", "month", "week", "day", "hour", "minute", "second"}

// Trunc cuts a date, a time or a time of day to the beginning of its year,
// quarter, month, week (a Monday), day, hour, minute or second. The result has
// the type of e: a time is cut as the clocks of the zone show it and stays a
// moment. WithType(repo.TypeDate) gives the day of a time instead. A date has
// no hours, a time of day no days.
func Trunc(e repo.Operand, unit string, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return wrong("Trunc: %w", err)
	}
	if !slices.Contains(truncs, unit) {
		return wrong("Trunc: %q is none of %v", unit, truncs)
	}
	return truncated(e, lookup.Transform{Name: "trunc", Key: unit, Zone: z}, lookup.Type{})
}

func truncated(e repo.Operand, tr lookup.Transform, t lookup.Type) repo.Expr {
	unit := tr.Key
	if unit == "" {
		unit = tr.Name
	}
	return wrap(&query.Expr{Kind: query.Transformed, Transform: tr, Args: []*query.Expr{node(e)}, Type: t, Settle: func(x *query.Expr) error {
		if err := zonedOnly(x); err != nil {
			return fmt.Errorf("Trunc: %w", err)
		}
		in := x.Args[0].Type
		if x.Type.IsZero() {
			x.Type, x.TypeErr = in, x.Args[0].TypeErr
		}
		switch {
		case in.IsZero():
			return nil
		case in.Kind != lookup.Date && in.Kind != lookup.Time && in.Kind != lookup.Clock:
			return fmt.Errorf("Trunc takes a date, a time or a time of day, not %s", in.Kind)
		case x.Type.Kind != lookup.Date && x.Type.Kind != lookup.Time && x.Type.Kind != lookup.Clock:
			return fmt.Errorf("Trunc gives a date, a time or a time of day, not %s", x.Type.Kind)
		case in.Kind == lookup.Date && (slices.Contains(clockParts, unit) || unit == "time" || x.Type.Kind == lookup.Time),
			in.Kind == lookup.Clock && (!slices.Contains(clockParts, unit) && unit != "time" || x.Type.Kind == lookup.Time):
			return fmt.Errorf("Trunc: a %s cannot be cut to a %s of kind %s", in.Kind, unit, x.Type.Kind)
		}
		return nil
	}})
}

// TruncYear cuts to the beginning of the year.
func TruncYear(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "year", zone...) }

// TruncQuarter cuts to the beginning of the quarter.
func TruncQuarter(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "quarter", zone...) }

// TruncMonth cuts to the beginning of the month.
func TruncMonth(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "month", zone...) }

// TruncWeek cuts to the Monday that the week began with.
func TruncWeek(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "week", zone...) }

// TruncDay cuts to midnight.
func TruncDay(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "day", zone...) }

// TruncHour cuts to the hour.
func TruncHour(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "hour", zone...) }

// TruncMinute cuts to the minute.
func TruncMinute(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "minute", zone...) }

// TruncSecond cuts to the second.
func TruncSecond(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "second", zone...) }

// TruncDate is the date of a time.
func TruncDate(e repo.Operand, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return wrong("TruncDate: %w", err)
	}
	return truncated(e, lookup.Transform{Name: "date", Zone: z}, date)
}

// TruncTime is the time of day of a time.
func TruncTime(e repo.Operand, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return wrong("TruncTime: %w", err)
	}
	return truncated(e, lookup.Transform{Name: "time", Zone: z}, clock)
}
