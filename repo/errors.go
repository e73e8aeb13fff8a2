package repo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Errors to test for with errors.Is.
var (
	// ErrDoesNotExist says that no row matches. It is gorm.ErrRecordNotFound too.
	ErrDoesNotExist error = doesNotExist{}
	// ErrMultipleObjectsReturned says that Get found more than one row.
	ErrMultipleObjectsReturned = errors.New("repo: more than one row")
	// ErrSliced says that a QuerySet with a limit or an offset was refined by
	// what has to come before them, or updated or deleted.
	ErrSliced = errors.New("repo: a limit or an offset was set")
	// ErrCombined says that a QuerySet is a set operation (Union and its kin), which
	// takes no more than an order, a slice, Columns and a terminal.
	ErrCombined = errors.New("repo: a set operation cannot be refined so")
	// ErrGrouped says that rows hold columns, by GroupBy or Columns, where objects are
	// wanted: read them with Values or Into.
	ErrGrouped = errors.New("repo: the rows are no objects")
	// ErrMismatch says that two QuerySets do not go together: one is distinct and the other not,
	// their rows hold different columns; or Distinct with names and what it cannot be combined with: aggregates, writes.
	ErrMismatch = errors.New("repo: these QuerySets do not go together")
	// ErrUnbound says that a QuerySet or Repository was not made by New.
	ErrUnbound = errors.New("repo: this QuerySet belongs to no database (make it with repo.New)")
	// ErrStaleObject says that the row of a models.Versioned object has another
	// version than the object: somebody saved it in between. Refresh, and try again.
	ErrStaleObject error = staleObject{}
	// ErrNotInTransaction says that rows were to be locked (SelectForUpdate) outside of a transaction.
	ErrNotInTransaction = errors.New("repo: no transaction")
	// ErrNoKey says that an object without a primary key was to be changed or removed.
	ErrNoKey = errors.New("repo: the object has no primary key")
	// ErrCannotTell says of a nil reverse one-to-one that nobody knows whether it was loaded.
	ErrCannotTell = errors.New("repo: whether the relation was loaded cannot be told")
	// ErrRequired says that a RelatedManager was to take rows from their owner whose foreign key cannot be NULL.
	ErrRequired = errors.New("repo: the foreign key cannot be NULL")
)

type doesNotExist struct{ model string }

func (e doesNotExist) Error() string {
	if e.model == "" {
		return "repo: no row matches"
	}
	return "repo: no " + e.model + " matches"
}

func (e doesNotExist) Is(target error) bool {
	_, same := target.(doesNotExist)
	return same || target == gorm.ErrRecordNotFound
}

type staleObject struct{ model string }

func (e staleObject) Error() string {
	return "repo: " + e.model + " was changed by somebody else since it was read (refresh it and try again)"
}

func (e staleObject) Is(target error) bool {
	_, same := target.(staleObject)
	return same
}

// FieldError is a name or lookup that the model does not have, an expression that does not fit it, or a call
// that does not go with what the QuerySet was told before.
type FieldError struct {
	// Model lacks Part, the piece of Lookup that does not resolve. Both are empty where the call itself is at fault.
	Model, Lookup, Part string
	// Choices could stand in its place, sorted. Nearest is the one most like Part, "" when none is near.
	Choices []string
	Nearest string
	// Place is the line of the call, "catalog/views.go:42".
	Place string

	text string
	err  error
}

// Error names the model, the part, the nearest name, the choices and the line.
func (e *FieldError) Error() string { return "repo: " + e.text + placed(e.Place) }

// Unwrap is the error beneath, nil when there is none.
func (e *FieldError) Unwrap() error { return e.err }

// LookupValueError is a value that a lookup, an assignment or a method does not take: a negative limit, a kind that Dates
// does not know.
type LookupValueError struct {
	// Field and Lookup are those of the value. Where a method does not take it, Lookup is the method.
	Model, Field, Lookup string
	Value                any
	// Want says what the field takes.
	Want string
	// Place is the line of the call.
	Place string

	text string
}

// Error names the model, the field, what it takes and the line.
func (e *LookupValueError) Error() string { return "repo: " + e.text + placed(e.Place) }

func placed(place string) string {
	if place == "" {
		return ""
	}
	return " [" + place + "]"
}

// chainError gives an error of a chain method its public type and the line of
// the call.
func chainError(model, text string, err error) error {
	var (
		bad   *lookup.Error
		value *query.ValueError
		types *query.TypeError
		place = caller()
	)
	switch {
	case told(err):
		return err
	case errors.Is(err, compile.ErrDistinct):
		return misuse(ErrMismatch, "%s: %s", model, err)
	case errors.Is(err, ErrUnbound):
		return misuse(ErrUnbound, "%s was given one", model)
	case errors.As(err, &bad):
		return &FieldError{Model: bad.Model, Lookup: bad.Text, Part: bad.Part, Choices: bad.Choices, Nearest: bad.Nearest, Place: place, text: bad.Error()}
	case errors.As(err, &value):
		return &LookupValueError{Model: value.Model, Field: value.Field, Lookup: value.Lookup, Value: value.Value,
			Want: value.Want, Place: place, text: value.Error()}
	case errors.As(err, &types):
		return &FieldError{Model: model, Lookup: text, Place: place, text: types.Error()}
	}
	said := err.Error()
	if text == "" && !strings.HasPrefix(said, model+": ") {
		said = model + ": " + said
	}
	return &FieldError{Model: model, Lookup: text, Place: place, text: said, err: err}
}

// invalid is the error of a value that a method does not take.
func invalid(model, method string, value any, want string) error {
	was := fmt.Sprint(value)
	switch v := value.(type) {
	case nil:
		was = "nil"
	case string:
		was = strconv.Quote(v)
	}
	return &LookupValueError{Model: model, Lookup: method, Value: value, Want: want, Place: caller(), text: fmt.Sprintf("%s: %s takes %s, not %s", model, method, want, was)}
}

// badlyNamed is the error of a name that a value of the rows cannot have.
func badlyNamed(model, name, why string) error {
	return &FieldError{Model: model, Lookup: name, Part: name, Place: caller(), text: fmt.Sprintf("%s: %q %s", model, name, why)}
}

// misuse is an error of a chain that no model has to do with.
func misuse(sentinel error, format string, args ...any) error {
	return &mistake{fmt.Errorf("%w: %s%s", sentinel, strings.TrimSpace(fmt.Sprintf(format, args...)), placed(caller()))}
}

// mistake is an error of a chain that has its place.
type mistake struct{ error }

func (m *mistake) Unwrap() error { return m.error }

// told says that an error has its place already: it is the mistake of another chain, that of a QuerySet as a value.
func told(err error) bool {
	var (
		m *mistake
		f *FieldError
		v *LookupValueError
	)
	return errors.As(err, &m) || errors.As(err, &f) || errors.As(err, &v)
}
