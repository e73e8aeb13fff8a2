package shop

import (
	"fmt"
	"slices"
	"strings"
)

// field is the data of the templates "input" and "select" in parts.html.
type field struct {
	Name, Label, Value string
	Type               string // of the input
	Mode               string // inputmode
	Complete           string // autocomplete
	Hint               string
	Required           bool
	Focus              bool // the first field of the page with an error
	Errors             []string
	Stored             string // the stored value, if it differs from Value
	Differs            bool
	Choices            []choice
	Find               *find // of a select that does not offer all rows
}

// find is the field that searches the choices of a select.
type find struct{ Name, Label, Value string }

// choice is an option of a select.
type choice struct{ Value, Label string }

// Describedby returns the ids of the texts that describe the field.
func (f field) Describedby() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if len(f.Errors) > 0 {
		ids = append(ids, f.Name+"-error")
	}
	if f.Differs {
		ids = append(ids, f.Name+"-stored")
	}
	return strings.Join(ids, " ")
}

// Input returns a text field, for use in a template:
//
//	{{template "input" (.Form.Input "unit_price" "Price" "required" "mode:decimal" "hint:Such as 0.99.")}}
//
// The options are required, type:, mode:, complete: and hint:.
func (f *form) Input(name, label string, options ...string) (field, error) {
	in := field{Name: name, Label: label, Value: f.Value(name), Type: "text", Errors: f.errs[name]}
	if len(in.Errors) > 0 && !f.focused {
		f.focused, in.Focus = true, true
	}
	if stored, ok := f.stored[name]; ok && stored != strings.TrimSpace(in.Value) {
		in.Differs, in.Stored = true, stored
	}
	for _, option := range options {
		kind, value, _ := strings.Cut(option, ":")
		switch kind {
		case "required":
			in.Required = true
		case "type":
			in.Type = value
		case "mode":
			in.Mode = value
		case "complete":
			in.Complete = value
		case "hint":
			in.Hint = value
		default:
			return in, fmt.Errorf("field %s has no option %q", name, option)
		}
	}
	return in, nil
}

// Select returns a field for one of several choices. An optional field has a
// choice with the value "".
func (f *form) Select(name, label string, list choiceList, options ...string) (field, error) {
	in, err := f.Input(name, label, options...)
	choices := list.Choices
	if list.More {
		in.Find = &find{findField(name), "Find: " + strings.ToLower(label), f.Value(findField(name))}
	}
	known := slices.ContainsFunc(choices, func(c choice) bool { return c.Value == in.Value })
	if !known && len(in.Errors) > 0 { // show the value that was sent, which is none of the choices
		choices = append(slices.Clone(choices), choice{in.Value, cut(in.Value, 100)})
	}
	in.Choices = choices
	if in.Differs {
		at := slices.IndexFunc(choices, func(c choice) bool { return c.Value == in.Stored })
		if at >= 0 {
			in.Stored = choices[at].Label
		}
	}
	return in, err
}

// Hidden returns a hidden field.
func (f *form) Hidden(name string) field { return field{Name: name, Value: f.Value(name)} }
