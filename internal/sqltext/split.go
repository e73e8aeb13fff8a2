package sqltext

import "strings"

// Piece is a statement within a larger text: text[Start:End], without the
// semicolon that ends it and without the space and the comments around it.
type Piece struct {
	Start, End int
	// Closed reports whether a semicolon follows the statement.
	Closed bool
}

// Scanner splits a text into statements, as psql does: a semicolon ends one
// unless it stands in a literal, a quoted name, a comment, parentheses or a
// function's body of SQL statements (BEGIN ATOMIC … END).
type Scanner struct {
	// Comment is called with the place of each comment that follows "--" and has
	// its line for itself. If it returns a place, the scan continues there, and a
	// statement that is open ends before the comment.
	Comment func(start, end int) (next int, jump bool)
}

// Split returns the statements of text in order.
func (s Scanner) Split(text string) []Piece {
	var out []Piece
	p := Piece{Start: -1}
	var body body
	depth := 0
	finish := func(closed bool) {
		if p.Start >= 0 {
			p.Closed = closed
			out = append(out, p)
		}
		p, depth, body = Piece{Start: -1}, 0, bodyOutside
	}
	words := 0 // of the statement
	for i := 0; i < len(text); {
		_, n := next(text, i)
		c := text[i]
		switch {
		case strings.HasPrefix(text[i:], "--"):
			if s.Comment != nil && ownLine(text, i) {
				if to, jump := s.Comment(i, i+n); jump {
					finish(false)
					i, words = to, 0
					continue
				}
			}
			i += n
			continue
		case strings.HasPrefix(text[i:], "/*"), c == ' ', c == '\t', c == '\r', c == '\n', c == '\f', c == '\v':
			i += n
			continue
		case c == ';' && depth <= 0 && body < bodyInside:
			finish(true)
			i, words = i+1, 0
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		case startsWord(c) && text[i+n-1] != '\'':
			words++
			body = body.next(strings.ToUpper(text[i:i+n]), words, depth)
		case startsWord(c): // E'…', which may continue on the next line
			n = continued(text, i, n)
		}
		if p.Start < 0 {
			p.Start = i
		}
		i += n
		p.End = i
	}
	finish(false)
	return out
}

// Split returns the statements of text, as [Scanner.Split] does.
func Split(text string) []Piece { return Scanner{}.Split(text) }

// ownLine reports whether only space stands before text[i] in its line.
func ownLine(text string, i int) bool {
	line := text[strings.LastIndexByte(text[:i], '\n')+1 : i]
	return strings.TrimLeft(line, " \t") == ""
}

// continued returns the length of a literal with escapes at text[i:i+n] with
// the literals that continue it: PostgreSQL joins literals with a line break
// between them, and reads all as the first.
func continued(text string, i, n int) int {
	for {
		j := i + n
		broken := false
		for j < len(text) {
			if strings.HasPrefix(text[j:], "--") {
				_, m := next(text, j)
				j += m
				continue
			}
			if !strings.ContainsRune(" \t\r\n\f\v", rune(text[j])) {
				break
			}
			broken = broken || text[j] == '\n' || text[j] == '\r'
			j++
		}
		if !broken || j >= len(text) || text[j] != '\'' {
			return n
		}
		n = j - i + quoted(text[j:], true)
	}
}

// body is where a scan stands within CREATE FUNCTION … BEGIN ATOMIC … END.
type body int

const (
	bodyOutside body = iota
	bodyCreate       // CREATE [OR REPLACE]
	bodyRoutine      // … FUNCTION or PROCEDURE
	bodyBegin        // … BEGIN
	bodyInside       // … ATOMIC, to the END that closes it
	bodyCase         // and more for each CASE that is open inside
)

func (b body) next(word string, words, depth int) body {
	switch {
	case words == 1 && word == "CREATE":
		return bodyCreate
	case b == bodyCreate && (word == "OR" || word == "REPLACE"):
		return bodyCreate
	case b == bodyCreate && (word == "FUNCTION" || word == "PROCEDURE"):
		return bodyRoutine
	case b == bodyRoutine && word == "BEGIN" && depth == 0:
		return bodyBegin
	case b == bodyBegin && word == "ATOMIC":
		return bodyInside
	case b == bodyBegin:
		return bodyRoutine
	case b == bodyCreate:
		return bodyOutside
	case b >= bodyInside && word == "CASE":
		return b + 1
	case b >= bodyInside && word == "END":
		if b == bodyInside {
			return bodyOutside
		}
		return b - 1
	}
	return b
}
