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

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
)

// maxForm is the size of the largest accepted body.
const maxForm = 1 << 20

// form holds the input of a visitor and its errors. A form that is shown again
// has the values as they were typed.
type form struct {
	values url.Values
	errs   map[string][]string
	stored map[string]string // values of the row in the database, if it was changed in between

	focused bool // a field has the focus
}

// newForm returns a form to show, with the texts of its fields.
func newForm(values map[string]string) *form {
	f := &form{values: url.Values{}, errs: map[string][]string{}}
	for name, value := range values {
		f.values.Set(name, value)
	}
	return f
}

// readForm reads the form in a request.
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

// Value returns the input of a field, without characters that a page cannot
// show.
func (f *form) Value(name string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(f.values.Get(name), "\uFFFD"), "\x00", "\uFFFD")
}

// finds reports whether the form was sent by a button that searches the choices
// of a field.
func (f *form) finds() bool { return f.values.Has("find") }

// text returns the input of a field without surrounding space. A text that no
// column can store is an error of the field.
func (f *form) text(name string) string {
	text := strings.TrimSpace(f.values.Get(name))
	if !storable(text) {
		f.problem(name, "Enter text without control characters.")
		return ""
	}
	return text
}

// storable reports whether a text column can store the text.
func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// nullText returns the text, nil for an empty field.
func (f *form) nullText(name string) *string {
	if text := f.text(name); text != "" {
		return &text
	}
	return nil
}

// integer returns the number in a field. An empty field is an error.
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

// nullInteger returns the number in a field, nil for an empty one.
func (f *form) nullInteger(name string) *int64 {
	if f.text(name) == "" {
		return nil
	}
	n := f.integer(name)
	return &n
}

// price returns the amount in a field. An empty field is an error.
func (f *form) price(name string) store.Price {
	text := f.text(name)
	if text == "" {
		f.require(name)
		return store.Price{}
	}
	// A short text with an exponent would make a number of a billion digits.
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 40 || strings.ContainsAny(text, "eE") {
		f.problem(name, "Enter an amount such as 0.99.")
		return store.Price{}
	}
	return store.Price{Decimal: d}
}

// require marks a field as required but empty, once.
func (f *form) require(name string) {
	if len(f.errs[name]) == 0 {
		f.problem(name, "This field is required.")
	}
}

// problem adds an error of a field, of the whole form for models.AllFields.
func (f *form) problem(name, message string) {
	if !slices.Contains(f.errs[name], message) {
		f.errs[name] = append(f.errs[name], message)
	}
}

// lockVersion returns the version of the row that the form was made from.
func (f *form) lockVersion() (int64, error) {
	n, err := strconv.ParseInt(f.values.Get("lock_version"), 10, 64)
	if err != nil {
		return 0, badRequest("The form has no version of the row. Reload the page with the form.")
	}
	return n, nil
}

// errInvalid reports that the form has errors, which its fields show.
var errInvalid = errors.New("shop: the form has mistakes")

// check runs the row's own validation, so that the form shows all errors at
// once: those of reading the input and those of the model. A field that could
// not be read shows no further error.
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

// add adds the problems of fields that have none yet.
func (f *form) add(invalid *models.ValidationError) {
	for name, messages := range invalid.Messages() {
		if len(f.errs[name]) == 0 {
			f.errs[name] = messages
		}
	}
}

// refused adds the problems in an error about the values, and reports whether
// it is one. The form is then shown again, with status 422.
func (f *form) refused(err error) bool {
	var invalid *models.ValidationError // in the error of a violated constraint too
	if errors.As(err, &invalid) {
		f.add(invalid)
		return true
	}
	return errors.Is(err, errInvalid)
}

// changed reports in the form that the row was saved in between: stored is the
// current row, with its lock_version. The input stays, and a second Save
// overwrites the row.
func (f *form) changed(stored map[string]string) {
	f.stored = stored
	f.values.Set("lock_version", stored["lock_version"])
	f.problem(models.AllFields, "This was changed while you edited it. Your entries are below, with the stored values beside those that differ. Save again to overwrite them.")
}

// Problems reports whether the form has errors.
func (f *form) Problems() bool { return len(f.errs) > 0 }

// General returns the errors of the form as a whole.
func (f *form) General() []string { return f.errs[models.AllFields] }

// Wrong returns the number of fields with errors.
func (f *form) Wrong() int {
	n := len(f.errs)
	if len(f.General()) > 0 {
		n--
	}
	return n
}
