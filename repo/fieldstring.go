package repo

import "github.com/gormango/gormango/internal/lookup"

// StringField is a text column; S is string or a type derived from it. The
// operators search for plain strings, in which % and _ have no special meaning.
type StringField[P any, S ~string] struct {
	place fieldPlace
	Matches[P, S]
	Ranges[P, S]
	Texts[P]
	Arithmetic
}

// NewStringField returns a field behind a path. Generated code calls it.
func NewStringField[P any, S ~string](at At, name string) *StringField[P, S] {
	c := fieldPlace{at, name}
	return &StringField[P, S]{c, newMatches[P, S](c), newRanges[P, S](c), newTexts[P](c), newArithmetic(c)}
}

func (f *StringField[P, S]) operand() Expr      { return f.place.operand() }
func (f *StringField[P, S]) column() (p P, v S) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *StringField[P, S]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// NullStringField is a StringField that takes NULL: its values are read as
// pointers.
type NullStringField[P any, S ~string] struct {
	place fieldPlace
	Matches[P, S]
	Ranges[P, S]
	Texts[P]
	Arithmetic
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullStringField returns a field behind a path. Generated code calls it.
func NewNullStringField[P any, S ~string](at At, name string) *NullStringField[P, S] {
	c := fieldPlace{at, name}
	return &NullStringField[P, S]{c, newMatches[P, S](c), newRanges[P, S](c), newTexts[P](c), newArithmetic(c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullStringField[P, S]) operand() Expr       { return f.place.operand() }
func (f *NullStringField[P, S]) column() (p P, v *S) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullStringField[P, S]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Texts are the operators of text columns.
type Texts[P any] struct {
	// IExact holds where the field equals s, ignoring case.
	IExact func(s string) CondOf[P]
	// Contains holds where the field contains s.
	Contains func(s string) CondOf[P]
	// IContains is Contains, ignoring case.
	IContains func(s string) CondOf[P]
	// StartsWith holds where the field begins with s.
	StartsWith func(s string) CondOf[P]
	// IStartsWith is StartsWith, ignoring case.
	IStartsWith func(s string) CondOf[P]
	// EndsWith holds where the field ends with s.
	EndsWith func(s string) CondOf[P]
	// IEndsWith is EndsWith, ignoring case.
	IEndsWith func(s string) CondOf[P]
	// Regex holds where the POSIX regular expression s, as PostgreSQL reads it,
	// matches somewhere in the field.
	Regex func(s string) CondOf[P]
	// IRegex is Regex, ignoring case.
	IRegex func(s string) CondOf[P]
}

func newTexts[P any](c fieldPlace) Texts[P] {
	return Texts[P]{
		IExact:      func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IExact, s)} },
		Contains:    func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, s)} },
		IContains:   func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IContains, s)} },
		StartsWith:  func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.StartsWith, s)} },
		IStartsWith: func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IStartsWith, s)} },
		EndsWith:    func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.EndsWith, s)} },
		IEndsWith:   func(s string) CondOf[P] { return CondOf[P]{c.cmp(lookup.IEndsWith, s)} },
		Regex:       func(s string) CondOf[P] { return CondOf[P]{c.with("regex", s)} },
		IRegex:      func(s string) CondOf[P] { return CondOf[P]{c.with("iregex", s)} },
	}
}
