package migrate

import (
	"maps"
	"slices"
)

// CreateExtension creates an extension of PostgreSQL, unless it is there.
type CreateExtension struct {
	Name string `json:"name"`
}

// Apply adds the extension.
func (o CreateExtension) Apply(s *State) error {
	return include(o, &s.Extensions, "extension", o.Name)
}

// Describe returns the extension's name.
func (o CreateExtension) Describe() string { return "create extension " + o.Name }

func (o CreateExtension) fragment() string { return words(o.Name) }

// inverse drops the extension, which fails while something needs it.
func (o CreateExtension) inverse(*State) ([]Op, error) {
	return []Op{DropExtension(o)}, nil
}

// DropExtension drops an extension.
type DropExtension struct {
	Name string `json:"name"`
}

// Apply removes the extension.
func (o DropExtension) Apply(s *State) error {
	return exclude(o, &s.Extensions, "extension", o.Name)
}

// Describe returns the extension's name.
func (o DropExtension) Describe() string { return "drop extension " + o.Name }

func (o DropExtension) fragment() string { return words("delete", o.Name) }

func (o DropExtension) inverse(*State) ([]Op, error) {
	return []Op{CreateExtension(o)}, nil
}

// CreateSchema creates a schema, unless it is there.
type CreateSchema struct {
	Name string `json:"name"`
}

// Apply adds the schema.
func (o CreateSchema) Apply(s *State) error { return include(o, &s.Schemas, "schema", o.Name) }

// Describe returns the schema's name.
func (o CreateSchema) Describe() string { return "create schema " + o.Name }

func (o CreateSchema) fragment() string { return words(o.Name) }

func (o CreateSchema) inverse(*State) ([]Op, error) { return []Op{DropSchema(o)}, nil }

// DropSchema drops a schema, which must be empty.
type DropSchema struct {
	Name string `json:"name"`
}

// Apply removes the schema.
func (o DropSchema) Apply(s *State) error { return exclude(o, &s.Schemas, "schema", o.Name) }

// Describe returns the schema's name.
func (o DropSchema) Describe() string { return "drop schema " + o.Name }

func (o DropSchema) fragment() string { return words("delete", o.Name) }

func (o DropSchema) inverse(*State) ([]Op, error) { return []Op{CreateSchema(o)}, nil }

func include(op Op, list *[]string, kind, name string) error {
	if slices.Contains(*list, name) {
		return taken(op, "", kind, name)
	}
	*list = slices.Sorted(slices.Values(append(slices.Clone(*list), name)))
	return nil
}

func exclude(op Op, list *[]string, kind, name string) error {
	if !slices.Contains(*list, name) {
		return missing(op, "", kind, name, *list)
	}
	*list = slices.DeleteFunc(slices.Clone(*list), func(n string) bool { return n == name })
	return nil
}

// CreateObject creates a view, function, trigger, policy or the like.
type CreateObject struct {
	Object SQLObject `json:"object"`
}

// Apply adds the object.
func (o CreateObject) Apply(s *State) error {
	if s.Objects[o.Object.key()] != nil {
		return taken(o, "", o.Object.Kind, o.Object.Name)
	}
	if s.Objects == nil {
		s.Objects = map[string]*SQLObject{}
	}
	object := o.Object
	s.Objects[object.key()] = &object
	return nil
}

// Describe returns the object's kind and name.
func (o CreateObject) Describe() string { return "create " + o.Object.key() }

func (o CreateObject) fragment() string { return words(o.Object.Name) }

func (o CreateObject) inverse(*State) ([]Op, error) {
	return []Op{DropObject{Kind: o.Object.Kind, Name: o.Object.Name}}, nil
}

// DropObject drops a view, function, trigger, policy or the like.
type DropObject struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Apply removes the object.
func (o DropObject) Apply(s *State) error {
	if _, err := s.object(o, o.Kind, o.Name); err != nil {
		return err
	}
	delete(s.Objects, o.Kind+" "+o.Name)
	return nil
}

// Describe returns the object's kind and name.
func (o DropObject) Describe() string { return "drop " + o.Kind + " " + o.Name }

func (o DropObject) fragment() string { return words("delete", o.Name) }

func (o DropObject) inverse(s *State) ([]Op, error) {
	object, err := s.object(o, o.Kind, o.Name)
	if err != nil {
		return nil, err
	}
	return []Op{CreateObject{Object: *object}}, nil
}

// ReplaceObject replaces a function by CREATE OR REPLACE, which keeps what uses
// it.
type ReplaceObject struct {
	Object SQLObject `json:"object"`
}

// Apply replaces the object.
func (o ReplaceObject) Apply(s *State) error {
	if _, err := s.object(o, o.Object.Kind, o.Object.Name); err != nil {
		return err
	}
	object := o.Object
	s.Objects[object.key()] = &object
	return nil
}

// Describe returns the object's kind and name.
func (o ReplaceObject) Describe() string { return "replace " + o.Object.key() }

func (o ReplaceObject) fragment() string { return words("alter", o.Object.Name) }

func (o ReplaceObject) inverse(s *State) ([]Op, error) {
	object, err := s.object(o, o.Object.Kind, o.Object.Name)
	if err != nil {
		return nil, err
	}
	return []Op{ReplaceObject{Object: *object}}, nil
}

// object returns the object that an operation needs.
func (s *State) object(op Op, kind, name string) (*SQLObject, error) {
	if object := s.Objects[kind+" "+name]; object != nil {
		return object, nil
	}
	return nil, missing(op, "", kind, name, slices.Sorted(maps.Keys(s.Objects)))
}
