package repo

import (
	"errors"
	"fmt"

	"github.com/gormango/gormango"
)

// ObjectError reports which object of a list could not be written. errors.As
// finds the cause in it: a *models.ValidationError of Clean, a
// *gormango.IntegrityError or a *gormango.DataError of the database.
type ObjectError struct {
	Model string
	// Index is the object's position in the list or the sequence, from 0.
	Index int
	// Field is the column at fault, several separated by ", ", "" when it is
	// not known.
	Field string
	Err   error
}

// Error names the model, the index, the field and the cause.
func (e *ObjectError) Error() string {
	text := fmt.Sprintf("repo: %s: object %d: ", e.Model, e.Index)
	var ie *gormango.IntegrityError
	if e.Field != "" && !(errors.As(e.Err, &ie) && len(ie.Columns) > 0) { // the text of ie has them
		text += e.Field + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns the cause.
func (e *ObjectError) Unwrap() error { return e.Err }
