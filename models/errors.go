package models

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// AllFields is the name under which a ValidationError keeps what concerns no
// single field, as Django's NON_FIELD_ERRORS.
const AllFields = "__all__"

// Problem is what is wrong with one field.
type Problem struct {
	// Code is for programs: blank, max_length, min_length, invalid_choice,
	// min_value, max_value, invalid …
	Code string
	// Message is a sentence for people.
	Message string
	// Params are the numbers and values that Message shows, by name.
	Params map[string]any
}

// ValidationError says which fields of an object are wrong and why. It
// marshals to JSON as {"title": ["This field cannot be blank."]}.
type ValidationError struct {
	Fields map[string][]Problem
}

// Invalid gives a ValidationError of one field and one message, with the code
// "invalid".
func Invalid(name, message string) *ValidationError {
	e := &ValidationError{}
	e.Add(name, Problem{Code: "invalid", Message: message})
	return e
}

// Add puts one more problem of a field into e.
func (e *ValidationError) Add(name string, p Problem) {
	if e.Fields == nil {
		e.Fields = map[string][]Problem{}
	}
	e.Fields[name] = append(e.Fields[name], p)
}

// Error lists the fields in the order of the alphabet with their messages.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("models: invalid")
	for i, name := range e.names() {
		if i > 0 {
			b.WriteString(";")
		}
		b.WriteString(" " + name + ":")
		for _, p := range e.Fields[name] {
			b.WriteString(" " + p.Message)
		}
	}
	return b.String()
}

// Messages gives the sentences by field, the shape of e's JSON.
func (e *ValidationError) Messages() map[string][]string {
	m := make(map[string][]string, len(e.Fields))
	for name, problems := range e.Fields {
		for _, p := range problems {
			m[name] = append(m[name], p.Message)
		}
	}
	return m
}

// MarshalJSON gives {"field": ["message", …], …}.
func (e *ValidationError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Messages()) }

func (e *ValidationError) names() []string { return slices.Sorted(maps.Keys(e.Fields)) }
