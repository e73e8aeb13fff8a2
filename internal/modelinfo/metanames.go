package modelinfo

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/models"
)

// namer makes the names of a table's indexes and constraints. They depend on
// the texts alone, not on the order in which Meta has them.
type namer struct {
	schema.Namer
	table   string
	columns map[string]*schema.Field
}

// complete returns meta with a name for every index and constraint, and with
// the constraints over choices.
func (n namer) complete(meta models.Meta) (models.Meta, error) {
	checks, err := choiceChecks(meta, n.columns)
	if err != nil {
		return meta, err
	}
	meta.Indexes = slices.Clone(meta.Indexes)
	unnamed := map[string]int{}
	for _, ix := range meta.Indexes {
		if ix.Name == "" {
			unnamed[n.index(ix)]++
		}
	}
	for i := range meta.Indexes {
		ix := &meta.Indexes[i]
		if ix.Name != "" {
			continue
		}
		part := n.index(*ix)
		if rest := strings.Join(append([]string{ix.Method, ix.Where}, ix.Opclasses...), " "); unnamed[part] > 1 && strings.TrimSpace(rest) != "" {
			part += "_" + hashed(rest)
		}
		ix.Name = n.IndexName(n.table, part)
	}
	meta.Constraints = append(slices.Clone(meta.Constraints), checks...)
	for i := range meta.Constraints {
		if c := &meta.Constraints[i]; c.Name == "" {
			c.Name = n.constraint(*c)
		}
	}
	return meta, nil
}

// index returns the part of an index's name behind the table's.
func (n namer) index(ix models.Index) string {
	parts := trimmed(ix.Fields)
	if len(ix.Expressions) > 0 {
		parts = append(parts, n.text(strings.Join(ix.Expressions, ", ")))
	}
	return strings.Join(parts, "_")
}

// constraint returns the name of a constraint.
func (n namer) constraint(c models.Constraint) string {
	switch {
	case c.Check != "":
		return n.CheckerName(n.table, n.text(c.Check))
	case c.Exclude != "":
		return "exc" + strings.TrimPrefix(n.CheckerName(n.table, n.text(c.Exclude)), "chk")
	}
	parts := slices.Clone(c.Unique)
	if rest := append(slices.Clone(c.Expressions), c.Where); strings.Join(rest, "") != "" {
		parts = append(parts, n.text(strings.Join(rest, " ")))
	}
	return n.UniqueName(n.table, strings.Join(parts, "_"))
}

// text returns a name for SQL: the first of its columns and a hash.
func (n namer) text(sql string) string {
	words := strings.FieldsFunc(sql, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if i := slices.IndexFunc(words, func(w string) bool { return n.columns[w] != nil }); i >= 0 {
		return words[i] + "_" + hashed(sql)
	}
	return hashed(sql)
}

// hashed returns eight hexadecimal digits for a text. Its blanks do not matter.
func hashed(text string) string {
	sum := fnv.New32a()
	sum.Write([]byte(strings.Join(strings.Fields(text), " ")))
	return fmt.Sprintf("%08x", sum.Sum32())
}
