package migrate

import (
	"regexp"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

var simpleName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// renamed returns SQL with the column from renamed to to. qualifier is the name
// of its table, behind which it may stand: "books.title". Literals, functions
// and types keep their names.
func renamed(sql, qualifier, from, to string) string {
	pieces := sqltext.Pieces(sql)
	changed := false
	for i, p := range pieces {
		if identifier(p) != from || !refersToColumn(pieces, i, qualifier) {
			continue
		}
		changed = true
		if p[0] != '"' && simpleName.MatchString(to) {
			pieces[i] = to
		} else {
			pieces[i] = quote(to)
		}
	}
	if !changed {
		return sql
	}
	return strings.Join(pieces, "")
}

// identifier returns the name that a piece of SQL stands for, "" for other
// pieces.
func identifier(piece string) string {
	switch c := piece[0]; {
	case c == '"' && len(piece) > 2:
		return strings.ReplaceAll(piece[1:len(piece)-1], `""`, `"`)
	case c == '_' || c >= 0x80 || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		if strings.HasSuffix(piece, "'") {
			return ""
		}
		return strings.ToLower(piece)
	}
	return ""
}

// refersToColumn reports whether the name at pieces[i] can be a column's: no
// function, type, unit of extract, or part of another table.
func refersToColumn(pieces []string, i int, qualifier string) bool {
	before, beforeThat := neighbour(pieces, i, -1), neighbour(pieces, i, -2)
	after := neighbour(pieces, i, 1)
	switch {
	case after == "(" && pieces[i][0] != '"', strings.HasPrefix(after, "'"), after == ".":
		return false
	case before == ":" || strings.EqualFold(before, "as") || strings.EqualFold(before, "collate"):
		return false
	case before == ".":
		return identifierOf(beforeThat) == qualifier
	case before == "(" && strings.EqualFold(beforeThat, "extract") && strings.EqualFold(after, "from"):
		return false
	}
	return true
}

func identifierOf(piece string) string {
	if piece == "" {
		return ""
	}
	return identifier(piece)
}

// neighbour returns the n-th piece before or after pieces[i] that is no blank
// and no comment, "" if there is none.
func neighbour(pieces []string, i, n int) string {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for i += step; i >= 0 && i < len(pieces); i += step {
		if blank(pieces[i]) {
			continue
		}
		if n--; n == 0 {
			return pieces[i]
		}
	}
	return ""
}

func blank(piece string) bool {
	return strings.TrimSpace(piece) == "" || strings.HasPrefix(piece, "--") || strings.HasPrefix(piece, "/*")
}

// mentions reports whether SQL contains a name, in quotes or without.
func mentions(sql, name string) bool {
	for _, p := range sqltext.Pieces(sql) {
		if identifier(p) == name {
			return true
		}
	}
	return false
}

// sameSQL reports whether two texts differ at most in blanks, comments, quotes
// that are not needed, and the case of words.
func sameSQL(a, b string) bool { return a == b || normal(a) == normal(b) }

// normal returns SQL with one form of what sameSQL does not compare.
func normal(sql string) string {
	var out strings.Builder
	word := false // the last piece ended with a letter or digit
	for _, p := range sqltext.Pieces(sql) {
		if blank(p) {
			continue
		}
		if name := identifier(p); name != "" && simpleName.MatchString(name) {
			p = name
		}
		starts := p[0] == '_' || p[0] >= '0' && p[0] <= '9' || identifier(p) != ""
		if starts && word {
			out.WriteByte(' ')
		}
		out.WriteString(p)
		last := p[len(p)-1]
		word = last == '_' || last >= '0' && last <= '9' || identifier(p) != ""
	}
	return out.String()
}

// unqualified returns a name without its schema.
func unqualified(name string) string {
	if _, after, ok := strings.Cut(name, "."); ok {
		return after
	}
	return name
}

// requalified returns SQL with the table's name from before columns replaced by
// to.
func requalified(sql, from, to string) string {
	pieces := sqltext.Pieces(sql)
	changed := false
	for i, p := range pieces {
		if identifier(p) == from && neighbour(pieces, i, 1) == "." {
			pieces[i], changed = quote(to), true
			if p[0] != '"' && simpleName.MatchString(to) {
				pieces[i] = to
			}
		}
	}
	if !changed {
		return sql
	}
	return strings.Join(pieces, "")
}

// replaceType returns the text of a column's type with the type from, or an
// array of it, replaced by to. Both may be with a schema.
func replaceType(text, from, to string) string {
	base, brackets := strings.TrimSpace(text), ""
	for strings.HasSuffix(base, "]") {
		i := strings.LastIndex(base, "[")
		if i < 0 {
			return text
		}
		base, brackets = strings.TrimSpace(base[:i]), base[i:]+brackets
	}
	name := ""
	for _, p := range sqltext.Pieces(base) {
		switch id := identifierOf(p); {
		case id != "":
			name += id
		case !blank(p):
			name += p
		}
	}
	if name != from {
		return text
	}
	if i := strings.Index(to, "."); i >= 0 {
		return typeName(to[:i]) + "." + typeName(to[i+1:]) + brackets
	}
	return typeName(to) + brackets
}

func typeName(name string) string {
	if simpleName.MatchString(name) {
		return name
	}
	return quote(name)
}
