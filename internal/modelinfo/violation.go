package modelinfo

import (
	"cmp"
	"reflect"
	"strings"
	"unicode"

	"github.com/gormango/gormango/models"
)

// Violation returns the problem of an object that violates the rule, and the
// column that it is a problem of, models.AllFields for one of several columns.
// The codes and messages are Django's.
func (r *Rule) Violation() (field string, p models.Problem) {
	if r.Plain() && r.Message == "" {
		labels := make([]string, len(r.Columns))
		for i, f := range r.Columns {
			labels[i] = capital(f.Options().Label)
		}
		model, these := capital(r.Model.label()), listOf(labels)
		p = models.Problem{Message: model + " with this " + these + " already exists.",
			Params: map[string]any{"model_name": model, "constraint": r.Name}}
		if len(labels) == 1 {
			p.Code, p.Params["field_label"] = cmp.Or(r.Code, "unique"), these
			return r.Columns[0].Column, p
		}
		p.Code, p.Params["field_labels"] = cmp.Or(r.Code, "unique_together"), these
		return models.AllFields, p
	}
	p = models.Problem{Code: r.Code, Message: cmp.Or(r.Message, "Constraint “"+r.Name+"” is violated."), Params: map[string]any{"constraint": r.Name}}
	if r.Code == "unique" && len(r.Columns) == 1 && len(r.Expressions) == 0 {
		return r.Columns[0].Column, p
	}
	return models.AllFields, p
}

// NullViolation returns the problem of a NULL in a column that has none.
func NullViolation() models.Problem {
	return models.Problem{Code: "null", Message: "This field cannot be null."}
}

// Missing returns the problem of a foreign key that leads to no row of the
// model.
func (m *Model) Missing() models.Problem {
	return models.Problem{Code: "invalid", Message: "This " + m.label() + " does not exist.", Params: map[string]any{"model": m.label()}}
}

// label returns the name of an object for people: "order line".
func (m *Model) label() string {
	if m.Meta.Label != "" {
		return m.Meta.Label
	}
	one, _ := models.Labels(reflect.New(m.Type).Interface())
	return one
}

// capital returns text with a capital at its start.
func capital(text string) string {
	for i, r := range text {
		return text[:i] + string(unicode.ToUpper(r)) + text[i+len(string(r)):]
	}
	return text
}

// listOf returns "a, b and c".
func listOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
