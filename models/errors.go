package models

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// AllFields is the name in a ValidationError for problems of no single field,
// as Django's NON_FIELD_ERRORS.
const AllFields = "__all__"

// Problem is a problem of a field.
type Problem struct {
	// Code identifies the problem in programs: blank, max_length, min_length,
	// invalid_choice, min_value, max_value, invalid …
	Code string
	// Message is a sentence for users.
	Message string
	// Params are the numbers and values in Message by name.
	Params map[string]any
}

// ValidationError holds the problems of an object by field. It marshals to JSON
// as {"title": ["This field cannot be blank."]}.
type ValidationError struct {
	Fields map[string][]Problem
}

// Invalid returns a ValidationError of one field and one message, with the code
// "invalid".
func Invalid(name, message string) *ValidationError {
	e := &ValidationError{}
	e.Add(name, Problem{Code: "invalid", Message: message})
	return e
}

// Add adds a problem of a field to e.
func (e *ValidationError) Add(name string, p Problem) {
	if e.Fields == nil {
		e.Fields = map[string][]Problem{}
	}
	e.Fields[name] = append(e.Fields[name], p)
}

// Error lists the fields in alphabetical order with their messages, several on
// a line each.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("models: invalid")
	before := " "
	if len(e.Fields) > 1 {
		b.WriteString(":")
		before = "\n\t"
	}
	for _, name := range e.names() {
		b.WriteString(before + name + ":")
		for _, p := range e.Fields[name] {
			b.WriteString(" " + p.Message)
		}
	}
	return b.String()
}

// Messages returns the messages by field, the shape of e's JSON.
func (e *ValidationError) Messages() map[string][]string {
	m := make(map[string][]string, len(e.Fields))
	for name, problems := range e.Fields {
		for _, p := range problems {
			m[name] = append(m[name], p.Message)
		}
	}
	return m
}

// MarshalJSON returns {"field": ["message", …], …}.
func (e *ValidationError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Messages()) }

func (e *ValidationError) names() []string { return slices.Sorted(maps.Keys(e.Fields)) }
