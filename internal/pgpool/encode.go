package pgpool

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/rowcodec"
)

// EncodeError is a parameter that the driver cannot write as the type that the
// statement expects. Nothing was sent. The text leaves out the value, which pgx
// quotes in Err.
type EncodeError struct {
	Parameter int    // from 1, 0 for a value of COPY
	Type      string // as PostgreSQL names it, "" if it is unknown
	Err       error
}

// Error implements error.
func (e *EncodeError) Error() string { return "gormango: " + e.Reason() }

// Unwrap returns the error of the driver.
func (e *EncodeError) Unwrap() error { return e.Err }

// Reason returns what is wrong, without the value.
func (e *EncodeError) Reason() string {
	what := "a value"
	if e.Parameter > 0 {
		what = fmt.Sprintf("parameter %d", e.Parameter)
	}
	typ := e.Type
	if typ == "" || typ == "unknown type" {
		typ = "its type"
	}
	switch {
	case errors.Is(e.Err, rowcodec.ErrTimeRange):
		return fmt.Sprintf("%s lies %v", what, rowcodec.ErrTimeRange)
	case e.OutOfRange():
		return fmt.Sprintf("%s is out of the range of %s", what, typ)
	}
	return fmt.Sprintf("%s cannot be written as %s (pass a value of a Go type that belongs to it)", what, typ)
}

// OutOfRange reports whether the value is of the right kind and beyond what the
// type holds.
func (e *EncodeError) OutOfRange() bool {
	if errors.Is(e.Err, rowcodec.ErrTimeRange) {
		return true
	}
	text := e.Err.Error()
	return rangeWords.MatchString(text[max(0, len(text)-200):])
}

var rangeWords = regexp.MustCompile(`is (greater|less) than (the )?(maximum|minimum) value|out of range|overflows`)

// EncodeFailure returns err as an [*EncodeError] if it is pgx's error for a
// parameter that it cannot encode, and err itself otherwise. pgx has no type
// for it: the text says which parameter, and the wrapped error quotes the value
// before it names the type.
func EncodeFailure(err error) error {
	if _, answered := errors.AsType[*pgconn.PgError](err); answered {
		return err
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		number, found := strings.CutPrefix(e.Error(), "failed to encode args[")
		inner := errors.Unwrap(e)
		if !found || inner == nil {
			continue
		}
		number, _, _ = strings.Cut(number, "]")
		n, _ := strconv.Atoi(number)
		return &EncodeError{n + 1, encodedType(inner), err}
	}
	return err
}

// encodedType returns the type in pgx's error for a value, which quotes the
// value before the type and wraps the cause after it.
func encodedType(err error) string {
	text := err.Error()
	if cause := errors.Unwrap(err); cause != nil {
		text = strings.TrimSuffix(text, cause.Error())
	}
	if at := strings.LastIndex(text, " format for "); at >= 0 {
		text = text[at+len(" format for "):]
		name, _, _ := strings.Cut(text, " (OID ")
		if element, isArray := strings.CutPrefix(name, "_"); isArray {
			name = element + "[]"
		}
		return name
	}
	return ""
}

// CopyFailure returns err as an [*EncodeError] if a COPY failed since the
// driver could not encode a value of a row, and err itself otherwise. The
// server quotes what the driver said.
func CopyFailure(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Code != codeQueryCanceled {
		return err
	}
	for _, words := range []string{"unable to encode ", "not a string and cannot be encoded as text", "cannot scan "} {
		if strings.Contains(pgErr.Message, words) {
			return &EncodeError{Err: err}
		}
	}
	return err
}
