// Package sqltext finds the places of arguments in SQL that the application
// writes. It works on texts only.
package sqltext

import (
	"strconv"
	"strings"
)

// Kind is what a token is.
type Kind uint8

// The kinds of tokens.
const (
	Text     Kind = iota // all that is no place: words, operators, literals, comments
	Question             // ?
	Escaped              // ??, which stands for one question mark
	Number               // $1
	Name                 // @name
)

// Token is a piece of SQL.
type Token struct {
	Kind Kind
	Text string
	N    int // of a Number
}

// Tokens splits SQL into places and the texts between them. No place is in a
// literal ('…', E'…', $tag$…$tag$), a quoted name or a comment. The texts of
// the tokens make up sql.
func Tokens(sql string) []Token {
	var out []Token
	from := 0 // of the text that is no token yet
	for i := 0; i < len(sql); {
		t, n := next(sql, i)
		if t.Kind != Text {
			if from < i {
				out = append(out, Token{Text: sql[from:i]})
			}
			t.Text = sql[i : i+n]
			out = append(out, t)
			from = i + n
		}
		i += n
	}
	if from < len(sql) {
		out = append(out, Token{Text: sql[from:]})
	}
	return out
}

// Pieces splits SQL into words, numbers, literals, quoted names, comments and
// single characters. Together they are sql.
func Pieces(sql string) []string {
	var out []string
	for i := 0; i < len(sql); {
		_, n := next(sql, i)
		if sql[i] == '@' {
			n = 1
		}
		out = append(out, sql[i:i+n])
		i += n
	}
	return out
}

// next returns the kind and the length of the token at sql[i:].
func next(sql string, i int) (Token, int) {
	s := sql[i:]
	switch c := s[0]; {
	case c == '\'':
		return Token{}, quoted(s, false)
	case c == '"':
		return Token{}, quoted(s, false)
	case strings.HasPrefix(s, "--"):
		if end := strings.IndexAny(s, "\r\n"); end >= 0 {
			return Token{}, end
		}
		return Token{}, len(s)
	case strings.HasPrefix(s, "/*"):
		return Token{}, comment(s)
	case c == '?':
		if strings.HasPrefix(s, "??") {
			return Token{Kind: Escaped}, 2
		}
		return Token{Kind: Question}, 1
	case c == '$':
		return dollar(s)
	case c == '@':
		return at(sql, i)
	case startsWord(c):
		n := word(s)
		if (s[:n] == "e" || s[:n] == "E") && n < len(s) && s[n] == '\'' {
			return Token{}, n + quoted(s[n:], true)
		}
		return Token{}, n
	case '0' <= c && c <= '9':
		return Token{}, word(s)
	}
	return Token{}, 1
}

// quoted returns the length of a literal or of a name in quotes. A quote that
// is written twice does not end it, nor with escapes one behind a backslash.
func quoted(s string, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] != s[0]:
		case i+1 < len(s) && s[i+1] == s[0]:
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}

// comment returns the length of a comment, which may contain others.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(s)
}

// dollar returns the token of a number or of a literal between dollars.
func dollar(s string) (Token, int) {
	if n := len(s[1:]) - len(strings.TrimLeft(s[1:], "0123456789")); n > 0 {
		if number, err := strconv.Atoi(s[1 : 1+n]); err == nil {
			return Token{Kind: Number, N: number}, 1 + n
		}
		return Token{}, 1 + n
	}
	n := 1
	for n < len(s) && s[n] != '$' && (startsWord(s[n]) || n > 1 && '0' <= s[n] && s[n] <= '9') {
		n++
	}
	if n == len(s) || s[n] != '$' {
		return Token{}, 1
	}
	tag := s[:n+1]
	if end := strings.Index(s[n+1:], tag); end >= 0 {
		return Token{}, n + 1 + end + len(tag)
	}
	return Token{}, len(s)
}

// at returns the token of a name, or of an operator that ends with an at sign:
// <@, @@.
func at(sql string, i int) (Token, int) {
	s := sql[i:]
	if i > 0 && (sql[i-1] == '<' || sql[i-1] == '@') || len(s) < 2 || !startsWord(s[1]) {
		return Token{}, 1
	}
	n := 1
	for n < len(s) && s[n] != '$' && (startsWord(s[n]) || '0' <= s[n] && s[n] <= '9') {
		n++
	}
	return Token{Kind: Name}, n
}

// word returns the length of a name or a number.
func word(s string) int {
	n := 1
	for n < len(s) && (startsWord(s[n]) || '0' <= s[n] && s[n] <= '9' || s[n] == '$') {
		n++
	}
	return n
}

func startsWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
