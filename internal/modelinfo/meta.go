package modelinfo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/models"
)

// checkMeta resolves the names in Meta and in the registrations for columns, so
// that a wrong one is an error of Open.
func checkMeta(m *Model) (errs []error) {
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for name, what := range lookup.CustomColumns(m.Type) {
		add(checkColumn(m, "the registered "+strconv.Quote(what), name))
	}
	for _, name := range m.Meta.Ordering {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), " ")
		if _, err := lookup.ResolveName(m, name); err != nil {
			add(fmt.Errorf("gormango: Meta.Ordering of %s: %w", m.Name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Meta.Fields)) {
		add(checkColumn(m, "Meta.Fields", name))
	}
	for _, ix := range m.Meta.Indexes {
		add(checkIndex(m, ix))
	}
	for _, c := range m.Meta.Constraints {
		add(checkConstraint(m, c))
	}
	return errs
}

// checkIndex returns an error unless an index of Meta is right.
func checkIndex(m *Model, ix models.Index) error {
	if len(ix.Fields)+len(ix.Expressions) == 0 {
		return fmt.Errorf("gormango: Meta.Indexes of %s: index %q has neither fields nor expressions", m.Name, ix.Name)
	}
	if err := checkClasses(m, "Meta.Indexes", ix); err != nil {
		return err
	}
	for _, name := range ix.Fields {
		if _, _, nulls := IndexField(name); !slices.Contains([]string{"", "FIRST", "LAST"}, nulls) {
			return fmt.Errorf("gormango: Meta.Indexes of %s: %q (behind a field's name belongs \"nulls first\", \"nulls last\" or nothing)", m.Name, name)
		}
	}
	return checkColumns(m, "Meta.Indexes", append(trimmed(ix.Fields), ix.Include...))
}

// checkConstraint returns an error unless a constraint of Meta is right.
func checkConstraint(m *Model, c models.Constraint) error {
	if given(c.Check != "")+given(len(c.Unique)+len(c.Expressions) > 0)+given(c.Exclude != "") != 1 {
		return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q needs exactly one of Check, Unique and Exclude", m.Name, c.Name)
	}
	if ix, is := c.Index(); is {
		switch {
		case c.Check+c.Exclude != "":
			return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q has parts of a unique constraint (Where, Include and Opclasses belong to Unique)", m.Name, c.Name)
		case c.Deferrable != "":
			return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q is a unique index by its Where, Expressions, Include or Opclasses, and cannot be deferrable", m.Name, c.Name)
		}
		if err := checkClasses(m, "Meta.Constraints", ix); err != nil {
			return err
		}
		if err := checkColumns(m, "Meta.Constraints", c.Include); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", "immediate", "deferred"}, c.Deferrable) {
		return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q: Deferrable is %q (choices are \"immediate\" and \"deferred\")", m.Name, c.Name, c.Deferrable)
	}
	return checkColumns(m, "Meta.Constraints", c.Unique)
}

// checkColumns returns an error unless names are columns of the model itself.
func checkColumns(m *Model, where string, names []string) error {
	for _, name := range names {
		if err := checkColumn(m, where, name); err != nil {
			return err
		}
	}
	return nil
}

// given returns 1 for true.
func given(is bool) int {
	if is {
		return 1
	}
	return 0
}

// checkColumn returns an error unless name is a column of the model itself.
func checkColumn(m *Model, where, name string) error {
	if m.fields[name] != nil {
		return nil
	}
	columns := slices.Sorted(maps.Keys(m.fields))
	return fmt.Errorf("gormango: %s of %s: %w", where, m.Name, &lookup.Error{Model: m.Name, Text: name, Part: name,
		Choices: columns, Nearest: lookup.Nearest(name, columns)})
}

// checkClasses returns an error unless an index has as many operator classes as
// parts, or none.
func checkClasses(m *Model, where string, ix models.Index) error {
	if parts := len(ix.Fields) + len(ix.Expressions); len(ix.Opclasses) > 0 && len(ix.Opclasses) != parts {
		return fmt.Errorf("gormango: %s of %s: index %q has %d operator classes for %d parts (one for each, \"\" for the default)",
			where, m.Name, ix.Name, len(ix.Opclasses), parts)
	}
	return nil
}

// IndexField returns the parts of a field in Meta.Indexes: "-name nulls last"
// is name, descending, "LAST".
func IndexField(text string) (column string, descending bool, nulls string) {
	column, descending = strings.CutPrefix(text, "-")
	column, rest, more := strings.Cut(column, " ")
	if !more {
		return column, descending, ""
	}
	words := strings.Fields(strings.ToUpper(rest))
	if len(words) == 2 && words[0] == "NULLS" {
		return column, descending, words[1]
	}
	return column, descending, rest
}

func trimmed(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		column, _, _ := IndexField(n)
		out = append(out, column)
	}
	return out
}
