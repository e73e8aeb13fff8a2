package connect

import (
	"cmp"
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
	loc = cmp.Or(loc, time.UTC)
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
	zone, _ := time.LoadLocation(s.config.ConnConfig.RuntimeParams["timezone"]) // nil with an error
	return zone
}

// readTimesIn registers the time types and what is made of them, since an array
// or a range keeps the codec of its element.
func readTimesIn(m *pgtype.Map, zone *time.Location) {
	registerTimes(m, "timestamp", "ts", &pgtype.TimestampCodec{ScanLocation: zone}, pgtype.TimestampOID, pgtype.TimestampArrayOID,
		pgtype.TsrangeOID, pgtype.TsrangeArrayOID, pgtype.TsmultirangeOID, pgtype.TsmultirangeArrayOID)
	registerTimes(m, "timestamptz", "tstz", &pgtype.TimestamptzCodec{ScanLocation: zone}, pgtype.TimestamptzOID, pgtype.TimestamptzArrayOID,
		pgtype.TstzrangeOID, pgtype.TstzrangeArrayOID, pgtype.TstzmultirangeOID, pgtype.TstzmultirangeArrayOID)
}

// registerTimes registers a type, its range and multirange, and the array of
// each, whose numbers are oids in this order.
func registerTimes(m *pgtype.Map, name, short string, codec pgtype.Codec, oids ...uint32) {
	register := func(name string, codec pgtype.Codec) *pgtype.Type {
		typ := &pgtype.Type{Name: name, OID: oids[0], Codec: codec}
		m.RegisterType(typ)
		m.RegisterType(&pgtype.Type{Name: "_" + name, OID: oids[1], Codec: &pgtype.ArrayCodec{ElementType: typ}})
		oids = oids[2:]
		return typ
	}
	rng := register(short+"range", &pgtype.RangeCodec{ElementType: register(name, codec)})
	register(short+"multirange", &pgtype.MultirangeCodec{ElementType: rng})
}
