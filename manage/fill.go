package manage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gormango/gormango/migrate"
)

// noNulls is the answer that no row holds NULL.
const noNulls = "-"

// filler returns the answers to questions of the value that rows get which hold
// NULL. unused returns the flags that no question was about.
func (m *maker) filler(p *program) (fill migrate.NullFiller, unused func() []string, err error) {
	answers, used := map[string]string{}, map[string]bool{}
	for _, text := range m.fills {
		column, value, ok := strings.Cut(text, "=")
		value = strings.TrimSpace(value)
		if !ok || column == "" || value == "" {
			return nil, nil, usageError{fmt.Errorf(`--fill %q (write --fill users.name="''", or users.name=- if no row holds NULL)`, text)}
		}
		answers[column] = value
	}
	fill = func(table string, c migrate.Column) (string, error) {
		column := table + "." + c.Name
		value, ok := answers[column]
		used[column] = true
		switch {
		case ok:
		case m.check:
			value = noNulls
		case !p.interactive():
			return "", usageError{fmt.Errorf(`column %s becomes NOT NULL without a default, and rows may hold NULL (choices are --fill %[1]s=<SQL value>, --fill %[1]s=- if no row holds NULL, or a default in the model)`, column)}
		default:
			if value, err = p.askValue(fmt.Sprintf("column %s (%s) becomes NOT NULL without a default, and rows may hold NULL.\n"+
				`which SQL value do they get ("-" if no row holds NULL, nothing to stop)?`, column, c.Type)); err != nil {
				return "", err
			}
			if value == "" {
				return "", errors.New("stopped: nothing was written (set a default in the model, or fill the column first)")
			}
		}
		if value == noNulls {
			return "", nil
		}
		return value, nil
	}
	unused = func() []string {
		var left []string
		for _, text := range m.fills {
			if column, _, _ := strings.Cut(text, "="); !used[column] {
				left = append(left, text)
			}
		}
		return left
	}
	return fill, unused, nil
}
