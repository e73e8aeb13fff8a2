package models

// FieldOptions holds options of a column that GORM's tags cannot express, or
// for which a tag is too short. It belongs into Meta.Fields under the column's
// name. An option that contradicts a tag is an error of Open.
type FieldOptions struct {
	// Label is the column's name for people. Defaults to the column's name with
	// blanks ("published at").
	Label string
	// Help is a sentence for people who fill in the field.
	Help string
	// Choices are the values that the field may have, for validation, forms and
	// labels. Defaults to those of the Go type, if it has them (HasChoices). A
	// write does not check them, unless Checked is set.
	Choices []Choice
	// Checked makes migrations add a CHECK constraint over Choices.
	Checked bool
	// Blank allows an empty text although the column is NOT NULL. FullClean refuses
	// one without it. A column that may be NULL may be empty.
	Blank bool
	// Validators are further rules of values that are neither NULL nor empty, for
	// FullClean.
	Validators []Validator
	// Editable lets repo.DecodePatch and repo.Patch write the column from a request
	// that names no columns itself.
	Editable bool
	// ReadOnly keeps requests from changing the field: forms and patches leave it
	// out.
	ReadOnly bool
	// Deferred keeps the column out of queries that do not name it. Only with its
	// name and Defer without names load it. Save writes it if it was loaded, or is
	// not zero.
	Deferred bool
	// Generated makes the database compute and store the column. It is SQL over
	// the row's columns, such as `price * count`. No call writes the column.
	Generated string
	// Default is the column's default in the database. It is SQL, such as `now()`
	// or `'new'`, and means what GORM's tag default does.
	Default string
	// Comment is the column's comment in the database.
	Comment string
	// Collation is the name of the column's collation, such as "C" or
	// "und-x-icu".
	Collation string
}
