package models

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// Choice is a value that a field may have, with its name for people.
type Choice struct {
	Value any
	Label string
	// Group is the heading under which a form shows the choice, "" for none.
	Group string
}

// HasChoices is a Go type that lists its values. Every field of the type has
// these choices, unless Meta.Fields says others.
//
//	type Status string
//
//	func (Status) Choices() []models.Choice { return models.Labeled[Status]("draft", "in_review") }
type HasChoices interface {
	Choices() []Choice
}

// Labeled returns choices with labels that are made of the values, as Django
// makes them of names: "in_review" becomes "In Review".
func Labeled[S ~string](values ...S) []Choice {
	choices := make([]Choice, len(values))
	for i, v := range values {
		words := strings.Fields(strings.ReplaceAll(string(v), "_", " "))
		for k, w := range words {
			first := []rune(w)[0]
			words[k] = strings.ToUpper(string(first)) + strings.ToLower(w[len(string(first)):])
		}
		choices[i] = Choice{Value: v, Label: strings.Join(words, " ")}
	}
	return choices
}

// LabelOf returns the label of a value among choices, or its text if it is none
// of them, as Django's get_FOO_display does. NULL has the label of the choice
// whose value is nil, else "".
func LabelOf(choices []Choice, value any) string {
	v := bare(value)
	for _, c := range choices {
		if bare(c.Value) == v {
			return c.Label
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// IsChoice reports whether a value is one of choices. Named types and their
// plain values are equal, and so are integers of all types.
func IsChoice(choices []Choice, value any) bool {
	v := bare(value)
	for _, c := range choices {
		if bare(c.Value) == v {
			return true
		}
	}
	return false
}

// bare returns a value without pointers and without the name of its type, nil
// for NULL.
func bare(v any) any {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil
		}
		rv = rv.Elem()
	}
	switch {
	case !rv.IsValid():
		return nil
	case rv.Kind() == reflect.String:
		return rv.String()
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint() && rv.Uint() < 1<<63:
		return int64(rv.Uint())
	case rv.CanFloat():
		return rv.Float()
	case rv.Kind() == reflect.Bool:
		return rv.Bool()
	}
	if x, ok := rv.Interface().(driver.Valuer); ok {
		out, err := x.Value()
		if err != nil {
			return nil
		}
		if _, again := out.(driver.Valuer); !again && out != nil {
			return bare(out)
		}
		return out
	}
	if !rv.Comparable() {
		return fmt.Sprint(rv.Interface())
	}
	return rv.Interface()
}

// Labels returns a model's names for people, of one object and of several, by
// Meta or by the name of its Go type.
func Labels(model any) (one, many string) {
	m := MetaOf(model)
	one, many = m.Label, m.LabelPlural
	if one == "" {
		if v := newValue(model); v != nil {
			one = inWords(reflect.TypeOf(v).Elem().Name())
		}
	}
	if many == "" {
		many = one + "s"
	}
	return one, many
}

// inWords returns a Go name in lower case with blanks: "HTTPPage" is "http
// page".
func inWords(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
