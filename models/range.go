package models

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// Range is a range column. Without a tag Range[int32] is an int4range,
// Range[int64] an int8range, Range[decimal.Decimal] a numrange and
// Range[time.Time] a tstzrange; the tag type:daterange makes the last one a
// range of days. The zero value is NULL. PostgreSQL writes ranges of integers
// and days with the lower end inside and the upper one outside, so that (0,4]
// comes back as [1,5). JSON has the form of Django's: {"lower": 1, "upper": 5,
// "bounds": "[)"}.
type Range[V any] struct {
	// Lower and Upper are the ends, nil where the range has no end.
	Lower, Upper *V
	// LowerOut and UpperIn report whether the ends are on the unusual side: the
	// lower end outside the range, the upper one inside.
	LowerOut, UpperIn bool
	// Empty reports whether the range holds nothing. It has no ends then.
	Empty bool
	// Valid reports whether the range is not NULL.
	Valid bool
}

// NewRange returns the range from lower to before upper, Django's "[)".
func NewRange[V any](lower, upper V) Range[V] {
	return Range[V]{Lower: &lower, Upper: &upper, Valid: true}
}

// ClosedRange returns the range from lower to upper, both inside.
func ClosedRange[V any](lower, upper V) Range[V] {
	return Range[V]{Lower: &lower, Upper: &upper, UpperIn: true, Valid: true}
}

// RangeFrom returns the range from lower on.
func RangeFrom[V any](lower V) Range[V] { return Range[V]{Lower: &lower, Valid: true} }

// RangeTo returns the range of all before upper.
func RangeTo[V any](upper V) Range[V] { return Range[V]{Upper: &upper, Valid: true} }

// EmptyRange returns the range that holds nothing.
func EmptyRange[V any]() Range[V] { return Range[V]{Empty: true, Valid: true} }

// String returns the range as PostgreSQL writes it: "[1,5)", "empty", "" for
// NULL.
func (r Range[V]) String() string {
	switch {
	case !r.Valid:
		return ""
	case r.Empty:
		return "empty"
	}
	end := func(v *V) string {
		if v == nil {
			return ""
		}
		if t, ok := any(*v).(time.Time); ok {
			return t.Format(time.RFC3339Nano)
		}
		return fmt.Sprint(*v)
	}
	b := r.bounds()
	return b[:1] + end(r.Lower) + "," + end(r.Upper) + b[1:]
}

// bounds returns the brackets of the range.
func (r Range[V]) bounds() string {
	b := []byte("[)")
	if r.LowerOut || r.Lower == nil {
		b[0] = '('
	}
	if r.UpperIn && r.Upper != nil {
		b[1] = ']'
	}
	return string(b)
}

// GormDataType returns the type of the column, "" if there is none for V.
func (Range[V]) GormDataType() string {
	return map[string]string{"smallint": "int4range", "integer": "int4range", "bigint": "int8range", "numeric": "numrange",
		"double precision": "numrange", "timestamptz": "tstzrange"}[columnType(reflect.TypeFor[V]())]
}

// IsNull implements pgtype.RangeValuer.
func (r Range[V]) IsNull() bool { return !r.Valid }

// BoundTypes implements pgtype.RangeValuer.
func (r Range[V]) BoundTypes() (lower, upper pgtype.BoundType) {
	if r.Empty {
		return pgtype.Empty, pgtype.Empty
	}
	kind := func(v *V, in bool) pgtype.BoundType {
		switch {
		case v == nil:
			return pgtype.Unbounded
		case in:
			return pgtype.Inclusive
		}
		return pgtype.Exclusive
	}
	return kind(r.Lower, !r.LowerOut), kind(r.Upper, r.UpperIn)
}

// Bounds implements pgtype.RangeValuer.
func (r Range[V]) Bounds() (lower, upper any) {
	if r.Lower != nil {
		lower = *r.Lower
	}
	if r.Upper != nil {
		upper = *r.Upper
	}
	return lower, upper
}

// ScanNull implements pgtype.RangeScanner.
func (r *Range[V]) ScanNull() error {
	*r = Range[V]{}
	return nil
}

// ScanBounds implements pgtype.RangeScanner.
func (r *Range[V]) ScanBounds() (lower, upper any) {
	r.Lower, r.Upper = new(V), new(V)
	return r.Lower, r.Upper
}

// SetBoundTypes implements pgtype.RangeScanner.
func (r *Range[V]) SetBoundTypes(lower, upper pgtype.BoundType) error {
	r.Empty, r.Valid = lower == pgtype.Empty, true
	r.LowerOut, r.UpperIn = lower == pgtype.Exclusive, upper == pgtype.Inclusive
	if lower == pgtype.Unbounded || r.Empty {
		r.Lower = nil
	}
	if upper == pgtype.Unbounded || r.Empty {
		r.Upper = nil
	}
	return nil
}

type rangeJSON[V any] struct {
	Lower  *V      `json:"lower"`
	Upper  *V      `json:"upper"`
	Bounds *string `json:"bounds,omitempty"`
	Empty  bool    `json:"empty,omitempty"`
}

// MarshalJSON returns {"lower": …, "upper": …, "bounds": "[)"}, {"empty": true}
// or null.
func (r Range[V]) MarshalJSON() ([]byte, error) {
	switch {
	case !r.Valid:
		return []byte("null"), nil
	case r.Empty:
		return []byte(`{"empty":true}`), nil
	}
	b := r.bounds()
	return json.Marshal(rangeJSON[V]{r.Lower, r.Upper, &b, false})
}

// UnmarshalJSON replaces the range.
func (r *Range[V]) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return r.ScanNull()
	}
	var j rangeJSON[V]
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	b := "[)"
	if j.Bounds != nil {
		b = *j.Bounds
	}
	if len(b) != 2 || !strings.Contains("[(", b[:1]) || !strings.Contains(")]", b[1:]) {
		return fmt.Errorf(`models: bounds of a range are %q (choices are "[)", "[]", "()" and "(]")`, b)
	}
	if *r = (Range[V]{Valid: true, Empty: j.Empty}); !j.Empty {
		r.Lower, r.Upper, r.LowerOut, r.UpperIn = j.Lower, j.Upper, b[0] == '(' && j.Lower != nil, b[1] == ']' && j.Upper != nil
	}
	return nil
}
