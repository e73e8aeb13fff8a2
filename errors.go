package gormango

import (
	"cmp"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/models"
)

// ErrConnectionLost says that the connection broke while a statement was under
// way. Outside a transaction it is unknown whether the statement took effect,
// so it is never sent again by itself; inside one the server rolls back.
var ErrConnectionLost = pgpool.ErrConnectionLost

// ErrConnBusy says that a result of the same transaction is still open, or that
// native code holds its connection. The text names the line that opened it.
var ErrConnBusy = pgpool.ErrConnBusy

// ErrTooLarge says that a statement was not sent, since its values do not fit
// into a message of PostgreSQL's protocol, 1 GB. The bulk calls of repositories
// send several statements long before.
var ErrTooLarge = pgpool.ErrTooLarge

// ErrCommitUnknown says that COMMIT was sent and no answer came: the
// transaction is saved or not, and only the data shows which.
var ErrCommitUnknown = pgpool.ErrCommitUnknown

// ErrPoolExhausted says that every connection of the pool was in use for all of
// Pool.AcquireTimeout. The error is a [PoolTimeoutError], and its text names
// the lines that hold them. Nothing was sent to the server.
var ErrPoolExhausted = pgpool.ErrPoolExhausted

// PoolTimeoutError says that the pool had no free connection within
// Pool.AcquireTimeout. Nothing was sent to the server. Where all connections
// are in use, some call holds one for long, or a goroutine that has a
// transaction asks for a second connection since it did not pass the
// transaction's context on.
type PoolTimeoutError struct {
	Waited   time.Duration // the timeout
	Max      int32         // the pool's size
	Acquired int32         // connections in use when the wait ended
	Opening  int32         // connections being opened then
	HeldBy   string        // the lines that have held connections longest; empty when none is known
	NoTx     bool          // the context carried no transaction
}

// Error implements error. It names the pool's size and how many connections
// were in use.
func (e *PoolTimeoutError) Error() string { return (*pgpool.AcquireTimeoutError)(e).Error() }

// Is reports whether target is [ErrPoolExhausted] and all connections were in
// use.
func (e *PoolTimeoutError) Is(target error) bool { return (*pgpool.AcquireTimeoutError)(e).Is(target) }

// ErrInUse says that connections were in use until the end of the time that
// [Close] waits, Pool.CloseTimeout. Its text names the lines that hold them.
var ErrInUse = pgpool.ErrInUse

// ErrClosed says that the database was closed by [Close].
var ErrClosed = pgpool.ErrClosed

// IntegrityKind is the kind of constraint that a statement violated.
type IntegrityKind string

// The kinds of an [IntegrityError]. The kind is empty for SQLSTATE 23000, which
// only triggers raise.
const (
	Unique     IntegrityKind = "unique"
	ForeignKey IntegrityKind = "foreign key"
	NotNull    IntegrityKind = "not null"
	Check      IntegrityKind = "check"
	Exclusion  IntegrityKind = "exclusion"
)

// IntegrityError is a violated constraint (SQLSTATE class 23), of a statement
// or of a COMMIT that checks deferred constraints. errors.Is finds GORM's
// sentinel in it (gorm.ErrDuplicatedKey, gorm.ErrForeignKeyViolated,
// gorm.ErrCheckConstraintViolated), errors.As the *pgconn.PgError. The text
// holds no value of a row; the detail of the PgError does.
type IntegrityError struct {
	Kind       IntegrityKind
	Table      string
	Constraint string   // empty for NotNull before PostgreSQL 18
	Columns    []string // of the constraint on Table, nil where neither the models nor the server name them
	Err        error

	invalid *models.ValidationError // nil if no object is at fault
}

// Error implements error.
func (e *IntegrityError) Error() string {
	s := "gormango: " + string(cmp.Or(e.Kind, "integrity")) + " violation"
	if e.Constraint != "" {
		s += ` of "` + e.Constraint + `"`
	}
	if e.Table != "" {
		s += " on " + e.Table
	}
	if len(e.Columns) > 0 {
		s += " (" + strings.Join(e.Columns, ", ") + ")"
	}
	return s
}

// Unwrap returns the error of the driver.
func (e *IntegrityError) Unwrap() error { return e.Err }

// Is reports whether target is GORM's sentinel of the kind.
func (e *IntegrityError) Is(target error) bool {
	switch e.Kind {
	case Unique:
		return target == gorm.ErrDuplicatedKey
	case ForeignKey:
		return target == gorm.ErrForeignKeyViolated
	case Check:
		return target == gorm.ErrCheckConstraintViolated
	}
	return false
}

// DataError is a value that the server refused (SQLSTATE class 22): a text that
// is no number, a number out of range, a text too long for its column, a
// division by zero. A statement whose rows contradict each other (21000) is one
// too: an upsert with the same key twice, a subquery of more than one row where
// a value is expected. errors.As finds the *pgconn.PgError in it. A value that
// the driver cannot write as its column's type is a DataError too, without a
// PgError, since nothing was sent; Code is then 22003 or 22008 for one out of
// range, 22000 otherwise. The text leaves out what is quoted, which is the
// value; Message, Detail and the wrapped error have it.
type DataError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *DataError) Error() string { return serverText(unquoted(e.Message), e.Code) }

// Unwrap returns the error of the driver.
func (e *DataError) Unwrap() error { return e.Err }

// SyntaxError is a statement that the server does not understand, or that names
// what does not exist (SQLSTATE class 42 but 42501): a missing table or column,
// types that do not match. errors.As finds the *pgconn.PgError in it, and
// errors.Is gorm.ErrInvalidField for a missing column (42703).
type SyntaxError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *SyntaxError) Error() string { return serverText(e.Message, e.Code) }

// Unwrap returns the error of the driver.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Is reports whether target is GORM's sentinel of a missing column and e is
// one.
func (e *SyntaxError) Is(target error) bool {
	return e.Code == "42703" && target == gorm.ErrInvalidField
}

// LimitError is a statement beyond a limit of the server (SQLSTATE class 54):
// it is nested too deep for its stack, or has too many columns or arguments.
// errors.Is finds [ErrTooLarge] and repo.ErrTooLarge in it, but for 54000, such
// as a value that is too long for an index. errors.As finds the
// *pgconn.PgError.
type LimitError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *LimitError) Error() string { return serverText(unquoted(e.Message), e.Code) }

// Unwrap returns the error of the driver.
func (e *LimitError) Unwrap() error { return e.Err }

// Is reports whether target is an error of a statement that is too large and e
// is one.
func (e *LimitError) Is(target error) bool {
	return e.Code != "54000" && (target == ErrTooLarge || target == lookup.ErrTooLarge)
}

// PermissionError is a refusal of the user: a missing privilege or a row-level
// policy (SQLSTATE 42501), or a login that the server refused (class 28), which
// comes from Open and from every later connect. errors.As finds the
// *pgconn.PgError in it.
type PermissionError struct {
	Code, Message, Detail, Hint string
	Err                         error
}

// Error implements error.
func (e *PermissionError) Error() string { return serverText(e.Message, e.Code) }

// Unwrap returns the error of the driver.
func (e *PermissionError) Unwrap() error { return e.Err }
