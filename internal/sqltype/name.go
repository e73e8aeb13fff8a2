// Package sqltype parses the names of PostgreSQL's types and column definitions
// that start with one. It is the lowest package and works on texts only.
package sqltype

import (
	"cmp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Name is the parsed name of a type.
type Name struct {
	// Base is the name without modifier and brackets, in lower case except in
	// quotes: "numeric", "timestamp with time zone".
	Base string
	// Modifier is the text in the parentheses without blanks, "10,2", or the fields
	// of an interval.
	Modifier string
	// Dims is the number of an array's dimensions, 0 for other types.
	Dims int
}

// Parse parses the name of a type. It returns some Name for any text, even one
// that PostgreSQL would refuse.
func Parse(text string) Name {
	if isWord(text) {
		return Name{Base: text}
	}
	var (
		n     Name
		base  strings.Builder
		blank bool
	)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case ' ', '\t', '\n', '\r':
			blank = base.Len() > 0
			continue
		case '(':
			to := closing(text, i, ')')
			n.Modifier += strings.ToLower(strings.Join(strings.Fields(text[i+1:to]), ""))
			i = to
			continue
		case '[':
			n.Dims++
			i = closing(text, i, ']')
			continue
		}
		if blank {
			base.WriteByte(' ')
			blank = false
		}
		if c == '"' {
			to := min(closing(text, i, '"')+1, len(text))
			base.WriteString(text[i:to])
			i = to - 1
			continue
		}
		base.WriteByte(lower(c))
	}
	n.Base = strings.TrimSpace(strings.TrimPrefix(base.String(), "pg_catalog."))
	if elem, ok := strings.CutSuffix(n.Base, " array"); ok {
		n.Base, n.Dims = elem, max(n.Dims, 1)
	}
	if fields, ok := strings.CutPrefix(n.Base, "interval "); ok {
		n.Base, n.Modifier = "interval", strings.ReplaceAll(fields, " ", "")+n.Modifier
	}
	return n
}

// isWord reports whether text is one word, the name of most types.
func isWord(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// closing returns the index of the next c after text[from], or the text's
// length.
func closing(text string, from int, c byte) int {
	if i := strings.IndexByte(text[from+1:], c); i >= 0 {
		return from + 1 + i
	}
	return len(text)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// aliases maps alternative names of types to the server's own.
var aliases = map[string]string{
	"int2": "smallint", "int": "integer", "int4": "integer", "int8": "bigint",
	"float4": "real", "float8": "double precision", "float": "double precision",
	"decimal": "numeric", "dec": "numeric", "bool": "boolean",
	"char": "character", "varchar": "character varying", "char varying": "character varying",
	"varbit": "bit varying",
	"time":   "time without time zone", "timetz": "time with time zone",
	"timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
}

// Canonical returns the server's own name of the type without its modifier:
// "timestamp with time zone" for "timestamptz(3)", "integer[]" for "int4[3]".
// The name of a serial is that of its integer type.
func (n Name) Canonical() string {
	base := n.Base
	if whole, ok := serials[base]; ok {
		base = whole
	}
	if base == "float" {
		if digits, err := strconv.Atoi(n.Modifier); err == nil && digits <= 24 {
			base = "real"
		}
	}
	if name, ok := aliases[base]; ok {
		base = name
	}
	if n.Dims > 0 {
		base += "[]"
	}
	return base
}

// maxKept is the number of names that Canonical remembers.
const maxKept = 1024

var (
	kept      sync.Map // canonical names by text
	keptCount atomic.Int64
)

// Canonical returns Parse(text).Canonical(). It remembers its results, since
// compiling a statement asks for the types of its columns.
func Canonical(text string) string {
	if name, ok := kept.Load(text); ok {
		return name.(string)
	}
	name := Parse(text).Canonical()
	if keptCount.Load() < maxKept {
		if _, had := kept.LoadOrStore(text, name); !had {
			keptCount.Add(1)
		}
	}
	return name
}

// Unlimited returns the type for casts of a value: without length, precision or
// scale, since a cast to varchar(10) cuts a long text, where an assignment to
// the column refuses it. Plain char and bit would mean a length of 1.
func Unlimited(text string) string {
	n := Parse(text)
	switch n.Base {
	case "char", "character":
		n.Base = "bpchar"
	case "bit":
		n.Base = "varbit"
	}
	return n.Base + strings.Repeat("[]", n.Dims)
}

// Rounded returns the type for a cast that rounds a value as a column of the
// type does that holds it, "" if such a column rounds none. The cast refuses no
// number for its length: those that the column does not hold equal none of it.
func Rounded(text string) string {
	n := Parse(text)
	dims := strings.Repeat("[]", n.Dims)
	n.Dims = 0
	switch n.Canonical() {
	case "real":
		return text
	case "numeric":
		if n.Modifier == "" {
			return ""
		}
		_, scale, _ := strings.Cut(n.Modifier, ",")
		return "numeric(1000," + cmp.Or(scale, "0") + ")" + dims
	case "timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone", "interval":
		if n.Modifier != "" {
			return text
		}
	}
	return ""
}

// Elem returns the type of an array's elements with their modifier, false for
// other types.
func Elem(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, "]") {
		if from := strings.LastIndexByte(text, '['); from > 0 {
			return strings.TrimSpace(text[:from]), true
		}
	}
	if n := len(text) - len(" array"); n > 0 && strings.EqualFold(text[n:], " array") {
		return strings.TrimSpace(text[:n]), true
	}
	return "", false
}

// Lower returns text in lower case except in quotes, where case matters.
func Lower(text string) string {
	parts := strings.Split(strings.TrimSpace(text), `"`)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ToLower(parts[i])
	}
	return strings.Join(parts, `"`)
}

// OfDriver returns the name of a type by its name in pg_type, which drivers
// use: "text[]" for "_text".
func OfDriver(name string) string {
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		return elem + "[]"
	}
	return name
}
