package shop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
)

// maxForm is the largest body that is read.
const maxForm = 1 << 20

// form is what a visitor typed, and what is wrong with it. A form that is shown
// again has the values as they were typed.
type form struct {
	values url.Values
	errs   map[string][]string
	stored map[string]string // of the row as it is now, where somebody else changed it

	focused bool // a field has the focus
}

// newForm is a form to be shown, with the texts that its fields begin with.
func newForm(values map[string]string) *form {
	f := &form{values: url.Values{}, errs: map[string][]string{}}
	for name, value := range values {
		f.values.Set(name, value)
	}
	return f
}

// readForm reads the form that a request brings.
func readForm(w http.ResponseWriter, r *http.Request) (*form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		return nil, badRequest("The form cannot be read.")
	}
	f := newForm(nil)
	f.values = r.PostForm
	return f, nil
}

// Value is what was typed into a field, without what a page cannot show.
func (f *form) Value(name string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(f.values.Get(name), "\uFFFD"), "\x00", "\uFFFD")
}

// text is what was typed, without space around. What no text column takes is a
// problem of the field.
func (f *form) text(name string) string {
	text := strings.TrimSpace(f.values.Get(name))
	if !storable(text) {
		f.problem(name, "Enter text without control characters.")
		return ""
	}
	return text
}

// storable says whether a text column takes the text.
func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// nullText is text, nil where nothing was typed.
func (f *form) nullText(name string) *string {
	if text := f.text(name); text != "" {
		return &text
	}
	return nil
}

// integer is the number that was typed; nothing is a problem.
func (f *form) integer(name string) int64 {
	text := f.text(name)
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case text == "":
		f.require(name)
	case err != nil:
		f.problem(name, "Enter a whole number.")
	}
	return n
}

// nullInteger is integer, nil where nothing was typed.
func (f *form) nullInteger(name string) *int64 {
	if f.text(name) == "" {
		return nil
	}
	n := f.integer(name)
	return &n
}

// price is the amount that was typed; nothing is a problem.
func (f *form) price(name string) store.Price {
	text := f.text(name)
	if text == "" {
		f.require(name)
		return store.Price{}
	}
	// An exponent would make a number of a billion digits out of a few.
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 40 || strings.ContainsAny(text, "eE") {
		f.problem(name, "Enter an amount such as 0.99.")
		return store.Price{}
	}
	return store.Price{Decimal: d}
}

// require has a field say that it has to be filled; once is enough.
func (f *form) require(name string) {
	if len(f.errs[name]) == 0 {
		f.problem(name, "This field is required.")
	}
}

// problem says what is wrong with a field, models.AllFields for the form as a
// whole.
func (f *form) problem(name, message string) {
	if !slices.Contains(f.errs[name], message) {
		f.errs[name] = append(f.errs[name], message)
	}
}

// lockVersion is the version of the row that the form was made from.
func (f *form) lockVersion() (int64, error) {
	n, err := strconv.ParseInt(f.values.Get("lock_version"), 10, 64)
	if err != nil {
		return 0, badRequest("The form does not say which version of the row it is about. Load the page with the form anew.")
	}
	return n, nil
}

// errInvalid says that the form's fields say what is wrong.
var errInvalid = errors.New("shop: the form has mistakes")

// check runs the row's own checks, so that all that is wrong is said at once:
// what could not be read, and what the model does not take. A field that could
// not be read says no more.
func (f *form) check(ctx context.Context, row models.Cleaner) error {
	var invalid *models.ValidationError
	if err := row.Clean(ctx); errors.As(err, &invalid) {
		f.add(invalid)
	} else if err != nil {
		return err
	}
	if len(f.errs) > 0 {
		return errInvalid
	}
	return nil
}

// add takes up problems of fields that have none yet.
func (f *form) add(invalid *models.ValidationError) {
	for name, messages := range invalid.Messages() {
		if len(f.errs[name]) == 0 {
			f.errs[name] = messages
		}
	}
}

// refused takes up what an error says about the values, and reports whether it
// is about them: then the form is to be shown again, with status 422.
func (f *form) refused(err error) bool {
	var (
		invalid  *models.ValidationError
		conflict *gormango.IntegrityError
	)
	switch {
	case errors.As(err, &invalid):
		f.add(invalid)
		return true
	case errors.As(err, &conflict) && len(conflict.Columns) == 1 && f.values.Has(conflict.Columns[0]):
		switch conflict.Kind {
		case gormango.ForeignKey:
			f.problem(conflict.Columns[0], "There is no such choice any more.")
			return true
		case gormango.Unique:
			f.problem(conflict.Columns[0], "Somebody else has this already.")
			return true
		}
	}
	return errors.Is(err, errInvalid)
}

// changed says that somebody else saved the row in between: stored is the row
// as it is now, with its lock_version. What was typed stays, and a second Save
// overwrites knowingly.
func (f *form) changed(stored map[string]string) {
	f.stored = stored
	f.values.Set("lock_version", stored["lock_version"])
	f.problem(models.AllFields, "Somebody else changed this while you had it open. Your entries are below, beside each that differs what is stored now. Save again to overwrite it.")
}

// Problems is whether anything is wrong.
func (f *form) Problems() bool { return len(f.errs) > 0 }

// General are the problems of the form as a whole.
func (f *form) General() []string { return f.errs[models.AllFields] }

// Wrong is how many fields have problems.
func (f *form) Wrong() int {
	n := len(f.errs)
	if len(f.General()) > 0 {
		n--
	}
	return n
}
