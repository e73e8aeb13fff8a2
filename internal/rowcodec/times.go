package rowcodec

import (
	"bytes"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// RegisterTimes registers the types of dates and times, and what is made of
// them, since an array or a range keeps the codec of its element. Times are
// read in zone. A time for a timestamp, which has no zone, is written as the
// clocks of zone show it, so that the moment comes back. A date or a time that
// PostgreSQL cannot hold is refused.
func RegisterTimes(m *pgtype.Map, zone *time.Location) {
	register(m, "timestamp", "ts", &timestampCodec{pgtype.TimestampCodec{ScanLocation: zone}}, pgtype.TimestampOID, pgtype.TimestampArrayOID,
		pgtype.TsrangeOID, pgtype.TsrangeArrayOID, pgtype.TsmultirangeOID, pgtype.TsmultirangeArrayOID)
	register(m, "timestamptz", "tstz", &timestamptzCodec{pgtype.TimestamptzCodec{ScanLocation: zone}}, pgtype.TimestamptzOID, pgtype.TimestamptzArrayOID,
		pgtype.TstzrangeOID, pgtype.TstzrangeArrayOID, pgtype.TstzmultirangeOID, pgtype.TstzmultirangeArrayOID)
	register(m, "date", "date", &dateCodec{}, pgtype.DateOID, pgtype.DateArrayOID,
		pgtype.DaterangeOID, pgtype.DaterangeArrayOID, pgtype.DatemultirangeOID, pgtype.DatemultirangeArrayOID)
	writeAs[time.Time](m, "timestamptz", "tstzrange")
	writeAs[pgtype.Timestamptz](m, "timestamptz", "tstzrange")
	writeAs[pgtype.Timestamp](m, "timestamp", "tsrange")
	writeAs[pgtype.Date](m, "date", "daterange")
}

// writeAs makes a type the one that values of T are written as for a type that
// the driver does not know, such as a domain.
func writeAs[T any](m *pgtype.Map, name, rangeName string) {
	m.RegisterDefaultPgType(*new(T), name)
	m.RegisterDefaultPgType((*T)(nil), name)
	m.RegisterDefaultPgType([]T(nil), "_"+name)
	m.RegisterDefaultPgType([]*T(nil), "_"+name)
	m.RegisterDefaultPgType(pgtype.Range[T]{}, rangeName)
}

// register registers a type, its range and multirange, and the array of each,
// whose numbers are oids in this order.
func register(m *pgtype.Map, name, short string, codec pgtype.Codec, oids ...uint32) {
	add := func(name string, codec pgtype.Codec) *pgtype.Type {
		typ := &pgtype.Type{Name: name, OID: oids[0], Codec: codec}
		m.RegisterType(typ)
		m.RegisterType(&pgtype.Type{Name: "_" + name, OID: oids[1], Codec: &pgtype.ArrayCodec{ElementType: typ}})
		oids = oids[2:]
		return typ
	}
	rng := add(short+"range", &pgtype.RangeCodec{ElementType: add(name, codec)})
	add(short+"multirange", &pgtype.MultirangeCodec{ElementType: rng})
}

// locations returns where the times of timestamp and timestamptz columns are
// read, nil where m has none.
func locations(m *pgtype.Map) (timestamp, timestamptz *time.Location) {
	if t, ok := m.TypeForOID(pgtype.TimestampOID); ok {
		switch c := t.Codec.(type) {
		case *timestampCodec:
			timestamp = c.ScanLocation
		case *pgtype.TimestampCodec:
			timestamp = c.ScanLocation
		}
	}
	if t, ok := m.TypeForOID(pgtype.TimestamptzOID); ok {
		switch c := t.Codec.(type) {
		case *timestamptzCodec:
			timestamptz = c.ScanLocation
		case *pgtype.TimestamptzCodec:
			timestamptz = c.ScanLocation
		}
	}
	return timestamp, timestamptz
}

// readsAsPgx reports whether a codec is one of [RegisterTimes], which differ
// from pgx's in writing alone.
func readsAsPgx(c pgtype.Codec) bool {
	switch c.(type) {
	case *timestampCodec, *timestamptzCodec, *dateCodec:
		return true
	}
	return false
}

// timestampCodec is pgx's codec, which writes what the clock of a time shows,
// for moments.
type timestampCodec struct{ pgtype.TimestampCodec }

// PlanEncode implements [pgtype.Codec].
func (c *timestampCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	return planEncode[pgtype.TimestampValuer](c.TimestampCodec.PlanEncode(m, oid, format, value), func(v pgtype.TimestampValuer) (any, error) {
		t, err := v.TimestampValue()
		if err != nil || !t.Valid || t.InfinityModifier != pgtype.Finite {
			return nil, err
		}
		if c.ScanLocation == nil || t.Time.Location() == c.ScanLocation {
			return nil, inTimestampRange(t.Time)
		}
		t.Time = t.Time.In(c.ScanLocation)
		return t, inTimestampRange(t.Time)
	})
}

// timestamptzCodec is pgx's codec, which wraps what lies beyond the range, and
// whose text is in UTC.
type timestamptzCodec struct{ pgtype.TimestamptzCodec }

// PlanEncode implements [pgtype.Codec].
func (c *timestamptzCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	next := c.TimestamptzCodec.PlanEncode(m, oid, format, value)
	if next != nil && format == pgtype.TextFormatCode && c.ScanLocation != nil {
		next = &clockPlan{next, c.ScanLocation}
	}
	return planEncode[pgtype.TimestamptzValuer](next, func(v pgtype.TimestamptzValuer) (any, error) {
		t, err := v.TimestamptzValue()
		if err != nil || !t.Valid || t.InfinityModifier != pgtype.Finite {
			return nil, err
		}
		return nil, inTimestampRange(t.Time)
	})
}

// clockPlan writes the text of a moment as the clocks of a zone show it, with
// their offset. A domain over timestamp takes the clock of that text. Midnight
// in UTC stays as it is: so a date is read, whose day a domain over date takes.
type clockPlan struct {
	next pgtype.EncodePlan
	zone *time.Location
}

// Encode implements [pgtype.EncodePlan].
func (p *clockPlan) Encode(value any, buf []byte) ([]byte, error) {
	ts, err := value.(pgtype.TimestamptzValuer).TimestamptzValue()
	if err != nil || !ts.Valid || ts.InfinityModifier != pgtype.Finite || ts.Time.Location() == time.UTC && ts.Time.Equal(ts.Time.Truncate(24*time.Hour)) {
		return p.next.Encode(value, buf)
	}
	clock := ts.Time.In(p.zone)
	_, offset := clock.Zone()
	ts.Time = clock.Add(time.Duration(offset) * time.Second).UTC()
	at := len(buf)
	if buf, err = p.next.Encode(ts, buf); err != nil {
		return nil, err
	}
	if z := bytes.LastIndexByte(buf[at:], 'Z'); z >= 0 && offset != 0 {
		buf = slices.Replace(buf, at+z, at+z+1, []byte(clock.Format("-07:00:00"))...)
	}
	return buf, nil
}

// dateCodec is pgx's codec, which wraps what lies beyond the range.
type dateCodec struct{ pgtype.DateCodec }

// PlanEncode implements [pgtype.Codec].
func (c *dateCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	return planEncode[pgtype.DateValuer](c.DateCodec.PlanEncode(m, oid, format, value), func(v pgtype.DateValuer) (any, error) {
		t, err := v.DateValue()
		if err != nil || !t.Valid || t.InfinityModifier != pgtype.Finite {
			return nil, err
		}
		if y := t.Time.Year(); y < firstYear || y > lastDateYear {
			return nil, ErrTimeRange
		}
		return nil, nil
	})
}

// The years that PostgreSQL holds whole, as the manual's table of date/time
// types has them: a timestamp from 4713 BC, which is -4712, to 294276 AD, a
// date to 5874897 AD.
const (
	firstYear    = -4712
	lastYear     = 294275
	lastDateYear = 5874896
)

func inTimestampRange(t time.Time) error {
	if y := t.Year(); y < firstYear || y > lastYear {
		return ErrTimeRange
	}
	return nil
}

// planEncode returns a plan that writes what convert returns for a value, or
// the value itself where that is nil. It is nil where next is.
func planEncode[V any](next pgtype.EncodePlan, convert func(V) (any, error)) pgtype.EncodePlan {
	if next == nil {
		return nil
	}
	return &convertingPlan[V]{next, convert}
}

type convertingPlan[V any] struct {
	next    pgtype.EncodePlan
	convert func(V) (any, error)
}

// Encode implements [pgtype.EncodePlan].
func (p *convertingPlan[V]) Encode(value any, buf []byte) ([]byte, error) {
	converted, err := p.convert(value.(V))
	switch {
	case err != nil:
		return nil, err
	case converted != nil:
		value = converted
	}
	return p.next.Encode(value, buf)
}
