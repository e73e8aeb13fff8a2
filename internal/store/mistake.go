package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Errors that package repo documents.
var (
	ErrDoesNotExist            error = DoesNotExist{}
	ErrMultipleObjectsReturned       = errors.New("repo: more than one row")
	ErrSliced                        = errors.New("repo: a limit or an offset was set")
	ErrCombined                      = errors.New("repo: a set operation does not allow this call")
	ErrGrouped                       = errors.New("repo: the rows hold columns, not objects")
	ErrMismatch                      = errors.New("repo: these QuerySets do not go together")
	ErrUnbound                       = errors.New("repo: this QuerySet belongs to no database (make it with repo.New)")
	ErrStaleObject             error = StaleObject{}
	ErrNotInTransaction              = errors.New("repo: no transaction")
	ErrNoKey                         = errors.New("repo: the object has no primary key")
	ErrCannotTell                    = errors.New("repo: it is unknown whether the relation was loaded")
	ErrTooLarge                      = lookup.ErrTooLarge
	ErrRequired                      = errors.New("repo: the foreign key cannot be NULL")
	ErrNotWritten              error = NotWritten{}
)

// DoesNotExist is the error for a row that does not exist.
type DoesNotExist struct{ Model string }

func (e DoesNotExist) Error() string {
	if e.Model == "" {
		return "repo: no row matches"
	}
	return "repo: no " + e.Model + " matches"
}

// Is reports whether target is a DoesNotExist or gorm.ErrRecordNotFound.
func (e DoesNotExist) Is(target error) bool {
	_, same := target.(DoesNotExist)
	return same || target == gorm.ErrRecordNotFound
}

// StaleObject is the error for a row with another version than its object.
type StaleObject struct{ Model string }

func (e StaleObject) Error() string {
	return "repo: " + e.Model + " was changed since it was read (refresh it and try again)"
}

// Is reports whether target is a StaleObject.
func (e StaleObject) Is(target error) bool {
	_, same := target.(StaleObject)
	return same
}

// NotWritten is the error for rows that the database did not write although
// nothing failed: a trigger or a rule has dropped them.
type NotWritten struct {
	Model      string
	Rows, Want int64
	Partly     bool // the other rows stay until a rollback
}

func (e NotWritten) Error() string {
	rest := "nothing is written"
	if e.Partly {
		rest = "roll the transaction back"
	}
	return fmt.Sprintf("repo: %s: the database has written %d of %d rows: a BEFORE trigger or a rule has dropped the others (%s)", e.Model, e.Rows, e.Want, rest)
}

// Is reports whether target is a NotWritten.
func (e NotWritten) Is(target error) bool {
	_, same := target.(NotWritten)
	return same
}

// FieldMistake is a mistake in a name or a call. Package repo returns it as a
// *FieldError.
type FieldMistake struct {
	Model, Lookup, Part string
	Choices             []string
	Nearest, Place      string
	text                string // without the place
	err                 error
}

func (m *FieldMistake) Error() string { return "repo: " + m.text + placeText(m.Place) }

func (m *FieldMistake) Unwrap() error { return m.err }

// ValueMistake is a value that a lookup or a method does not take. Package repo
// returns it as a *LookupValueError.
type ValueMistake struct {
	Model, Field, Lookup string
	Value                any
	Want, Place          string
	text                 string // without the place
}

func (m *ValueMistake) Error() string { return "repo: " + m.text + placeText(m.Place) }

// usageError is a sentinel with the line of the call.
type usageError struct{ error }

func (m *usageError) Unwrap() error { return m.error }

// placeText returns the end of an error's text, which has the line of the call.
func placeText(place string) string {
	if place == "" {
		return ""
	}
	return " [" + place + "]"
}

// CallError returns err as the error of a call, with the line of the call. An
// error that has a line already, such as that of a QuerySet used as a value,
// is returned unchanged.
func CallError(model, text string, err error) error {
	var (
		bad   *lookup.Error
		value *query.ValueError
		types *query.TypeError
		place = caller()
	)
	switch {
	case hasPlace(err):
		return err
	case errors.Is(err, compile.ErrDistinct):
		return Misuse(ErrMismatch, "%s: %s", model, err)
	case errors.Is(err, ErrUnbound):
		return Misuse(ErrUnbound, "it was passed to a QuerySet of %s", model)
	case errors.As(err, &bad):
		return &FieldMistake{Model: bad.Model, Lookup: bad.Text, Part: bad.Part, Choices: bad.Choices, Nearest: bad.Nearest, Place: place, text: bad.Error()}
	case errors.As(err, &value):
		return &ValueMistake{Model: value.Model, Field: value.Field, Lookup: value.Lookup, Value: value.Value, Want: value.Want, Place: place, text: value.Error()}
	case errors.As(err, &types):
		return &FieldMistake{Model: model, Lookup: text, Place: place, text: types.Error()}
	}
	full := err.Error()
	if text == "" && !strings.HasPrefix(full, model+": ") {
		full = model + ": " + full
	}
	return &FieldMistake{Model: model, Lookup: text, Place: place, text: full, err: err}
}

// CallError returns err as the public error of a call on the model.
func (s *State) CallError(text string, err error) error {
	return s.Public(CallError(s.Model.Name, text, err))
}

// ValueError returns the public error of a value that a method does not take.
func (s *State) ValueError(method string, value any, want string) error {
	shown := fmt.Sprint(value)
	switch v := value.(type) {
	case nil:
		shown = "nil"
	case string:
		shown = strconv.Quote(v)
	}
	return s.Public(&ValueMistake{Model: s.Model.Name, Lookup: method, Value: value, Want: want, Place: caller(),
		text: fmt.Sprintf("%s: %s takes %s, not %s", s.Model.Name, method, want, shown)})
}

// nameError returns the public error of a name that a value of the rows cannot
// have.
func (s *State) nameError(name, why string) error {
	return s.Public(&FieldMistake{Model: s.Model.Name, Lookup: name, Part: name, Place: caller(), text: fmt.Sprintf("%s: %q %s", s.Model.Name, name, why)})
}

// Misuse returns a sentinel with a description and the line of the call.
func Misuse(sentinel error, format string, args ...any) error {
	return &usageError{fmt.Errorf("%w: %s%s", sentinel, strings.TrimSpace(fmt.Sprintf(format, args...)), placeText(caller()))}
}

// hasPlace reports whether err has the line of its call already.
func hasPlace(err error) bool {
	var (
		m *usageError
		f *FieldMistake
		v *ValueMistake
	)
	return errors.As(err, &m) || errors.As(err, &f) || errors.As(err, &v)
}

// engineDirs are the directories of the packages between an application and a
// query, as the compiler recorded them. Functions are not recognized by their
// names: a closure of a method that was inlined into another package has that
// package's name.
var engineDirs = func() []string {
	_, file, _, _ := runtime.Caller(0)
	module := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	var dirs []string
	for _, dir := range []string{"repo", "internal/store", "internal/deletion", "internal/related"} {
		dirs = append(dirs, filepath.Join(module, filepath.FromSlash(dir)))
	}
	return dirs
}()

// caller returns the line of the application that called into the library,
// "catalog/views.go:42".
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function != "" && (!slices.Contains(engineDirs, filepath.Dir(f.File)) || strings.HasSuffix(f.File, "_test.go")) && f.File != "<autogenerated>" {
			dir, file := filepath.Split(f.File)
			return filepath.Base(dir) + "/" + file + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return ""
		}
	}
}
