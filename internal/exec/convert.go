package exec

import (
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/jsonvalue"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/rowcodec"
)

// texts reads the text of times, intervals, arrays and hstore. Its types are
// pgx's own.
var texts = pgtype.NewMap()

// Convert converts a value of database/sql to the Go type that columns of type
// t have in rows without structs: int64, float64, decimal.Decimal, string,
// bool, time.Time (a date at midnight UTC), "15:04:05.000000" for a time of
// day, time.Duration, uuid.UUID, []byte, what JSON holds, []any for an array,
// map[string]any for hstore. NULL is nil. A whole number that no int64 holds is
// a decimal.Decimal, an interval that no time.Duration holds a pgtype.Interval;
// a value that the Go type cannot hold, an infinite date, stays text. zone is
// the location of times that come as text, nil for pgx's.
func Convert(t lookup.Type, v any, zone *time.Location) (any, error) {
	if v == nil {
		return nil, nil
	}
	if b, ok := v.([]byte); ok && t.Kind != lookup.Bytes && t.Kind != lookup.Other {
		v = string(b)
	}
	if s, ok := v.(string); ok {
		return ofText(t, s, zone)
	}
	switch x := v.(type) {
	case int64:
		switch t.Kind {
		case lookup.Float:
			return float64(x), nil
		case lookup.Decimal:
			return decimal.NewFromInt(x), nil
		}
	case float64:
		if t.Kind == lookup.Decimal || t.Kind == lookup.Int {
			d, err := decimalOf(x)
			if err == nil && t.Kind == lookup.Int {
				return shrunk(d), nil
			}
			return d, err
		}
	case time.Time:
		switch t.Kind {
		case lookup.Date:
			return dateOf(x), nil
		case lookup.Clock:
			return x.Format("15:04:05.000000"), nil
		}
	}
	return v, nil
}

// ofText is Convert for a text.
func ofText(t lookup.Type, s string, zone *time.Location) (any, error) {
	switch t.Kind {
	case lookup.Int:
		return wholeOf(s)
	case lookup.Float:
		return strconv.ParseFloat(s, 64)
	case lookup.Decimal:
		d, err := decimal.NewFromString(s)
		if err != nil {
			return nil, errors.New("a special number does not fit decimal.Decimal (read it as a float or as text)")
		}
		return d, nil
	case lookup.Bool:
		return s == "t" || s == "true", nil
	case lookup.Time, lookup.Date:
		return timeOf(t, s, zone), nil
	case lookup.Clock:
		return clockOf(s), nil
	case lookup.Duration:
		return durationOf(s)
	case lookup.UUID:
		return uuid.Parse(s)
	case lookup.JSON:
		return jsonOf([]byte(s))
	case lookup.Bytes:
		if strings.HasPrefix(s, `\x`) {
			return hex.DecodeString(s[2:])
		}
	case lookup.Array:
		return arrayOf(t, s, zone)
	case lookup.HStore:
		return hstoreOf(s)
	}
	return s, nil
}

// durationOf returns an interval.
func durationOf(s string) (any, error) {
	d, err := rowcodec.Duration(s)
	if errors.Is(err, rowcodec.ErrDuration) {
		var long pgtype.Interval
		err = texts.Scan(pgtype.IntervalOID, pgtype.TextFormatCode, []byte(s), &long)
		return long, err
	}
	return d, err
}

// wholeOf returns an integer. PostgreSQL computes SUM of bigint and EXTRACT as
// numeric.
func wholeOf(s string) (any, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return nil, errors.New("the value is no integer")
	}
	return shrunk(d), nil
}

func shrunk(d decimal.Decimal) any {
	if d.IsInteger() && d.BigInt().IsInt64() {
		return d.IntPart()
	}
	return d
}

func decimalOf(f float64) (decimal.Decimal, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return decimal.Decimal{}, errors.New("NaN and infinity do not fit decimal.Decimal")
	}
	return decimal.NewFromFloat(f), nil
}

// timeOf returns a time, the midnight that a date begins with, or the text of
// an infinite one. The clock of a timestamp is that of the zone.
func timeOf(t lookup.Type, s string, zone *time.Location) any {
	oid, at := uint32(pgtype.TimestamptzOID), time.Time{}
	switch {
	case t.Kind == lookup.Date:
		oid = pgtype.DateOID
	case !t.Instant():
		oid = pgtype.TimestampOID
	}
	if err := texts.Scan(oid, pgtype.TextFormatCode, []byte(s), &at); err != nil {
		return s
	}
	switch {
	case zone == nil || t.Kind == lookup.Date:
		return at
	case oid == pgtype.TimestampOID:
		return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), zone)
	}
	return at.In(zone)
}

// dateOf returns the midnight in UTC that the day of a time begins with.
func dateOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// clockOf returns a time of day with six digits behind the point.
func clockOf(s string) string {
	head, micro, _ := strings.Cut(s, ".")
	if len(head) != len("15:04:05") || len(micro) > 6 {
		return s
	}
	return head + "." + micro + strings.Repeat("0", 6-len(micro))
}

// jsonOf returns what JSON holds. A number that is written as an integer is an
// int64, or a json.Number where no int64 holds it; another is a float64.
func jsonOf(text []byte) (v any, err error) {
	err = jsonvalue.Unmarshal(text, reflect.ValueOf(&v).Elem(), jsonvalue.Whole)
	return v, err
}

// arrayOf returns an array, one of several dimensions an array of arrays.
func arrayOf(t lookup.Type, s string, zone *time.Location) (any, error) {
	var a pgtype.Array[*string]
	if err := texts.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, []byte(s), &a); err != nil {
		return nil, err
	}
	elem := lookup.Type{Kind: lookup.Text}
	if t.Elem != nil {
		elem = *t.Elem
	}
	all := make([]any, len(a.Elements))
	for i, e := range a.Elements {
		if e == nil {
			continue
		}
		v, err := Convert(elem, *e, zone)
		if err != nil {
			return nil, err
		}
		all[i] = v
	}
	for n := len(a.Dims) - 1; n > 0; n-- {
		size := int(a.Dims[n].Length)
		if size < 1 || len(all)%size != 0 {
			return nil, errors.New("an array of uneven dimensions")
		}
		var rows []any
		for i := 0; i < len(all); i += size {
			rows = append(rows, all[i:i+size:i+size])
		}
		all = rows
	}
	return all, nil
}

func hstoreOf(s string) (any, error) {
	var h pgtype.Hstore
	if err := h.Scan(s); err != nil {
		return nil, err
	}
	m := make(map[string]any, len(h))
	for k, v := range h {
		m[k] = nil
		if v != nil {
			m[k] = *v
		}
	}
	return m, nil
}
