package connect

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// zone returns the location of times, and puts its name into the session's
// parameters.
func (c Config) zone(params map[string]string) (*time.Location, error) {
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
	if loc == nil {
		loc = time.UTC
	}
	if loc.String() == "Local" {
		return nil, fmt.Errorf("gormango: Config.TimeZone %q has no name that PostgreSQL knows (use time.LoadLocation)", "Local")
	}
	params["timezone"] = loc.String()
	return loc, nil
}

// afterConnect returns a function that sets the zone in which a connection
// reads times, and then calls next, the application's, if that is not nil.
func afterConnect(zone *time.Location, next func(context.Context, *pgx.Conn) error) func(context.Context, *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		readTimesIn(conn.TypeMap(), zone)
		if next != nil {
			return next(ctx, conn)
		}
		return nil
	}
}

// TimeZone returns the time zone of s's sessions, nil if it is unknown here.
func (s *Server) TimeZone() *time.Location {
	zone, err := time.LoadLocation(s.config.ConnConfig.RuntimeParams["timezone"])
	if err != nil {
		return nil
	}
	return zone
}

// readTimesIn registers the time types and what is made of them, since an array
// or a range keeps the codec of its element.
func readTimesIn(m *pgtype.Map, zone *time.Location) {
	for _, t := range []struct {
		name                                                        string
		codec                                                       pgtype.Codec
		oid, array, rng, rangeArray, multirange, multirangeArrayOID uint32
	}{
		{
			"timestamp", &pgtype.TimestampCodec{ScanLocation: zone}, pgtype.TimestampOID, pgtype.TimestampArrayOID,
			pgtype.TsrangeOID, pgtype.TsrangeArrayOID, pgtype.TsmultirangeOID, pgtype.TsmultirangeArrayOID,
		},
		{
			"timestamptz", &pgtype.TimestamptzCodec{ScanLocation: zone}, pgtype.TimestamptzOID, pgtype.TimestamptzArrayOID,
			pgtype.TstzrangeOID, pgtype.TstzrangeArrayOID, pgtype.TstzmultirangeOID, pgtype.TstzmultirangeArrayOID,
		},
	} {
		register := func(name string, oid uint32, codec pgtype.Codec) *pgtype.Type {
			typ := &pgtype.Type{Name: name, OID: oid, Codec: codec}
			m.RegisterType(typ)
			return typ
		}
		short := map[string]string{"timestamp": "ts", "timestamptz": "tstz"}[t.name]
		elem := register(t.name, t.oid, t.codec)
		register("_"+t.name, t.array, &pgtype.ArrayCodec{ElementType: elem})
		rng := register(short+"range", t.rng, &pgtype.RangeCodec{ElementType: elem})
		register("_"+short+"range", t.rangeArray, &pgtype.ArrayCodec{ElementType: rng})
		multi := register(short+"multirange", t.multirange, &pgtype.MultirangeCodec{ElementType: rng})
		register("_"+short+"multirange", t.multirangeArrayOID, &pgtype.ArrayCodec{ElementType: multi})
	}
}
