package fn

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

var truncs = []string{"year", "quarter", "month", "week", "day", "hour", "minute", "second"}

// Trunc truncates a date, a time or a time of day to its year, quarter, month,
// week (from Monday), day, hour, minute or second. The result has the type of
// e. A time is truncated on the clocks of the zone. WithType(repo.TypeDate)
// returns the date of a time instead. A date has no hours, a time of day no
// days.
func Trunc(e repo.Operand, unit string, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return invalid("Trunc: %w", err)
	}
	if !slices.Contains(truncs, unit) {
		return invalid("Trunc: %q is none of %v", unit, truncs)
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

// TruncYear truncates to the beginning of the year.
func TruncYear(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "year", zone...) }

// TruncQuarter truncates to the beginning of the quarter.
func TruncQuarter(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "quarter", zone...) }

// TruncMonth truncates to the beginning of the month.
func TruncMonth(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "month", zone...) }

// TruncWeek truncates to the Monday of the week.
func TruncWeek(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "week", zone...) }

// TruncDay truncates to midnight.
func TruncDay(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "day", zone...) }

// TruncHour truncates to the hour.
func TruncHour(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "hour", zone...) }

// TruncMinute truncates to the minute.
func TruncMinute(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "minute", zone...) }

// TruncSecond truncates to the second.
func TruncSecond(e repo.Operand, zone ...Zone) repo.Expr { return Trunc(e, "second", zone...) }

// TruncDate returns the date of a time.
func TruncDate(e repo.Operand, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return invalid("TruncDate: %w", err)
	}
	return truncated(e, lookup.Transform{Name: "date", Zone: z}, date)
}

// TruncTime returns the time of day of a time.
func TruncTime(e repo.Operand, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return invalid("TruncTime: %w", err)
	}
	return truncated(e, lookup.Transform{Name: "time", Zone: z}, clock)
}
