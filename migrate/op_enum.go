package migrate

import (
	"maps"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// CreateEnum creates an enum type.
type CreateEnum struct {
	Enum Enum `json:"enum"`
}

// Apply adds the type.
func (o CreateEnum) Apply(s *State) error {
	if s.Enums[o.Enum.Name] != nil {
		return taken(o, "", "enum", o.Enum.Name)
	}
	if s.Enums == nil {
		s.Enums = map[string]*Enum{}
	}
	s.Enums[o.Enum.Name] = &Enum{Name: o.Enum.Name, Values: slices.Clone(o.Enum.Values)}
	return nil
}

// Describe returns the type's name.
func (o CreateEnum) Describe() string { return "create enum " + o.Enum.Name }

func (o CreateEnum) fragment() string             { return words(o.Enum.Name) }
func (o CreateEnum) inverse(*State) ([]Op, error) { return []Op{DropEnum{Name: o.Enum.Name}}, nil }

// DropEnum drops an enum type.
type DropEnum struct {
	Name string `json:"name"`
}

// Apply removes the type.
func (o DropEnum) Apply(s *State) error {
	if _, err := s.enum(o, o.Name); err != nil {
		return err
	}
	if users := s.columnsOf(o.Name); len(users) > 0 {
		u := users[0]
		return &OpError{Op: o.Describe(), Table: u.table.Name, Name: u.column.Name, Why: "column " + u.table.Name + "." + u.column.Name + " needs it (drop that first)"}
	}
	delete(s.Enums, o.Name)
	return nil
}

// Describe returns the type's name.
func (o DropEnum) Describe() string { return "drop enum " + o.Name }

func (o DropEnum) fragment() string { return words("delete", o.Name) }

func (o DropEnum) inverse(s *State) ([]Op, error) {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return nil, err
	}
	return []Op{CreateEnum{Enum: Enum{Name: e.Name, Values: slices.Clone(e.Values)}}}, nil
}

// RenameEnum renames an enum type. Columns follow.
type RenameEnum struct {
	Name string `json:"name"`
	To   string `json:"to"`
}

// Apply renames the type in all places.
func (o RenameEnum) Apply(s *State) error {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return err
	}
	if s.Enums[o.To] != nil {
		return taken(o, "", "enum", o.To)
	}
	for _, u := range s.columnsOf(o.Name) {
		u.column.Type = replaceType(u.column.Type, o.Name, o.To)
	}
	delete(s.Enums, o.Name)
	e.Name = o.To
	s.Enums[o.To] = e
	return nil
}

// Describe returns both names.
func (o RenameEnum) Describe() string { return "rename enum " + o.Name + " to " + o.To }

func (o RenameEnum) fragment() string { return words("rename", o.Name, o.To) }

func (o RenameEnum) inverse(*State) ([]Op, error) {
	return []Op{RenameEnum{Name: o.To, To: o.Name}}, nil
}

// AddEnumValue adds a value to an enum type. The transaction that adds it
// cannot use it.
type AddEnumValue struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Before string `json:"before,omitempty"` // the value that follows, "" for the end
}

// Apply adds the value.
func (o AddEnumValue) Apply(s *State) error {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return err
	}
	if slices.Contains(e.Values, o.Value) {
		return taken(o, "", "value", o.Value)
	}
	at := len(e.Values)
	if o.Before != "" {
		if at = slices.Index(e.Values, o.Before); at < 0 {
			return missing(o, "", "value", o.Before, e.Values)
		}
	}
	e.Values = slices.Insert(e.Values, at, o.Value)
	return nil
}

// Describe returns the value and the type.
func (o AddEnumValue) Describe() string { return "add value " + o.Value + " to enum " + o.Name }

func (o AddEnumValue) fragment() string { return words(o.Name, o.Value) }

func (o AddEnumValue) inverse(s *State) ([]Op, error) {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return nil, err
	}
	return []Op{AlterEnum{Name: o.Name, Values: slices.Clone(e.Values)}}, nil
}

// RenameEnumValue renames a value of an enum type. Rows follow.
type RenameEnumValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	To    string `json:"to"`
}

// Apply renames the value.
func (o RenameEnumValue) Apply(s *State) error {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return err
	}
	i := slices.Index(e.Values, o.Value)
	switch {
	case i < 0:
		return missing(o, "", "value", o.Value, e.Values)
	case slices.Contains(e.Values, o.To):
		return taken(o, "", "value", o.To)
	}
	e.Values[i] = o.To
	// Defaults and conditions hold the value itself, and follow.
	from, to := quoteText(o.Value), quoteText(o.To)
	replace := func(text string) string {
		pieces := sqltext.Pieces(text)
		for i, p := range pieces {
			if p == from {
				pieces[i] = to
			}
		}
		return strings.Join(pieces, "")
	}
	for _, u := range s.columnsOf(o.Name) {
		u.column.Default, u.column.Fill = replace(u.column.Default), replace(u.column.Fill)
		name := u.column.Name
		u.table.texts(func(text string) string {
			if mentions(text, name) {
				return replace(text)
			}
			return text
		})
	}
	return nil
}

// Describe returns both values and the type.
func (o RenameEnumValue) Describe() string {
	return "rename value " + o.Value + " of enum " + o.Name + " to " + o.To
}

func (o RenameEnumValue) fragment() string { return words("rename", o.Name, o.Value, o.To) }

func (o RenameEnumValue) inverse(*State) ([]Op, error) {
	return []Op{RenameEnumValue{Name: o.Name, Value: o.To, To: o.Value}}, nil
}

// AlterEnum replaces the values of an enum type: it makes a new type and
// rewrites the tables that use the old one. It fails if a row has a value that
// the new type lacks.
type AlterEnum struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Apply sets the values.
func (o AlterEnum) Apply(s *State) error {
	e, err := s.enum(o, o.Name)
	if err == nil {
		e.Values = slices.Clone(o.Values)
	}
	return err
}

// Describe returns the type's name.
func (o AlterEnum) Describe() string { return "alter enum " + o.Name }

func (o AlterEnum) fragment() string { return words("alter", o.Name) }

func (o AlterEnum) inverse(s *State) ([]Op, error) {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return nil, err
	}
	return []Op{AlterEnum{Name: o.Name, Values: slices.Clone(e.Values)}}, nil
}

// enum returns the type that an operation needs.
func (s *State) enum(op Op, name string) (*Enum, error) {
	if e := s.Enums[name]; e != nil {
		return e, nil
	}
	return nil, missing(op, "", "enum", name, slices.Sorted(maps.Keys(s.Enums)))
}

// use is a column of a table.
type use struct {
	table  *Table
	column *Column
}

// columnsOf returns the columns whose type is an enum or an array of it, by
// table.
func (s *State) columnsOf(enum string) []use {
	var out []use
	for _, name := range slices.Sorted(maps.Keys(s.Tables)) {
		t := s.Tables[name]
		for i := range t.Columns {
			if replaceType(t.Columns[i].Type, enum, enum+"?") != t.Columns[i].Type {
				out = append(out, use{t, &t.Columns[i]})
			}
		}
	}
	return out
}
