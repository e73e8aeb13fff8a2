package repo

import (
	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/store"
)

// Errors to test for with errors.Is.
var (
	// ErrDoesNotExist is returned when no row matches. It matches
	// gorm.ErrRecordNotFound too.
	ErrDoesNotExist = store.ErrDoesNotExist
	// ErrMultipleObjectsReturned is returned when Get finds more than one row.
	ErrMultipleObjectsReturned = store.ErrMultipleObjectsReturned
	// ErrSliced is returned when a QuerySet with a limit or an offset is
	// updated, deleted, or refined by something that has to come before the
	// slice.
	ErrSliced = store.ErrSliced
	// ErrCombined is returned when a set operation (the QuerySet of Union and
	// its kin) is refined by more than an order, a slice, Columns and a
	// terminal.
	ErrCombined = store.ErrCombined
	// ErrGrouped is returned when objects are read from a QuerySet whose rows
	// hold columns, because of GroupBy or Columns. Read such rows with Values
	// or Into.
	ErrGrouped = store.ErrGrouped
	// ErrMismatch is returned when two QuerySets do not go together: only one
	// of them is distinct, or their rows hold different columns. It is also
	// returned when Distinct with names meets what it cannot be combined with:
	// aggregates and writes.
	ErrMismatch = store.ErrMismatch
	// ErrUnbound is returned when a QuerySet or Repository was not made by New.
	ErrUnbound = store.ErrUnbound
	// ErrStaleObject is returned when the row of a models.Versioned object has
	// another version than the object, because it was saved in between. Refresh
	// the object and try again.
	ErrStaleObject = store.ErrStaleObject
	// ErrNotInTransaction is returned when rows are to be locked
	// (SelectForUpdate) outside of a transaction.
	ErrNotInTransaction = store.ErrNotInTransaction
	// ErrNoKey is returned when an object without a primary key is to be
	// changed or removed.
	ErrNoKey = store.ErrNoKey
	// ErrCannotTell is returned when a reverse one-to-one is nil, so that it
	// was either not loaded or has no row.
	ErrCannotTell = store.ErrCannotTell
	// ErrTooLarge is returned when a query has more than 50,000 conditions and
	// expressions, has them, the parts of an Xor, or a value of JSON more than 500
	// deep inside each other, joins more than 1,000 tables, has more than 1,664
	// columns, annotations or terms of an order, or when a lookup joins more than
	// 100 names. No SQL is written then.
	ErrTooLarge = store.ErrTooLarge
	// ErrRequired is returned when a RelatedManager is to remove rows from
	// their owner but their foreign key cannot be NULL.
	ErrRequired = store.ErrRequired
	// ErrNotWritten is returned when the server has written fewer rows than the
	// objects of the call, although nothing failed: a BEFORE trigger or a rule
	// has dropped some. Then none is written, and the objects are as before.
	ErrNotWritten = store.ErrNotWritten
	// ErrFenced is what every *FenceError matches.
	ErrFenced = store.ErrFenced
)

// FieldError reports a name or lookup that the model does not have, an
// expression that does not fit the model, or a call that does not go with
// earlier calls on the QuerySet.
type FieldError struct {
	// Model is the model that lacks Part, the piece of Lookup that does not
	// resolve. Lookup and Part are empty where the call itself is at fault.
	Model, Lookup, Part string
	// Choices are the names that could stand in place of Part, sorted. Nearest
	// is the choice most like Part, "" when none is near.
	Choices []string
	Nearest string
	// Place is the line of the call, "catalog/views.go:42".
	Place string

	mistake *store.FieldMistake
}

// Error names the model, the part, the nearest name, the choices and the line.
func (e *FieldError) Error() string { return e.mistake.Error() }

// Unwrap returns the underlying error.
func (e *FieldError) Unwrap() error { return e.mistake }

// LookupValueError reports a value that a lookup, an assignment or a method
// does not take: a negative limit, an unknown kind of Dates.
type LookupValueError struct {
	// Model, Field and Lookup are those of the value. Where a method does not
	// take the value, Lookup is the method.
	Model, Field, Lookup string
	Value                any
	// Want describes what the field takes.
	Want string
	// Place is the line of the call.
	Place string

	mistake *store.ValueMistake
}

// Error names the model, the field, what the field takes and the line.
func (e *LookupValueError) Error() string { return e.mistake.Error() }

// Unwrap returns the underlying error.
func (e *LookupValueError) Unwrap() error { return e.mistake }

// FenceError reports a write of a repository with a fence (Fenced) that would
// name another tenant, refer to another tenant's row, or cannot be checked.
// Nothing is written. It matches ErrFenced.
type FenceError struct {
	// Model and Field are the column at fault.
	Model, Field string
	why          string
}

// Error names the model, the column and the reason.
func (e *FenceError) Error() string { return "repo: " + e.Model + "." + e.Field + ": " + e.why }

// Is reports whether target is ErrFenced.
func (e *FenceError) Is(target error) bool { return target == ErrFenced }

// public returns an error of the engine as the type that programs test for.
func public(err error) error {
	switch e := err.(type) {
	case *store.FieldMistake:
		return &FieldError{Model: e.Model, Lookup: e.Lookup, Part: e.Part, Choices: e.Choices, Nearest: e.Nearest, Place: e.Place, mistake: e}
	case *store.ValueMistake:
		return &LookupValueError{Model: e.Model, Field: e.Field, Lookup: e.Lookup, Value: e.Value, Want: e.Want, Place: e.Place, mistake: e}
	case *store.Outside:
		return &FenceError{e.Model, e.Field, e.Why}
	case *store.ObjectFailure:
		return &ObjectError{Model: e.Model, Index: e.Index, Field: e.Field, Err: e.Err}
	case *deletion.Refusal:
		if e.Protected {
			return &ProtectedError{e.Model, holders(e.Holders)}
		}
		return &RestrictedError{e.Model, holders(e.Holders)}
	}
	return err
}

// chainError returns an error of a chain method with the line of the call.
func chainError(model, text string, err error) error {
	return public(store.CallError(model, text, err))
}
