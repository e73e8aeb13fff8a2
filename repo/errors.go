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
	// ErrDoesNotExist is returned when no row matches. It matches
	// gorm.ErrRecordNotFound too.
	ErrDoesNotExist error = doesNotExist{}
	// ErrMultipleObjectsReturned is returned when Get finds more than one row.
	ErrMultipleObjectsReturned = errors.New("repo: more than one row")
	// ErrSliced is returned when a QuerySet with a limit or an offset is
	// updated, deleted, or refined by something that has to come before the
	// slice.
	ErrSliced = errors.New("repo: a limit or an offset was set")
	// ErrCombined is returned when a set operation (the QuerySet of Union and
	// its kin) is refined by more than an order, a slice, Columns and a
	// terminal.
	ErrCombined = errors.New("repo: a set operation cannot be refined so")
	// ErrGrouped is returned when objects are read from a QuerySet whose rows
	// hold columns, because of GroupBy or Columns. Read such rows with Values
	// or Into.
	ErrGrouped = errors.New("repo: the rows are no objects")
	// ErrMismatch is returned when two QuerySets do not go together: only one
	// of them is distinct, or their rows hold different columns. It is also
	// returned when Distinct with names meets what it cannot be combined with:
	// aggregates and writes.
	ErrMismatch = errors.New("repo: these QuerySets do not go together")
	// ErrUnbound is returned when a QuerySet or Repository was not made by New.
	ErrUnbound = errors.New("repo: this QuerySet belongs to no database (make it with repo.New)")
	// ErrStaleObject is returned when the row of a models.Versioned object has
	// another version than the object, because it was saved in between. Refresh
	// the object and try again.
	ErrStaleObject error = staleObject{}
	// ErrNotInTransaction is returned when rows are to be locked
	// (SelectForUpdate) outside of a transaction.
	ErrNotInTransaction = errors.New("repo: no transaction")
	// ErrNoKey is returned when an object without a primary key is to be
	// changed or removed.
	ErrNoKey = errors.New("repo: the object has no primary key")
	// ErrCannotTell is returned when a reverse one-to-one is nil, so that it
	// was either not loaded or has no row.
	ErrCannotTell = errors.New("repo: whether the relation was loaded cannot be told")
	// ErrRequired is returned when a RelatedManager is to remove rows from
	// their owner but their foreign key cannot be NULL.
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

	text string
	err  error
}

// Error names the model, the part, the nearest name, the choices and the line.
func (e *FieldError) Error() string { return "repo: " + e.text + placed(e.Place) }

// Unwrap returns the underlying error, nil when there is none.
func (e *FieldError) Unwrap() error { return e.err }

// LookupValueError reports a value that a lookup, an assignment or a method
// does not take: a negative limit, a kind that Dates does not know.
type LookupValueError struct {
	// Model, Field and Lookup are those of the value. Where a method does not
	// take the value, Lookup is the method.
	Model, Field, Lookup string
	Value                any
	// Want describes what the field takes.
	Want string
	// Place is the line of the call.
	Place string

	text string
}

// Error names the model, the field, what the field takes and the line.
func (e *LookupValueError) Error() string { return "repo: " + e.text + placed(e.Place) }

func placed(place string) string {
	if place == "" {
		return ""
	}
	return " [" + place + "]"
}

// chainError returns an error of a chain method as its public type, with the
// line of the call.
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

// invalid returns the error of a value that a method does not take.
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

// badlyNamed returns the error of a name that a value of the rows cannot have.
func badlyNamed(model, name, why string) error {
	return &FieldError{Model: model, Lookup: name, Part: name, Place: caller(), text: fmt.Sprintf("%s: %q %s", model, name, why)}
}

// misuse returns an error of a chain that concerns no model.
func misuse(sentinel error, format string, args ...any) error {
	return &mistake{fmt.Errorf("%w: %s%s", sentinel, strings.TrimSpace(fmt.Sprintf(format, args...)), placed(caller()))}
}

// mistake is an error of a chain that already names the line of its call.
type mistake struct{ error }

func (m *mistake) Unwrap() error { return m.error }

// told reports whether err already names the line of its call, as the mistake
// of another chain does (that of a QuerySet used as a value).
func told(err error) bool {
	var (
		m *mistake
		f *FieldError
		v *LookupValueError
	)
	return errors.As(err, &m) || errors.As(err, &f) || errors.As(err, &v)
}
