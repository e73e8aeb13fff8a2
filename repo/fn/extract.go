package fn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/zone"
	"github.com/gormango/gormango/repo"
)

var (
	extracts     = []string{"year", "iso_year", "quarter", "month", "week", "week_day", "iso_week_day", "day", "hour", "minute", "second"}
	clockParts   = []string{"hour", "minute", "second"}
	notOfLengths = []string{"year", "iso_year", "month", "week", "week_day", "iso_week_day", "quarter"}
	partName     = regexp.MustCompile(`^[A-Z_]+$`)
)

// In sets the time zone of a time. It defaults to the database's.
func In(zone *time.Location) Zone { return Zone{zone} }

// Zone is an option of the functions of dates and times, see In.
type Zone struct{ at *time.Location }

// zoneOf returns PostgreSQL's name of a zone.
func zoneOf(zones []Zone) (string, error) {
	if len(zones) == 0 || zones[0].at == nil {
		return "", nil
	}
	return zone.Name(zones[0].at)
}

// zonedOnly refuses a zone for a value that is not a time.
func zonedOnly(e *query.Expr) error {
	if t := e.Args[0].Type; e.Transform.Zone != "" && !t.IsZero() && t.Kind != lookup.Time {
		return fmt.Errorf("a time zone is for times, and this is a %s", t.Kind)
	}
	return nil
}

// Extract returns a part of a date, a time, a time of day or a duration as an
// integer: year, iso_year, quarter, month, week (ISO 8601), week_day (Sunday is
// 1), iso_week_day (Monday is 1), day, hour, minute, second (rounded down), or
// another part of PostgreSQL's EXTRACT. A date has no hours, a duration nothing
// above days.
func Extract(e repo.Operand, part string, zone ...Zone) repo.Expr {
	z, err := zoneOf(zone)
	if err != nil {
		return invalid("Extract: %w", err)
	}
	tr := lookup.Transform{Name: part, Zone: z}
	if !slices.Contains(extracts, part) {
		tr = lookup.Transform{Name: "extract", Key: strings.ToUpper(part), Zone: z}
		if !partName.MatchString(tr.Key) {
			return invalid("Extract: %q is not a part of a time", part)
		}
	}
	return wrap(&query.Expr{Kind: query.Transformed, Transform: tr, Args: []*query.Expr{node(e)}, Type: lookup.Type{Kind: lookup.Int}, Settle: func(x *query.Expr) error {
		if err := zonedOnly(x); err != nil {
			return fmt.Errorf("Extract: %w", err)
		}
		t := x.Args[0].Type
		switch {
		case t.IsZero():
			return nil
		case t.Kind != lookup.Date && t.Kind != lookup.Time && t.Kind != lookup.Clock && t.Kind != lookup.Duration:
			return fmt.Errorf("Extract takes a date, a time, a time of day or a duration, not %s", t.Kind)
		case t.Kind == lookup.Date && slices.Contains(clockParts, part), t.Kind == lookup.Duration && slices.Contains(notOfLengths, part):
			return fmt.Errorf("Extract: a %s has no %s", t.Kind, part)
		}
		return nil
	}})
}

// ExtractYear returns the year of a date or a time.
func ExtractYear(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "year", zone...) }

// ExtractIsoYear returns the year of the ISO week of a date or a time.
func ExtractIsoYear(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "iso_year", zone...) }

// ExtractQuarter returns the quarter of a date or a time, from 1 to 4.
func ExtractQuarter(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "quarter", zone...) }

// ExtractMonth returns the month of a date or a time, from 1 to 12.
func ExtractMonth(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "month", zone...) }

// ExtractWeek returns the ISO week of a date or a time, from 1 to 53.
func ExtractWeek(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "week", zone...) }

// ExtractWeekDay returns the day of the week, from Sunday, 1, to Saturday, 7.
func ExtractWeekDay(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "week_day", zone...) }

// ExtractIsoWeekDay returns the day of the week, from Monday, 1, to Sunday, 7.
func ExtractIsoWeekDay(e repo.Operand, zone ...Zone) repo.Expr {
	return Extract(e, "iso_week_day", zone...)
}

// ExtractDay returns the day of the month, or the days of a duration.
func ExtractDay(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "day", zone...) }

// ExtractHour returns the hour, from 0 to 23.
func ExtractHour(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "hour", zone...) }

// ExtractMinute returns the minute, from 0 to 59.
func ExtractMinute(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "minute", zone...) }

// ExtractSecond returns the second, from 0 to 59, without a fraction.
func ExtractSecond(e repo.Operand, zone ...Zone) repo.Expr { return Extract(e, "second", zone...) }
