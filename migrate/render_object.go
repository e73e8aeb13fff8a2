package migrate

import (
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

func (o CreateEnum) forward(*State) ([]string, error) { return []string{o.Enum.create()}, nil }

func (e Enum) create() string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = quoteText(v)
	}
	return "CREATE TYPE " + quoteTable(e.Name) + " AS ENUM (" + strings.Join(values, ", ") + ")"
}

func (o DropEnum) forward(*State) ([]string, error) {
	return []string{"DROP TYPE " + quoteTable(o.Name)}, nil
}

func (o RenameEnum) forward(*State) ([]string, error) {
	from, to := catalog.Split(o.Name), catalog.Split(o.To)
	var out []string
	if from.Schema != to.Schema {
		out = append(out, "ALTER TYPE "+quoteTable(o.Name)+" SET SCHEMA "+quote(to.Schema))
	}
	if from.Table != to.Table {
		out = append(out, "ALTER TYPE "+quoteTable(inSchemaOf(o.To, from.Table))+" RENAME TO "+quote(to.Table))
	}
	return out, nil
}

func (o AddEnumValue) forward(*State) ([]string, error) {
	sql := "ALTER TYPE " + quoteTable(o.Name) + " ADD VALUE " + quoteText(o.Value)
	if o.Before != "" {
		sql += " BEFORE " + quoteText(o.Before)
	}
	return []string{sql}, nil
}

func (o RenameEnumValue) forward(*State) ([]string, error) {
	return []string{"ALTER TYPE " + quoteTable(o.Name) + " RENAME VALUE " + quoteText(o.Value) + " TO " + quoteText(o.To)}, nil
}

// forward makes a new type of the name and converts every column that uses the
// old one.
func (o AlterEnum) forward(s *State) ([]string, error) {
	e, err := s.enum(o, o.Name)
	if err != nil {
		return nil, err
	}
	old := inSchemaOf(o.Name, clip(unqualified(o.Name)+"_before"))
	out := []string{
		"ALTER TYPE " + quoteTable(o.Name) + " RENAME TO " + quote(unqualified(old)),
		Enum{Name: e.Name, Values: o.Values}.create(),
	}
	for _, u := range s.columnsOf(o.Name) {
		c := u.column
		var actions []string
		if c.stays() != "" {
			actions = append(actions, "DROP DEFAULT")
		}
		text := "::text"
		if strings.HasSuffix(c.Type, "]") {
			text += "[]"
		}
		actions = append(actions, "TYPE "+c.Type+" USING "+quote(c.Name)+text+"::"+c.Type)
		if c.stays() != "" {
			actions = append(actions, "SET DEFAULT "+c.stays())
		}
		out = append(out, u.table.alterColumn(c.Name, actions...))
	}
	return append(out, "DROP TYPE "+quoteTable(old)), nil
}

func (o CreateExtension) forward(*State) ([]string, error) {
	return []string{"CREATE EXTENSION IF NOT EXISTS " + quote(o.Name)}, nil
}

func (o DropExtension) forward(*State) ([]string, error) {
	return []string{"DROP EXTENSION " + quote(o.Name)}, nil
}

func (o CreateSchema) forward(*State) ([]string, error) {
	return []string{"CREATE SCHEMA IF NOT EXISTS " + quote(o.Name)}, nil
}

func (o DropSchema) forward(*State) ([]string, error) {
	return []string{"DROP SCHEMA " + quote(o.Name)}, nil
}

func (o CreateObject) forward(*State) ([]string, error) { return []string{o.Object.Create}, nil }

func (o DropObject) forward(s *State) ([]string, error) {
	object, err := s.object(o, o.Kind, o.Name)
	if err != nil {
		return nil, err
	}
	return []string{object.Drop}, nil
}

func (o ReplaceObject) forward(*State) ([]string, error) {
	sql := o.Object.Create
	if rest, ok := strings.CutPrefix(normal(sql), "create "); ok && !strings.HasPrefix(rest, "or replace ") {
		i := strings.Index(strings.ToLower(sql), "create")
		sql = sql[:i] + "CREATE OR REPLACE" + sql[i+len("create"):]
	}
	return []string{sql}, nil
}
