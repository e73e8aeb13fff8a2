package gormango

import (
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// DataError is a value that the server refused (SQLSTATE class 22): a text that is no number, a number
// out of range, a text too long for its column, a division by zero. errors.As finds the *pgconn.PgError
// in it. The text leaves out what the server quotes, which is the value; Message and Detail have it.
type DataError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *DataError) Error() string { return serverText(unquoted(e.Message), e.Code) }

// Unwrap returns the error of the driver.
func (e *DataError) Unwrap() error { return e.Err }

// SyntaxError is a statement that the server does not understand, or names what is not there (SQLSTATE
// class 42 but 42501): a missing table or column, types that do not match. errors.As finds the
// *pgconn.PgError in it, and errors.Is gorm.ErrInvalidField for a column that is not there (42703).
type SyntaxError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *SyntaxError) Error() string { return serverText(e.Message, e.Code) }

// Unwrap returns the error of the driver.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Is holds for GORM's sentinel of a missing column.
func (e *SyntaxError) Is(target error) bool {
	return e.Code == "42703" && target == gorm.ErrInvalidField
}

// PermissionError says that the user may not: a missing privilege or a row-level policy (SQLSTATE 42501),
// or a login that the server refused (class 28), which comes from Open and from every later connect.
// errors.As finds the *pgconn.PgError in it.
type PermissionError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *PermissionError) Error() string { return serverText(e.Message, e.Code) }

// Unwrap returns the error of the driver.
func (e *PermissionError) Unwrap() error { return e.Err }

// serverError gives an answer of the server its type, nil for a class that has none. err is what it came in.
func serverError(pgErr *pgconn.PgError, err error) error {
	class := pgErr.Code
	if len(class) > 2 {
		class = class[:2]
	}
	switch {
	case class == "28" || pgErr.Code == "42501":
		return &PermissionError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	case class == "22":
		return &DataError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	case class == "42":
		return &SyntaxError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	}
	return nil
}

func serverText(message, code string) string {
	return "gormango: " + message + " (SQLSTATE " + code + ")"
}

// unquoted cuts everything from the first quotation mark to the last, since a value may hold some itself.
// Servers that speak other languages use other marks.
func unquoted(message string) string {
	const marks = "\"'`´«»‹›„“”‘’「」『』"
	from, to := strings.IndexAny(message, marks), strings.LastIndexAny(message, marks)
	if from < 0 {
		return message
	}
	rest := message[to:]
	for i := range rest {
		if i > 0 { // the mark's own length
			return message[:from] + "…" + rest[i:]
		}
	}
	return message[:from] + "…"
}
