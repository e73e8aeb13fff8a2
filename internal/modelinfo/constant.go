package modelinfo

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltext"
)

// Constant is a value of a column that the condition of a partial index is
// about.
type Constant struct {
	// Value is a string, an int64 or a bool, as parameters are.
	Value any
	// SQL is the literal in the index's condition.
	SQL string
}

// maxConstants is the greatest number of constants of a column. A column with
// more has none: each of them makes another statement.
const maxConstants = 8

// setConstants sets Constants of the columns that partial indexes of tags and
// of Meta are about. It runs while the model is read, because parsing indexes
// writes into GORM's schema.
func setConstants(m *Model) {
	for _, ix := range m.Schema.ParseIndexes() {
		m.addConstants(ix.Where + " " + ix.Option)
	}
	for _, ix := range m.Meta.Indexes {
		m.addConstants(ix.Where)
	}
	for _, f := range m.Fields {
		if len(f.Constants) > maxConstants {
			f.Constants = nil
		}
	}
}

// addConstants adds the literals of a condition to each column that it names
// and that takes values of their type. One that the condition compares with
// another column does no harm: it is written where a query has an equal value.
func (m *Model) addConstants(condition string) {
	var columns []*Field
	var literals []Constant
	last := ""
	for word := range sqltext.Words(condition) {
		switch c := word[0]; {
		case c == '"':
			columns = append(columns, m.fields[strings.ReplaceAll(word[1:max(len(word)-1, 1)], `""`, `"`)])
		case c == '\'':
			if text, ok := plainText(word); ok {
				literals = append(literals, Constant{text, word})
			}
		case '0' <= c && c <= '9':
			if last == "-" {
				word = "-" + word
			}
			if n, err := strconv.ParseInt(word, 10, 64); err == nil {
				literals = append(literals, Constant{n, "(" + strconv.FormatInt(n, 10) + ")"})
			}
		default:
			columns = append(columns, m.fields[strings.ToLower(word)])
		}
		last = word
	}
	literals = append(literals, Constant{true, "true"}, Constant{false, "false"})
	for _, f := range columns {
		for _, c := range literals {
			if f != nil && f.takes(c) && !slices.Contains(f.Constants, c) {
				f.Constants = append(f.Constants, c)
			}
		}
	}
}

// takes reports whether parameters for a column are of a constant's type.
func (f *Field) takes(c Constant) bool {
	if f.Serializer != nil {
		return false
	}
	switch c.Value.(type) {
	case string:
		return f.Kind == lookup.Text || f.Kind == lookup.Other && f.AsText
	case int64:
		return f.Kind == lookup.Int
	}
	return f.Kind == lookup.Bool
}

// plainText returns the text of a literal in quotes. It returns false for one
// with a backslash, which the server's settings decide about.
func plainText(literal string) (string, bool) {
	if len(literal) < 2 || !strings.HasSuffix(literal, "'") || strings.ContainsAny(literal, "\\\x00") {
		return "", false
	}
	return strings.ReplaceAll(literal[1:len(literal)-1], "''", "'"), true
}
