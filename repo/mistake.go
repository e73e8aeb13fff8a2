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

// Errors that package repo documents.
var (
	errDoesNotExist            error = doesNotExist{}
	errMultipleObjectsReturned       = errors.New("repo: more than one row")
	errSliced                        = errors.New("repo: a limit or an offset was set")
	errCombined                      = errors.New("repo: a set operation cannot be refined so")
	errGrouped                       = errors.New("repo: the rows are no objects")
	errMismatch                      = errors.New("repo: these QuerySets do not go together")
	errUnbound                       = errors.New("repo: this QuerySet belongs to no database (make it with repo.New)")
	errStaleObject             error = staleObject{}
	errNotInTransaction              = errors.New("repo: no transaction")
	errNoKey                         = errors.New("repo: the object has no primary key")
	errCannotTell                    = errors.New("repo: whether the relation was loaded cannot be told")
	errRequired                      = errors.New("repo: the foreign key cannot be NULL")
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

// fieldMistake is what a *repo.FieldError says.
type fieldMistake struct {
	model, lookup, part string
	choices             []string
	nearest, place      string
	text                string // without the place
	err                 error
}

func (m *fieldMistake) Error() string { return "repo: " + m.text + placed(m.place) }

func (m *fieldMistake) Unwrap() error { return m.err }

// valueMistake is what a *repo.LookupValueError says.
type valueMistake struct {
	model, field, lookup string
	value                any
	want, place          string
	text                 string // without the place
}

func (m *valueMistake) Error() string { return "repo: " + m.text + placed(m.place) }

// misused is a sentinel with the line of a call.
type misused struct{ error }

func (m *misused) Unwrap() error { return m.error }

func placed(place string) string {
	if place == "" {
		return ""
	}
	return " [" + place + "]"
}

// mistaken returns err as a mistake of a call, with the line of the call. An
// error that has a line already, such as that of a QuerySet used as a value,
// stays as it is.
func mistaken(model, text string, err error) error {
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
		return misuse(errMismatch, "%s: %s", model, err)
	case errors.Is(err, errUnbound):
		return misuse(errUnbound, "%s was given one", model)
	case errors.As(err, &bad):
		return &fieldMistake{model: bad.Model, lookup: bad.Text, part: bad.Part, choices: bad.Choices, nearest: bad.Nearest, place: place, text: bad.Error()}
	case errors.As(err, &value):
		return &valueMistake{model: value.Model, field: value.Field, lookup: value.Lookup, value: value.Value, want: value.Want, place: place, text: value.Error()}
	case errors.As(err, &types):
		return &fieldMistake{model: model, lookup: text, place: place, text: types.Error()}
	}
	said := err.Error()
	if text == "" && !strings.HasPrefix(said, model+": ") {
		said = model + ": " + said
	}
	return &fieldMistake{model: model, lookup: text, place: place, text: said, err: err}
}

// mistaken returns err as the public error of a call on the model.
func (s *state) mistaken(text string, err error) error {
	return s.public(mistaken(s.model.Name, text, err))
}

// invalid returns the public error of a value that a method does not take.
func (s *state) invalid(method string, value any, want string) error {
	was := fmt.Sprint(value)
	switch v := value.(type) {
	case nil:
		was = "nil"
	case string:
		was = strconv.Quote(v)
	}
	return s.public(&valueMistake{model: s.model.Name, lookup: method, value: value, want: want, place: caller(),
		text: fmt.Sprintf("%s: %s takes %s, not %s", s.model.Name, method, want, was)})
}

// badlyNamed returns the public error of a name that a value of the rows cannot
// have.
func (s *state) badlyNamed(name, why string) error {
	return s.public(&fieldMistake{model: s.model.Name, lookup: name, part: name, place: caller(), text: fmt.Sprintf("%s: %q %s", s.model.Name, name, why)})
}

// misuse returns a sentinel with what it is about and the line of the call.
func misuse(sentinel error, format string, args ...any) error {
	return &misused{fmt.Errorf("%w: %s%s", sentinel, strings.TrimSpace(fmt.Sprintf(format, args...)), placed(caller()))}
}

// hasPlace reports whether err has the line of its call already.
func hasPlace(err error) bool {
	var (
		m *misused
		f *fieldMistake
		v *valueMistake
	)
	return errors.As(err, &m) || errors.As(err, &f) || errors.As(err, &v)
}
