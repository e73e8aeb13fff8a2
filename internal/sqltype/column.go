package sqltype

import (
	"fmt"
	"strings"
)

// Column is the parsed definition of a column as GORM writes it. A tag may hold
// more than the type ("type:varchar(20) not null default 'x'"), and the dialect
// adds serial types and generated columns.
type Column struct {
	Type, Collation, Default, Generated, Identity string
	NotNull, PrimaryKey                           bool
}

// serials maps serial types to their integer types.
var serials = map[string]string{
	"smallserial": "smallint", "serial2": "smallint",
	"serial": "integer", "serial4": "integer",
	"bigserial": "bigint", "serial8": "bigint",
}

// ParseColumn parses the definition of a column. Its error names the part that
// is invalid.
func ParseColumn(text string) (Column, error) {
	words, err := sqlWords(text)
	if err != nil {
		return Column{}, err
	}
	var c Column
	take := func(n int) string { // the first n words and those up to the next clause
		for n < len(words) && clauseOf(words[n:]) == "" {
			n++
		}
		s := strings.Join(words[:n], " ")
		words = words[n:]
		return s
	}
	if len(words) == 0 || clauseOf(words) != "" {
		return Column{}, fmt.Errorf("no type in %q", text)
	}
	c.Type = take(1)
	if t, ok := serials[strings.ToLower(c.Type)]; ok {
		c.Type, c.Identity = t, "BY DEFAULT"
	}
	for len(words) > 0 {
		switch clause := clauseOf(words); clause {
		case "NOT NULL":
			c.NotNull, words = true, words[2:]
		case "NULL":
			words = words[1:]
		case "PRIMARY KEY":
			c.PrimaryKey, words = true, words[2:]
		case "COLLATE", "DEFAULT":
			if words = words[1:]; len(words) == 0 {
				return Column{}, fmt.Errorf("nothing after %s in %q", clause, text)
			}
			if clause == "COLLATE" {
				c.Collation = take(1)
			} else if c.Default = take(1); strings.EqualFold(c.Default, "null") {
				c.Default = ""
			}
		case "GENERATED":
			n := 1
			if len(words) > 2 && strings.EqualFold(words[1], "by") { // BY DEFAULT is not a default here
				n = 3
			}
			if err := c.generated(take(n)); err != nil {
				return Column{}, fmt.Errorf("%w in %q", err, text)
			}
		default:
			return Column{}, fmt.Errorf("%q in a column's type (tags of GORM say unique, check and foreign keys)", clause)
		}
	}
	return c, nil
}

func (c *Column) generated(text string) error {
	upper := strings.ToUpper(text)
	switch {
	case strings.HasSuffix(upper, " AS IDENTITY"):
		c.Identity = "BY DEFAULT"
		if strings.HasPrefix(upper, "GENERATED ALWAYS ") {
			c.Identity = "ALWAYS"
		}
		return nil
	case strings.HasPrefix(upper, "GENERATED ALWAYS AS") && strings.HasSuffix(upper, ") STORED"):
		expr := strings.TrimSpace(text[len("GENERATED ALWAYS AS"):])
		if strings.HasPrefix(expr, "(") {
			c.Generated = expr[1 : len(expr)-len(") STORED")]
			return nil
		}
	}
	return fmt.Errorf("%q is neither a stored expression nor an identity", text)
}

// clauseOf returns the name of the clause that words begin with.
func clauseOf(words []string) string {
	first, _, _ := strings.Cut(strings.ToUpper(words[0]), "(")
	second := ""
	if len(words) > 1 {
		second = strings.ToUpper(words[1])
	}
	switch first {
	case "NOT", "PRIMARY":
		if want := map[string]string{"NOT": "NULL", "PRIMARY": "KEY"}[first]; second == want {
			return first + " " + want
		}
	case "NULL", "COLLATE", "DEFAULT", "GENERATED", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT":
		return first
	}
	return ""
}

// sqlWords splits text at blanks outside of parentheses and quotes.
func sqlWords(text string) ([]string, error) {
	var words []string
	start, depth, quote := -1, 0, rune(0)
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
			continue
		case r == '\'' || r == '"':
			quote = r
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case depth == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if start >= 0 {
				words = append(words, text[start:i])
				start = -1
			}
			continue
		}
		if depth < 0 {
			break
		}
		if start < 0 {
			start = i
		}
	}
	if depth != 0 || quote != 0 {
		return nil, fmt.Errorf("quotes or parentheses that do not close in %q", text)
	}
	if start >= 0 {
		words = append(words, text[start:])
	}
	return words, nil
}
