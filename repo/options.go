package repo

import "github.com/gormango/gormango/models"

// Options returns what the model says about a column: its label, help, choices
// and whether requests may change it, by Meta.Fields, with the defaults that
// models.FieldOptions names. It runs no statement. A name that is no column of
// the model itself is a *FieldError.
func Options[T any](src Source[T], name Name[T]) (models.FieldOptions, error) {
	return stateIn[*T](src).Options(string(name))
}

// Label returns the label of an object's value in a column with choices, or the
// value's text if it is none of them, as Django's get_FOO_display does. It runs
// no statement.
func Label[T any](src Source[T], obj *T, name Name[T]) (string, error) {
	return stateIn[*T](src).LabelOf(obj, string(name))
}
