package compile_test

import (
	"testing"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

func TestSQLTime(t *testing.T) {
	t.Parallel()
	trunc := func(column, unit, zone string, typ lookup.Type) golden {
		e := &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "trunc", Key: unit, Zone: zone}, Args: []*query.Expr{f(column)}, Type: typ}
		return golden{column + " " + unit + " " + zone + " " + typ.Kind.String(), expr(of(note), e)}
	}
	wall := func(tr lookup.Transform, typ lookup.Type) string {
		clocks := &query.Expr{Kind: query.Cast, Args: []*query.Expr{f("at")}, Type: lookup.TimestampType}
		return expr(of(note), &query.Expr{Kind: query.Transformed, Transform: tr, Args: []*query.Expr{clocks}, Type: typ})
	}
	extract := &query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "extract", Key: "EPOCH", Zone: "Asia/O'Tokyo"}, Args: []*query.Expr{f("at")}, Type: lookup.IntType}
	compare(t, "sqltime.sql", []golden{
		trunc("at", "month", "", lookup.TimeType), trunc("at", "hour", "Asia/Tokyo", lookup.TimeType), trunc("at", "day", "", lookup.DateType), trunc("at", "minute", "Asia/Tokyo", lookup.ClockType),
		trunc("day", "month", "", lookup.DateType), trunc("clock", "hour", "", lookup.ClockType),
		{"a part in another zone", expr(of(note), extract)},
		{"clocks", wall(lookup.Transform{Name: "trunc", Key: "hour"}, lookup.TimestampType)},
		{"clocks of the database's zone", wall(lookup.Transform{Name: "trunc", Key: "hour", Zone: "Europe/Berlin"}, lookup.TimestampType)},
		{"clocks, cut in another zone", wall(lookup.Transform{Name: "trunc", Key: "hour", Zone: "Asia/Tokyo"}, lookup.TimestampType)},
		{"the day of clocks in another zone", wall(lookup.Transform{Name: "trunc", Key: "day", Zone: "Asia/Tokyo"}, lookup.DateType)},
		{"a part of clocks in another zone", wall(lookup.Transform{Name: "hour", Zone: "Asia/Tokyo"}, lookup.IntType)},
	})
}
