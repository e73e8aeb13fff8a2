package repo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// DateOrder is the order of Dates and Datetimes.
type DateOrder uint8

// The orders of Dates and Datetimes.
const (
	OldestFirst DateOrder = iota // the default
	NewestFirst
)

var (
	dateKinds = []string{"year", "month", "week", "day"}
	timeKinds = append(slices.Clip(dateKinds), "hour", "minute", "second")
)

// Dates returns the distinct years, months, weeks or days (kind) of a date or
// time in the rows, each as its first day, at midnight UTC. A week begins on
// Monday. NULLs are left out; the QuerySet's own order does not matter. Days of
// a timestamptz are those of the database's time zone. It runs one statement.
// Without an error the result is never nil.
func Dates[T any](ctx context.Context, src Source[T], field Name[T], kind string, order ...DateOrder) ([]time.Time, error) {
	qs, e, err := truncated(src, "Dates", field, kind, dateKinds, nil)
	if err != nil {
		return nil, err
	}
	typ := lookup.DateType
	return differing(ctx, qs, field, &query.Expr{Kind: query.Cast, Type: typ, Args: []*query.Expr{e}}, order)
}

// Datetimes returns the distinct years, months, weeks, days, hours, minutes or
// seconds (kind) of a time in the rows, each as its beginning in zone; nil is
// the database's zone. Otherwise it is as Dates.
func Datetimes[T any](ctx context.Context, src Source[T], field Name[T], kind string, zone *time.Location, order ...DateOrder) ([]time.Time, error) {
	qs, e, err := truncated(src, "Datetimes", field, kind, timeKinds, &zone)
	if err != nil {
		return nil, err
	}
	times, err := differing(ctx, qs, field, e, order)
	for i, t := range times { // the server returns wall-clock times of zone, without a zone
		times[i] = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
	}
	return times, err
}

// truncated returns DATE_TRUNC of a field, which must be a date or a time; with
// a zone, a time. A nil zone becomes the database's.
func truncated[P any](src SourceOf[P], method string, field NameOf[P], kind string, kinds []string, zone **time.Location) (*QuerySetOf[P], *query.Expr, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return qs, nil, err
	}
	s := qs.st()
	where := s.Registry.TimeZone()
	if zone != nil {
		if *zone == nil {
			*zone = where
		}
		where = *zone
	}
	if !slices.Contains(kinds, kind) {
		return qs, nil, s.Invalid(method, kind, "a kind of "+strings.Join(kinds, ", "))
	}
	if where == time.Local {
		return qs, nil, s.Invalid(method, where, "a zone whose name the database knows, which time.Local has not (use time.LoadLocation)")
	}
	e, err := s.Query.Name(string(field))
	if err != nil {
		return qs, nil, s.Mistaken(string(field), err)
	}
	if e.Type.Kind != lookup.Time && (zone != nil || e.Type.Kind != lookup.Date) {
		want := "a date or a time"
		if zone != nil {
			want = "a time"
		}
		return qs, nil, s.Mistaken(string(field), fmt.Errorf("%s is of %s, and %s is a %s", method, want, field, e.Type.Kind))
	}
	if e.Type.Instant() {
		e = &query.Expr{Kind: query.Func, Name: "TIMEZONE", Args: []*query.Expr{{Kind: query.Const, Value: where.String(), Type: lookup.TextType}, e}, Type: lookup.TimestampType}
	}
	return qs, &query.Expr{Kind: query.Func, Name: "DATE_TRUNC", Args: []*query.Expr{{Kind: query.Const, Value: kind, Type: lookup.TextType}, e}, Type: lookup.TimestampType}, nil
}

// differing reads the distinct values of e where the field is not NULL.
func differing[P any](ctx context.Context, qs *QuerySetOf[P], field NameOf[P], e *query.Expr, order []DateOrder) ([]time.Time, error) {
	term := OrderingOf[P](truncatedName)
	if len(order) > 0 && order[0] == NewestFirst {
		term = "-" + term
	}
	qs = qs.Annotate(truncatedName, Expr{e}).Alias(truncatedName+"_of", F(Ref(field))).Columns(truncatedName).Distinct().
		Filter(truncatedName+"_of__isnull", false).OrderBy(term)
	return readValues[time.Time](ctx, qs, nil)
}

// truncatedName is the name of the annotation that Dates reads.
const truncatedName = "gormango_date"
