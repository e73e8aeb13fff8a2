package connect

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/rowcodec"
	"github.com/gormango/gormango/internal/zone"
)

// location returns the time zone of sessions, and puts its name into their
// parameters.
func (c Config) location(params map[string]string) (*time.Location, error) {
	loc := c.TimeZone
	for name, value := range params {
		if !strings.EqualFold(name, "timezone") {
			continue
		}
		delete(params, name)
		if loc != nil {
			continue
		}
		var err error
		if loc, err = time.LoadLocation(value); err != nil {
			return nil, fmt.Errorf("gormango: time zone %q of Config.URL or PGTZ: %w (use a name as Europe/Berlin)", value, err)
		}
	}
	loc = cmp.Or(loc, time.UTC)
	var err error
	if params["timezone"], err = zone.Name(loc); err != nil {
		return nil, fmt.Errorf("gormango: Config.TimeZone: %w", err)
	}
	return loc, nil
}

// afterConnect returns a function that sets the zone in which a connection
// reads and writes times, has it encode arrays straight from structs, and then
// calls next, the application's, if that is not nil.
func afterConnect(loc *time.Location, next func(context.Context, *pgx.Conn) error) func(context.Context, *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		rowcodec.RegisterTimes(conn.TypeMap(), loc)
		rowcodec.RegisterArrays(conn.TypeMap())
		if next != nil {
			return next(ctx, conn)
		}
		return nil
	}
}

// TimeZone returns the time zone of s's sessions, nil if it is unknown here.
func (s *Server) TimeZone() *time.Location {
	name := s.config.ConnConfig.RuntimeParams["timezone"] // Adjust may have changed it
	if own, err := zone.Name(s.zone); err == nil && own == name {
		return s.zone
	}
	loc, _ := time.LoadLocation(name) // nil with an error
	return loc
}
