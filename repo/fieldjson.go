package repo

// JSONField is a json or jsonb column; V is the Go type of its values. It has
// the operators of every field: Eq compares whole documents.
type JSONField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
}

// NewJSONField returns a field behind a path. Generated code calls it.
func NewJSONField[P, V any](at At, name string) *JSONField[P, V] {
	c := fieldPlace{at, name}
	return &JSONField[P, V]{c, newMatches[P, V](c)}
}

func (f *JSONField[P, V]) operand() Expr      { return f.place.operand() }
func (f *JSONField[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *JSONField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullJSONField is a JSONField that takes NULL: its values are read as
// pointers.
type NullJSONField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullJSONField returns a field behind a path. Generated code calls it.
func NewNullJSONField[P, V any](at At, name string) *NullJSONField[P, V] {
	c := fieldPlace{at, name}
	return &NullJSONField[P, V]{c, newMatches[P, V](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullJSONField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullJSONField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullJSONField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }
