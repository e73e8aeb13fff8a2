package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// declare adds the declarations among models to the state and returns the
// models.
func (s *State) declare(models []any) ([]any, error) {
	var rest []any
	for _, m := range models {
		var err error
		switch d := m.(type) {
		case Enum:
			err = s.declareEnum(d)
		case *Enum:
			err = s.declareEnum(*d)
		case Extension:
			s.Extensions = append(s.Extensions, d.Name)
		case *Extension:
			s.Extensions = append(s.Extensions, d.Name)
		case SQLObject:
			err = s.declareObject(d)
		case *SQLObject:
			err = s.declareObject(*d)
		default:
			rest = append(rest, m)
		}
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(s.Extensions)
	s.Extensions = slices.Compact(s.Extensions)
	return rest, nil
}

func (s *State) declareEnum(e Enum) error {
	switch {
	case e.Name == "" || len(e.Values) == 0:
		return fmt.Errorf("migrate: enum %q needs a name and values", e.Name)
	case s.Enums[e.Name] != nil:
		return fmt.Errorf("migrate: enum %q is declared twice", e.Name)
	}
	for i, v := range e.Values {
		if slices.Contains(e.Values[:i], v) {
			return fmt.Errorf("migrate: enum %q has the value %q twice", e.Name, v)
		}
	}
	s.Enums[e.Name] = &Enum{Name: e.Name, Values: slices.Clone(e.Values)}
	return nil
}

// declareObject adds an object. A statement that drops it is made up if its
// kind and name suffice.
func (s *State) declareObject(o SQLObject) error {
	o.Kind = strings.ToLower(strings.Join(strings.Fields(o.Kind), " "))
	o.Create = strings.TrimRight(strings.TrimSpace(o.Create), "; \n\t")
	o.Drop = strings.TrimRight(strings.TrimSpace(o.Drop), "; \n\t")
	switch {
	case o.Kind == "" || o.Name == "" || o.Create == "":
		return fmt.Errorf("migrate: object %q needs Kind, Name and Create", o.key())
	case s.Objects[o.key()] != nil:
		return fmt.Errorf("migrate: %s is declared twice", o.key())
	}
	if o.Drop == "" {
		if !slices.Contains([]string{"view", "materialized view", "function", "procedure", "aggregate", "sequence", "domain", "type", "collation"}, o.Kind) {
			return fmt.Errorf("migrate: %s needs Drop, the statement that drops it", o.key())
		}
		o.Drop = "DROP " + strings.ToUpper(o.Kind) + " " + quoteTable(o.Name)
	}
	s.Objects[o.key()] = &o
	return nil
}

// schemas adds the schemas that names of the state mention.
func (s *State) schemas() {
	var all []string
	for name := range s.Tables {
		all = append(all, catalog.Split(name).Schema)
	}
	for name := range s.Enums {
		all = append(all, catalog.Split(name).Schema)
	}
	slices.Sort(all)
	for _, n := range slices.Compact(all) {
		if n != "" && n != "public" {
			s.Schemas = append(s.Schemas, n)
		}
	}
}
