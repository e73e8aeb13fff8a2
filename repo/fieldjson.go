package repo

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// JSONField is a json or jsonb column; V is the Go type of its values. Eq
// compares whole documents.
type JSONField[P, V any] struct {
	place fieldPlace
	Matches[P, V]
	Documents[P]
}

// NewJSONField returns a field behind a path. Generated code calls it.
func NewJSONField[P, V any](at At, name string) *JSONField[P, V] {
	c := placeOf(at, name)
	return &JSONField[P, V]{c, newMatches[P, V](c), newDocuments[P](c)}
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
	Documents[P]
	// SetNull sets the field to NULL, for Update.
	SetNull func() AssignOf[P]
}

// NewNullJSONField returns a field behind a path. Generated code calls it.
func NewNullJSONField[P, V any](at At, name string) *NullJSONField[P, V] {
	c := placeOf(at, name)
	return &NullJSONField[P, V]{c, newMatches[P, V](c), newDocuments[P](c), func() AssignOf[P] { return assignOf[P](c.path(), nil) }}
}

func (f *NullJSONField[P, V]) operand() Expr       { return f.place.operand() }
func (f *NullJSONField[P, V]) column() (p P, v *V) { return p, v }

// Name returns the field's name: "title", "author__name".
func (f *NullJSONField[P, V]) Name() NameOf[P] { return NameOf[P](f.place.path()) }

// Documents are the operators of JSON.
type Documents[P any] struct {
	// Path returns the value at a path into the document: a text is the name of a
	// member, an integer the index of an element.
	Path func(key any, more ...any) *JSONValue[P]
	// Contains holds where the document contains v: its members and elements are
	// among the document's.
	Contains func(v any) CondOf[P]
	// ContainedBy holds where v contains the document.
	ContainedBy func(v any) CondOf[P]
	// HasKey holds where the document has a member of that name.
	HasKey func(key string) CondOf[P]
	// HasKeys holds where the document has all of the members.
	HasKeys func(keys ...string) CondOf[P]
	// HasAnyKeys holds where the document has one of the members.
	HasAnyKeys func(keys ...string) CondOf[P]
}

func newDocuments[P any](c fieldPlace) Documents[P] {
	return Documents[P]{
		Path:        func(key any, more ...any) *JSONValue[P] { return newJSONValue[P](c.key(key, more)) },
		Contains:    func(v any) CondOf[P] { return CondOf[P]{c.cmp(lookup.Contains, v)} },
		ContainedBy: func(v any) CondOf[P] { return CondOf[P]{c.cmp(lookup.ContainedBy, v)} },
		HasKey:      func(key string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasKey, key)} },
		HasKeys:     func(keys ...string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasKeys, keys)} },
		HasAnyKeys:  func(keys ...string) CondOf[P] { return CondOf[P]{c.cmp(lookup.HasAnyKeys, keys)} },
	}
}

// key returns the place of a value in a document.
func (c fieldPlace) key(key any, more []any) fieldPlace {
	e, err := query.KeyAt(c.operand().n, append([]any{key}, more...)...)
	if err != nil {
		e = errExpr(err).n
	}
	return fieldPlace{value: e}
}

// JSONValue is a value in a JSON document, an operand of expressions. It is
// NULL where the document has nothing at its place.
type JSONValue[P any] struct {
	place fieldPlace
	// Eq holds where the value equals v, which is written as JSON.
	Eq func(v any) CondOf[P]
	// Ne holds where there is a value and it does not equal v, as Django's exclude
	// of a key does: add Or(IsNull()) for the others.
	Ne func(v any) CondOf[P]
	// In holds where the value equals one of vs.
	In func(vs ...any) CondOf[P]
	// EqExpr holds where the value equals an expression or a field.
	EqExpr func(e Operand) CondOf[P]
	// IsNull holds where the document has no value there; null is a value.
	IsNull func() CondOf[P]
	// NotNull holds where the document has a value there.
	NotNull func() CondOf[P]
	// Asc sorts by the value, for OrderByExpr.
	Asc func() Term
	// Desc sorts by the value in descending order, for OrderByExpr.
	Desc func() Term
	// IExact holds where the value's text equals s, ignoring case.
	IExact func(s string) CondOf[P]
	// IContains holds where the value's text contains s, ignoring case.
	IContains func(s string) CondOf[P]
	// StartsWith holds where the value's text begins with s.
	StartsWith func(s string) CondOf[P]
	// IStartsWith is StartsWith, ignoring case.
	IStartsWith func(s string) CondOf[P]
	// EndsWith holds where the value's text ends with s.
	EndsWith func(s string) CondOf[P]
	// IEndsWith is EndsWith, ignoring case.
	IEndsWith func(s string) CondOf[P]
	// Regex holds where the regular expression s matches in the value's text.
	Regex func(s string) CondOf[P]
	// IRegex is Regex, ignoring case.
	IRegex func(s string) CondOf[P]
	Ranges[P, any]
	Documents[P]
}

func newJSONValue[P any](c fieldPlace) *JSONValue[P] {
	text := func(op lookup.Op) func(string) CondOf[P] {
		return func(s string) CondOf[P] { return CondOf[P]{c.cmp(op, s)} }
	}
	return &JSONValue[P]{
		place:       c,
		Eq:          func(v any) CondOf[P] { return CondOf[P]{c.is(v)} },
		Ne:          func(v any) CondOf[P] { return CondOf[P]{c.is(v)}.Not() },
		In:          func(vs ...any) CondOf[P] { return CondOf[P]{c.cmp(lookup.In, vs)} },
		EqExpr:      func(e Operand) CondOf[P] { return CondOf[P]{c.is(exprOf(e))} },
		IsNull:      func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, true)} },
		NotNull:     func() CondOf[P] { return CondOf[P]{c.cmp(lookup.IsNull, false)} },
		Asc:         func() Term { return c.operand().Asc() },
		Desc:        func() Term { return c.operand().Desc() },
		IExact:      text(lookup.IExact),
		IContains:   text(lookup.IContains),
		StartsWith:  text(lookup.StartsWith),
		IStartsWith: text(lookup.IStartsWith),
		EndsWith:    text(lookup.EndsWith),
		IEndsWith:   text(lookup.IEndsWith),
		Regex:       text(lookup.Regex),
		IRegex:      text(lookup.IRegex),
		Ranges:      newRanges[P, any](c),
		Documents:   newDocuments[P](c),
	}
}

func (f *JSONValue[P]) operand() Expr { return f.place.operand() }
