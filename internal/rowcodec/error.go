package rowcodec

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// ErrRange reports an integer that does not fit the field's integer type. It is
// wrapped in a [*ColumnError] that names the field and the value.
var ErrRange = errors.New("value out of range")

// ErrInfinity reports an infinite date or timestamp for a field that holds a
// time.Time, which has no such value. It is wrapped in a [*ColumnError].
var ErrInfinity = errors.New("infinite time does not fit time.Time (use pgtype.Date, pgtype.Timestamp or pgtype.Timestamptz)")

// ErrCorrupt reports bytes that are not a value of the column's type. It is
// wrapped in a [*ColumnError].
var ErrCorrupt = errors.New("malformed value")

// ErrTimeRange reports a date or a time that PostgreSQL cannot hold: a
// timestamp before 4713 BC or after 294276, a date after 5874897.
var ErrTimeRange = errors.New("beyond the dates and times that PostgreSQL holds")

// ErrShape reports a shape that does not fit the result or the struct: another
// number of columns, another type, an object without a key. It is a mistake of
// the program, not of the data.
var ErrShape = errors.New("gormango: shape does not fit")

// ColumnError is an error in decoding a column. It wraps [ErrRange],
// [ErrInfinity], [ErrCorrupt], or the error of the field's Scan method, of its
// serializer, of pgx or of database/sql's conversion.
type ColumnError struct {
	Model  string // Go type of the struct, without its package
	Field  string // Go name of the field
	Column string // name of the database column
	Value  string // the value if it is short and known, else empty
	Err    error
}

// Error names the field and the column, not the value.
func (e *ColumnError) Error() string {
	text := e.Err.Error()
	if number := (*strconv.NumError)(nil); errors.As(e.Err, &number) {
		text = "the value does not fit: " + number.Err.Error()
	}
	return fmt.Sprintf("gormango: %s.%s: column %q: %s", e.Model, e.Field, e.Column, text)
}

// Unwrap returns the cause.
func (e *ColumnError) Unwrap() error { return e.Err }

// valueError holds the value for the ColumnError.
type valueError struct {
	value string
	err   error
}

func (e *valueError) Error() string { return e.err.Error() }
func (e *valueError) Unwrap() error { return e.err }

func rangeError(value string, typ reflect.Type) error {
	return &valueError{value, fmt.Errorf("%w for %s (use a wider field type)", ErrRange, typ)}
}

func lengthError(pgType string, got int) error {
	return fmt.Errorf("%w: %s of %d bytes", ErrCorrupt, pgType, got)
}

func (c *column) fail(err error) error {
	model := c.model.Name()
	if model == "" {
		model = c.model.String()
	}
	e := &ColumnError{Model: model, Field: c.field.Name, Column: c.field.DBName, Err: err}
	if v := (*valueError)(nil); errors.As(err, &v) {
		e.Value, e.Err = v.value, v.err
	}
	return e
}
