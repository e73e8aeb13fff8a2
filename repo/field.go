package repo

// Selectable is a typed field of M of any type, as Names takes it.
type Selectable[M any] = SelectableOf[*M]

// SelectableOf is the type that Selectable is an alias of; P is a pointer to
// the model.
type SelectableOf[P any] interface {
	Operand
	// Name returns the field's name: "title", "author__name".
	Name() NameOf[P]
}

// Column is a typed field of M whose values are read as R: the field's own
// type, or a pointer to it where the column is nullable in Go. R is inferred
// from a field.
type Column[M, R any] = ColumnOf[*M, R]

// ColumnOf is the type that Column is an alias of; P is a pointer to the model.
type ColumnOf[P, R any] interface {
	SelectableOf[P]
	column() (P, R)
}

// Names returns the names of typed fields, for methods that take names:
//
//	books.Save(ctx, b, repo.Names[Book](F.Book.Title, F.Book.Pages)...)
func Names[M any](fields ...Selectable[M]) []Name[M] {
	names := make([]Name[M], len(fields))
	for i, f := range fields {
		names[i] = f.Name()
	}
	return names
}

// Field is a column, with values of type V, of the model that P points to or of
// a model that relations lead to from there. Its functions make the same
// conditions as the lookups of their names, but the compiler checks field and
// type: F.Book.Title.Eq("Go") is Filter("title", "Go"). gormango gen writes the
// fields of a package's models. Only NewField and its kin make fields; the zero
// value has no functions.
//
// A field is an operand too: in expressions it stands for its column.
//
// The operators are values and not methods, because the compiler makes every
// method anew for every model: see docs/typed-fields.md.
type Field[P, V any] struct {
	place fieldPlace
	Matches[P, V]
}

// NewField returns a field behind a path. Generated code calls it.
func NewField[P, V any](at At, name string) *Field[P, V] {
	c := fieldPlace{at, name}
	return &Field[P, V]{c, newMatches[P, V](c)}
}

func (f *Field[P, V]) operand() Expr      { return f.place.operand() }
func (f *Field[P, V]) column() (p P, v V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *Field[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullField is a Field that takes NULL: its values are read as pointers.
type NullField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullField returns a field behind a path. Generated code calls it.
func NewNullField[P, V any](at At, name string) *NullField[P, V] {
	c := fieldPlace{at, name}
	return &NullField[P, V]{c, newMatches[P, V](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }
