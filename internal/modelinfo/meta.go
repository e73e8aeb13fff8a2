package modelinfo

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/models"
)

// checkMeta resolves the names in Meta and in the registrations for columns, so
// that a wrong one is an error of Open.
func checkMeta(m *Model) error {
	for name, what := range lookup.CustomColumns(m.Type) {
		if err := checkColumn(m, "the registered "+strconv.Quote(what), name); err != nil {
			return err
		}
	}
	for _, name := range m.Meta.Ordering {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), " ")
		if _, err := lookup.ResolveName(m, name); err != nil {
			return fmt.Errorf("gormango: Meta.Ordering of %s: %w", m.Name, err)
		}
	}
	for _, ix := range m.Meta.Indexes {
		if len(ix.Fields)+len(ix.Expressions) == 0 {
			return fmt.Errorf("gormango: Meta.Indexes of %s: index %q has neither fields nor expressions", m.Name, ix.Name)
		}
		if len(ix.Opclasses) > 0 && len(ix.Opclasses) != len(ix.Fields)+len(ix.Expressions) {
			return fmt.Errorf("gormango: Meta.Indexes of %s: index %q has %d operator classes for %d parts (one for each, \"\" for the default)",
				m.Name, ix.Name, len(ix.Opclasses), len(ix.Fields)+len(ix.Expressions))
		}
		for _, name := range append(trimmed(ix.Fields), ix.Include...) {
			if err := checkColumn(m, "Meta.Indexes", name); err != nil {
				return err
			}
		}
	}
	for _, c := range m.Meta.Constraints {
		if given(c.Check != "")+given(len(c.Unique) > 0)+given(c.Exclude != "") != 1 {
			return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q needs exactly one of Check, Unique and Exclude", m.Name, c.Name)
		}
		if !slices.Contains([]string{"", "immediate", "deferred"}, c.Deferrable) {
			return fmt.Errorf("gormango: Meta.Constraints of %s: constraint %q: Deferrable is %q (choices are \"immediate\" and \"deferred\")", m.Name, c.Name, c.Deferrable)
		}
		for _, name := range c.Unique {
			if err := checkColumn(m, "Meta.Constraints", name); err != nil {
				return err
			}
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

// withNames returns meta with a name for every index and constraint.
func withNames(meta models.Meta, table string, columns map[string]*schema.Field, namer schema.Namer) models.Meta {
	meta.Indexes = slices.Clone(meta.Indexes)
	for i := range meta.Indexes {
		if ix := &meta.Indexes[i]; ix.Name == "" {
			part := strings.Join(trimmed(ix.Fields), "_")
			if part == "" {
				part = "expr" + strconv.Itoa(i+1)
			}
			ix.Name = namer.IndexName(table, part)
		}
	}
	meta.Constraints = slices.Clone(meta.Constraints)
	for i := range meta.Constraints {
		switch c := &meta.Constraints[i]; {
		case c.Name != "":
		case c.Check != "":
			c.Name = namer.CheckerName(table, checkName(c.Check, columns))
		case c.Exclude != "":
			c.Name = "exc" + strings.TrimPrefix(namer.CheckerName(table, checkName(c.Exclude, columns)), "chk")
		default:
			c.Name = namer.UniqueName(table, strings.Join(c.Unique, "_"))
		}
	}
	return meta
}

// checkName returns a name for a condition: the first of its columns and a
// number of its text. It does not depend on the other constraints, which may
// change places.
func checkName(condition string, columns map[string]*schema.Field) string {
	words := strings.FieldsFunc(condition, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	sum := fnv.New32a()
	sum.Write([]byte(strings.Join(strings.Fields(condition), " ")))
	name := fmt.Sprintf("%08x", sum.Sum32())
	if i := slices.IndexFunc(words, func(w string) bool { return columns[w] != nil }); i >= 0 {
		name = words[i] + "_" + name
	}
	return name
}

func trimmed(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, strings.TrimPrefix(n, "-"))
	}
	return out
}
