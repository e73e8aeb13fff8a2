package modelinfo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/models"
)

// applyFields writes what Meta.Fields says about columns into GORM's schema, so
// that GORM obeys it as it obeys a tag. It returns an error if a tag says
// otherwise. A second call for a schema changes nothing.
func (b *builder) applyFields(m *Model) error {
	for _, name := range slices.Sorted(maps.Keys(m.Meta.Fields)) {
		f, o := m.Schema.FieldsByDBName[name], m.Meta.Fields[name]
		if f == nil {
			continue // checkMeta reports it
		}
		for _, part := range []struct{ tag, option, want string }{
			{"GENERATED", "Generated", o.Generated}, {"DEFAULT", "Default", o.Default}, {"COMMENT", "Comment", o.Comment},
		} {
			if have, tagged := f.TagSettings[part.tag]; part.want != "" && tagged && have != part.want {
				return fmt.Errorf("gormango: model %s: field %s has %s %q in its tag and %q in Meta.Fields (keep one)",
					m.Name, f.Name, strings.ToLower(part.tag), have, part.want)
			}
		}
		if o.Generated != "" && o.Default != "" {
			return fmt.Errorf("gormango: model %s: Meta.Fields[%q] has both Generated and Default (a computed column has no default)", m.Name, name)
		}
		if o.Generated != "" {
			f.TagSettings["GENERATED"] = o.Generated
			f.Creatable, f.Updatable = false, false
		}
		if o.Default != "" {
			f.TagSettings["DEFAULT"] = o.Default
			f.DefaultValue, f.DefaultValueInterface, f.HasDefaultValue = o.Default, nil, true
			if !slices.Contains(m.Schema.FieldsWithDefaultDBValue, f) {
				m.Schema.FieldsWithDefaultDBValue = append(m.Schema.FieldsWithDefaultDBValue, f)
			}
		}
		f.Comment = cmp.Or(o.Comment, f.Comment)
		if err := b.collate(m, f, o.Collation); err != nil {
			return err
		}
	}
	return nil
}

// collate adds a collation to the type of a column.
func (b *builder) collate(m *Model, f *schema.Field, name string) error {
	if name == "" {
		return nil
	}
	collation := name
	if !strings.HasPrefix(name, `"`) {
		collation = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	column, err := sqltype.ParseColumn(b.dataType(f))
	if err != nil {
		return nil // package migrate reports the error
	}
	switch column.Collation {
	case collation:
		return nil
	case "":
		f.DataType = schema.DataType(column.Type + " COLLATE " + collation)
		return nil
	}
	return fmt.Errorf("gormango: model %s: field %s has the collation %s in its tag and %s in Meta.Fields (keep one)", m.Name, f.Name, column.Collation, collation)
}

// Options returns what Meta.Fields says about the column, with its defaults: a
// label, and the choices of the Go type.
func (f *Field) Options() models.FieldOptions {
	o := f.Model.Meta.Fields[f.Column]
	if o.Label == "" {
		o.Label = strings.Join(strings.Fields(strings.ReplaceAll(f.Column, "_", " ")), " ")
	}
	if o.Choices == nil {
		o.Choices = choicesOf(f.IndirectFieldType)
	}
	o.ReadOnly = o.ReadOnly || f.Generated
	return o
}

// choicesOf returns the choices of a Go type, nil if it has none.
func choicesOf(t reflect.Type) []models.Choice {
	if x, ok := reflect.New(t).Interface().(models.HasChoices); ok {
		return x.Choices()
	}
	return nil
}

// choiceChecks returns the constraints over the choices of columns that
// Meta.Fields wants checked.
func choiceChecks(meta models.Meta, columns map[string]*schema.Field) ([]models.Constraint, error) {
	var checks []models.Constraint
	for _, name := range slices.Sorted(maps.Keys(meta.Fields)) {
		o, f := meta.Fields[name], columns[name]
		if !o.Checked || f == nil {
			continue
		}
		choices := o.Choices
		if choices == nil {
			choices = choicesOf(f.IndirectFieldType)
		}
		var literals []string
		for _, c := range choices {
			text, err := literal(c.Value)
			if err != nil {
				return nil, fmt.Errorf("Meta.Fields[%q]: a choice is %w", name, err)
			}
			if text != "" {
				literals = append(literals, text)
			}
		}
		if len(literals) == 0 {
			return nil, fmt.Errorf("Meta.Fields[%q] is Checked and has no choices", name)
		}
		checks = append(checks, models.Constraint{Check: `"` + strings.ReplaceAll(name, `"`, `""`) + `" IN (` + strings.Join(literals, ", ") + ")"})
	}
	return checks, nil
}

// literal returns a choice as SQL, "" for NULL.
func literal(v any) (string, error) {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return "", nil
	case rv.Kind() == reflect.String:
		return "'" + strings.ReplaceAll(rv.String(), "'", "''") + "'", nil
	case rv.CanInt():
		return strconv.FormatInt(rv.Int(), 10), nil
	case rv.CanUint():
		return strconv.FormatUint(rv.Uint(), 10), nil
	case rv.Kind() == reflect.Bool:
		return strconv.FormatBool(rv.Bool()), nil
	}
	return "", fmt.Errorf("a %T (Checked takes texts, integers and booleans)", v)
}

// nilEmpty reports whether a nil value of a field is written as an empty one:
// the column is NOT NULL, and the Go type is a slice or map whose empty value
// the column holds.
func nilEmpty(f *Field) bool {
	t := f.FieldType
	if !f.NotNull || !f.direct || t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
		return false
	}
	if f.Serializer != nil {
		_, ok := f.Serializer.(schema.JSONSerializer)
		return ok && t != reflect.TypeFor[json.RawMessage]()
	}
	switch f.Kind {
	case lookup.Array, lookup.Bytes, lookup.HStore, lookup.Range:
		return true
	}
	return false
}
