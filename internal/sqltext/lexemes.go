package sqltext

import (
	"iter"
	"strings"
)

// LexemeKind is what a [Lexeme] is.
type LexemeKind uint8

// The kinds of lexemes.
const (
	Space   LexemeKind = iota // white space or a comment
	Word                      // a key word or a name without quotes
	Quoted                    // a name in quotes
	Literal                   // '…', E'…', $tag$…$tag$
	Symbol                    // one character of anything else, a number or a place
)

// Lexeme is a part of SQL that the server's scanner would not divide, operators
// excepted.
type Lexeme struct {
	Kind LexemeKind
	Text string
}

// Lexemes returns the lexemes of sql. Their texts make up sql.
func Lexemes(sql string) iter.Seq[Lexeme] {
	return func(yield func(Lexeme) bool) {
		for i := 0; i < len(sql); {
			_, n := next(sql, i)
			p := Lexeme{Kind: Symbol, Text: sql[i : i+n]}
			switch c := sql[i]; {
			case c == ' ', c == '\t', c == '\r', c == '\n', c == '\f', c == '\v', n > 1 && (strings.HasPrefix(p.Text, "--") || strings.HasPrefix(p.Text, "/*")):
				p.Kind = Space
			case c == '"':
				p.Kind = Quoted
			case c == '\'', c == '$' && n > 1 && strings.IndexByte(p.Text[1:], '$') >= 0, startsWord(c) && p.Text[n-1] == '\'':
				p.Kind = Literal
			case startsWord(c):
				p.Kind = Word
			}
			if !yield(p) {
				return
			}
			i += n
		}
	}
}

// Name returns the name that a word or a quoted one stands for: folded to
// lower case, or without quotes.
func (p Lexeme) Name() string {
	switch p.Kind {
	case Word:
		return strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return r
		}, p.Text)
	case Quoted:
		return strings.ReplaceAll(strings.TrimSuffix(p.Text[1:], `"`), `""`, `"`)
	}
	return ""
}

// Is reports whether the lexeme is the key word, which is given in capitals.
func (p Lexeme) Is(word string) bool { return p.Kind == Word && strings.EqualFold(p.Text, word) }
