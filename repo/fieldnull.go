package repo

import "time"

// The Null kinds are of columns that are nullable in Go: a pointer, sql.NullString
// and its kin. Their values are read as pointers, nil for NULL.
type (
	// NullField is a column of a type without an order that takes NULL.
	NullField[M, V any] struct{ Field[M, V] }
	// NullOrderedField is an OrderedField that takes NULL.
	NullOrderedField[M, V any] struct{ OrderedField[M, V] }
	// NullStringField is a StringField that takes NULL.
	NullStringField[M any, S ~string] struct{ StringField[M, S] }
	// NullBoolField is a BoolField that takes NULL.
	NullBoolField[M any, B ~bool] struct{ BoolField[M, B] }
	// NullTimeField is a TimeField that takes NULL.
	NullTimeField[M any] struct{ TimeField[M] }
	// NullDateField is a DateField that takes NULL.
	NullDateField[M any] struct{ DateField[M] }
	// NullJSONField is a JSONField that takes NULL.
	NullJSONField[M, V any] struct{ JSONField[M, V] }
)

func (f NullField[M, V]) column() (m M, v *V) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullField[M, V]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullOrderedField[M, V]) column() (m M, v *V) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullOrderedField[M, V]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullStringField[M, S]) column() (m M, v *S) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullStringField[M, S]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullBoolField[M, B]) column() (m M, v *B) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullBoolField[M, B]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullTimeField[M]) column() (m M, v *time.Time) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullTimeField[M]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullDateField[M]) column() (m M, v *time.Time) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullDateField[M]) SetNull() Assign[M] { return assign[M](f.path(), nil) }

func (f NullJSONField[M, V]) column() (m M, v *V) { return m, nil }

// SetNull puts NULL into the field, for Update.
func (f NullJSONField[M, V]) SetNull() Assign[M] { return assign[M](f.path(), nil) }
