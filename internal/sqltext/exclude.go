package sqltext

import "strings"

// Excluded is an element of an exclusion constraint: no two rows have values of
// Expr for which the operator is true.
type Excluded struct{ Expr, Operator string }

// ParseExclude parses the text of an exclusion constraint without the word
// EXCLUDE: `USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled)`.
// where is its condition with the parentheses, "" without one. ok is false for
// a text of another form.
func ParseExclude(text string) (elements []Excluded, where string, ok bool) {
	var list []Lexeme
	for l := range Lexemes(text) {
		list = append(list, l)
	}
	from, to := parentheses(list, 0)
	if to < 0 {
		return nil, "", false
	}
	for _, part := range partsOf(list[from+1:to], ",") {
		e, ok := parseExcluded(part)
		if !ok {
			return nil, "", false
		}
		elements = append(elements, e)
	}
	for i := to + 1; i < len(list); i++ {
		if list[i].Is("WHERE") {
			from, to := parentheses(list, i)
			if to < 0 {
				return nil, "", false
			}
			return elements, textOf(list[from : to+1]), true
		}
	}
	return elements, "", true
}

// parseExcluded parses `expression [collation] [class of operators] WITH
// operator`.
func parseExcluded(part []Lexeme) (Excluded, bool) {
	with, depth := -1, 0
	for i, l := range part {
		depth += nesting(l)
		if depth == 0 && l.Is("WITH") {
			with = i
		}
	}
	first := 0
	for first < len(part) && part[first].Kind == Space {
		first++
	}
	if with < 0 || first >= with {
		return Excluded{}, false
	}
	end := first
	if part[first].Text != "(" { // a name, which may be a function's
		for end++; end < with && (part[end].Text == "." || part[end-1].Text == "."); end++ {
		}
		next := end
		for next < with && part[next].Kind == Space {
			next++
		}
		end--
		if part[next].Text == "(" {
			end = next
		}
	}
	if part[end].Text == "(" {
		if _, end = parentheses(part, end); end < 0 {
			return Excluded{}, false
		}
	}
	e := Excluded{textOf(part[first : end+1]), strings.TrimSpace(textOf(part[with+1:]))}
	for i := end + 1; i < with; i++ {
		if part[i].Is("COLLATE") {
			e.Expr += textOf(part[end+1 : collationEnd(part, i, with)])
			break
		}
	}
	return e, e.Operator != ""
}

// collationEnd returns the end of the name behind COLLATE at i.
func collationEnd(part []Lexeme, i, with int) int {
	for i++; i < with && part[i].Kind == Space; i++ {
	}
	for i++; i < with && (part[i].Text == "." || part[i-1].Text == "."); i++ {
	}
	return min(i, with)
}

// parentheses returns the next pair of parentheses from i on; to is -1 if there
// is none.
func parentheses(list []Lexeme, i int) (from, to int) {
	depth := 0
	from = -1
	for ; i < len(list); i++ {
		if n := nesting(list[i]); n != 0 {
			if depth += n; from < 0 {
				from = i
			}
			if depth <= 0 {
				return from, i
			}
		}
	}
	return from, -1
}

// partsOf splits lexemes at a separator outside of parentheses.
func partsOf(list []Lexeme, sep string) (parts [][]Lexeme) {
	depth, from := 0, 0
	for i, l := range list {
		depth += nesting(l)
		if depth == 0 && l.Text == sep {
			parts = append(parts, list[from:i])
			from = i + 1
		}
	}
	return append(parts, list[from:])
}

// nesting returns 1 for an opening parenthesis or bracket and -1 for a closing
// one.
func nesting(l Lexeme) int {
	switch l.Text {
	case "(", "[":
		return 1
	case ")", "]":
		return -1
	}
	return 0
}

func textOf(list []Lexeme) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString(l.Text)
	}
	return b.String()
}
