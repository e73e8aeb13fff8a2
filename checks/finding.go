package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level is how much a finding matters.
type Level uint8

// The levels.
const (
	Info    Level = iota // worth knowing
	Warning              // works, and will cost time or rows one day
	Error                // does not work
)

var levels = [...]string{"info", "warning", "error"}

// String returns the name of the level.
func (l Level) String() string { return levels[l] }

// MarshalText returns the name of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText sets the level of a name.
func (l *Level) UnmarshalText(text []byte) error {
	i := slices.Index(levels[:], string(text))
	if i < 0 {
		return fmt.Errorf("checks: no level %q (choices are %s)", text, strings.Join(levels[:], ", "))
	}
	*l = Level(i)
	return nil
}

// Finding is something that a check has found.
type Finding struct {
	// ID is that of the check, such as "fields.W103".
	ID    string `json:"id"`
	Level Level  `json:"level"`
	// Model is the name of the model, "" for a mistake of no single one. Field is
	// the column, relation or index.
	Model string `json:"model,omitempty"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
	// Fix says what to do.
	Fix string `json:"fix,omitempty"`
}

// String returns the finding as one line.
func (f Finding) String() string {
	subject := f.Model
	if f.Field != "" {
		subject += "." + f.Field
	}
	if subject != "" {
		subject += ": "
	}
	fix := ""
	if f.Fix != "" {
		fix = " (" + f.Fix + ")"
	}
	return fmt.Sprintf("%s %s: %s%s%s", f.Level, f.ID, subject, f.Text, fix)
}

// Without returns the findings without those of silenced IDs.
func Without(found []Finding, silenced ...string) []Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return slices.Contains(silenced, f.ID) })
}

// Check describes a check.
type Check struct {
	ID    string
	Level Level
	// Finds says what the check finds.
	Finds string
}

// All returns the checks, in the order of their IDs.
func All() []Check {
	all := slices.Clone(plain)
	for _, r := range rules {
		all = append(all, r.Check)
	}
	for _, p := range probes {
		all = append(all, p.Check)
	}
	slices.SortFunc(all, func(a, b Check) int { return cmp.Compare(a.number(), b.number()) })
	return all
}

// number returns the number at the end of the ID, as text.
func (c Check) number() string { return c.ID[len(c.ID)-3:] }

// Known reports whether a check has the ID.
func Known(id string) bool {
	return slices.ContainsFunc(All(), func(c Check) bool { return c.ID == id })
}

// sorted returns findings, the worst first, those of a model together.
func sorted(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Field, b.Field), cmp.Compare(a.ID, b.ID))
	})
	return found
}
