package repo

// BoolField is a boolean column; B is bool or a type derived from it.
type BoolField[P any, B ~bool] struct {
	place fieldPlace
	Matches[P, B]
	Truths[P]
}

// NewBoolField returns a field behind a path. Generated code calls it.
func NewBoolField[P any, B ~bool](at At, name string) *BoolField[P, B] {
	c := fieldPlace{at, name}
	return &BoolField[P, B]{c, newMatches[P, B](c), newTruths[P](c)}
}

func (f *BoolField[P, B]) operand() Expr      { return f.place.operand() }
func (f *BoolField[P, B]) column() (p P, v B) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *BoolField[P, B]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullBoolField is a BoolField that takes NULL: its values are read as
// pointers.
type NullBoolField[P any, B ~bool] struct {
	place fieldPlace
	Matches[P, B]
	Truths[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullBoolField returns a field behind a path. Generated code calls it.
func NewNullBoolField[P any, B ~bool](at At, name string) *NullBoolField[P, B] {
	c := fieldPlace{at, name}
	return &NullBoolField[P, B]{c, newMatches[P, B](c), newTruths[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullBoolField[P, B]) operand() Expr       { return f.place.operand() }
func (f *NullBoolField[P, B]) column() (p P, v *B) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullBoolField[P, B]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Truths are the operators of boolean columns.
type Truths[P any] struct {
	// IsTrue holds where the field is true.
	IsTrue func() CondOf[P]
	// IsFalse holds where the field is false, not where it is NULL.
	IsFalse func() CondOf[P]
}

func newTruths[P any](c fieldPlace) Truths[P] {
	return Truths[P]{
		IsTrue:  func() CondOf[P] { return CondOf[P]{c.is(true)} },
		IsFalse: func() CondOf[P] { return CondOf[P]{c.is(false)} },
	}
}
