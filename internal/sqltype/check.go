package sqltype

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// phrases are the names of types that have several words, without ARRAY and the
// fields of an interval.
var phrases = map[string]bool{
	"double precision": true, "bit varying": true, "character varying": true, "char varying": true,
	"national character": true, "national char": true, "national character varying": true, "national char varying": true,
	"time with time zone": true, "time without time zone": true, "timestamp with time zone": true, "timestamp without time zone": true,
	"interval year": true, "interval month": true, "interval day": true, "interval hour": true, "interval minute": true, "interval second": true,
	"interval year to month": true, "interval day to hour": true, "interval day to minute": true, "interval day to second": true,
	"interval hour to minute": true, "interval hour to second": true, "interval minute to second": true,
}

// Check returns an error if text is not the name of a type: words that
// PostgreSQL knows together, or one name, which may have a schema and quotes,
// with a modifier in parentheses and brackets of an array or without.
func Check(text string) error {
	s := scanner{rest: text}
	if !utf8.ValidString(text) || !s.name() || s.bad || strings.TrimSpace(s.rest) != "" {
		return fmt.Errorf("%q is no name of a type (such as numeric(10,2) or text[])", text)
	}
	return nil
}

// scanner reads the name of a type from left to right.
type scanner struct {
	rest string
	bad  bool
}

// name reads the whole name of a type.
func (s *scanner) name() bool {
	first, quoted, ok := s.ident()
	if !ok {
		return false
	}
	words := []string{strings.ToLower(first)}
	for s.take(".") {
		if _, quoted, ok = s.ident(); !ok || len(words) > 2 {
			return false
		}
		words = append(words, "")
	}
	qualified := len(words) > 1
	if qualified {
		words = words[:1]
	}
	modifiers, array := s.modifier(), false
	for !s.bad {
		s.space()
		word, isQuoted, ok := s.ident()
		if !ok {
			break
		}
		if array = strings.EqualFold(word, "array") && !isQuoted; array {
			break
		}
		if isQuoted || quoted || qualified {
			return false
		}
		words = append(words, strings.ToLower(word))
		modifiers += s.modifier()
	}
	s.brackets()
	return modifiers < 2 && (len(words) == 1 || phrases[strings.Join(words, " ")])
}

// space skips blanks.
func (s *scanner) space() { s.rest = strings.TrimLeft(s.rest, " \t\r\n") }

// take reads a text behind blanks, and reports whether it stood there.
func (s *scanner) take(text string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s.rest, " \t\r\n"), text)
	if ok {
		s.rest = rest
	}
	return ok
}

// ident reads a word or a name in quotes.
func (s *scanner) ident() (text string, quoted, ok bool) {
	s.space()
	if strings.HasPrefix(s.rest, `"`) {
		for i := 1; i < len(s.rest); i++ {
			switch {
			case s.rest[i] == 0:
				return "", true, false
			case s.rest[i] != '"':
			case strings.HasPrefix(s.rest[i:], `""`):
				i++
			default:
				text, s.rest = s.rest[:i+1], s.rest[i+1:]
				return text, true, i > 1
			}
		}
		return "", true, false
	}
	n := 0
	for n < len(s.rest) && (letter(s.rest[n]) || n > 0 && digit(s.rest[n])) {
		n++
	}
	text, s.rest = s.rest[:n], s.rest[n:]
	return text, false, n > 0
}

// modifier reads a modifier, and returns how many stood there.
func (s *scanner) modifier() int {
	if !s.take("(") {
		return 0
	}
	for {
		s.take("-") // of a scale
		n := len(s.rest)
		s.space()
		s.rest = strings.TrimLeft(s.rest, "0123456789")
		if len(s.rest) == n {
			if _, _, ok := s.ident(); !ok { // geometry(Point, 4326)
				s.bad = true
				return 1
			}
		}
		if !s.take(",") {
			break
		}
	}
	s.bad = !s.take(")")
	return 1
}

// brackets reads the dimensions of an array.
func (s *scanner) brackets() {
	for s.take("[") {
		s.space()
		s.rest = strings.TrimLeft(s.rest, "0123456789")
		if !s.take("]") {
			s.bad = true
			return
		}
	}
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' || c == '_' || c >= 0x80 }
