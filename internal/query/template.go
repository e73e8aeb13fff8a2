package query

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Template is SQL that an application declares once, with places for arguments:
// "LEVENSHTEIN($1, $2)".
type Template struct {
	Pieces []Piece
	// Args is how many arguments have a place of their own; Rest reports whether
	// more may follow, at $*.
	Args int
	Rest bool
	// Closed reports whether the text stands beside any operator without
	// parentheses.
	Closed bool
	// Distinct and Order report whether an aggregate has a place for DISTINCT, for
	// ORDER BY.
	Distinct, Order bool
	// Window reports whether it may stand in a window.
	Window bool
}

// Piece is text or a place in a Template.
type Piece struct {
	Text string
	// Arg is the argument's number from 1 on, 0 for text, or one of the other
	// places.
	Arg int
}

// The places of a Template that no number has.
const (
	RestPlace     = -1 - iota // all arguments behind the numbered ones
	DistinctPlace             // DISTINCT
	OrderPlace                // ORDER BY
)

var aggregateCall = regexp.MustCompile(`^[A-Za-z_][\w.]*\(\)( WITHIN GROUP \(\))?$`)

// ParseTemplate takes the text of a template apart. An aggregate's may have the
// places [DISTINCT] and [ORDER BY] and is one call, behind which FILTER and
// OVER can stand.
func ParseTemplate(sql string, aggregate bool) (*Template, error) {
	t := &Template{}
	p := templateParser{rest: strings.TrimSpace(sql), t: t, aggregate: aggregate}
	for p.rest != "" {
		if err := p.next(); err != nil {
			return nil, fmt.Errorf("%w in %q", err, sql)
		}
	}
	switch {
	case p.depth != 0:
		return nil, fmt.Errorf("a parenthesis is not closed in %q", sql)
	case len(t.Pieces) == 0:
		return nil, errors.New("the template is empty")
	}
	p.text("")
	for n := 1; n <= t.Args; n++ {
		if !slices.ContainsFunc(t.Pieces, func(x Piece) bool { return x.Arg == n }) {
			return nil, fmt.Errorf("$%d has no place in %q, and $%d has", n, sql, t.Args)
		}
	}
	outline := p.outline.String()
	t.Closed = outline == "()" || regexp.MustCompile(`^[A-Za-z_][\w.]*\(\)$`).MatchString(outline)
	if aggregate && !aggregateCall.MatchString(outline) {
		return nil, fmt.Errorf("an aggregate is one call, with WITHIN GROUP (…) or without, not %q (compute with its result by an expression)", sql)
	}
	return t, nil
}

// templateParser reads a template from left to right.
type templateParser struct {
	rest      string
	t         *Template
	aggregate bool
	depth     int
	run       strings.Builder // text up to the next place
	outline   strings.Builder // what stands outside of parentheses
}

// text ends a run of text.
func (p *templateParser) text(more string) {
	p.run.WriteString(more)
	if p.run.Len() > 0 {
		p.t.Pieces = append(p.t.Pieces, Piece{Text: p.run.String()})
		p.run.Reset()
	}
}

func (p *templateParser) consume(n int) {
	piece := p.rest[:n]
	p.rest = p.rest[n:]
	p.run.WriteString(piece)
	if p.depth == 0 {
		p.outline.WriteString(piece)
	}
	if p.rest == "" {
		p.text("")
	}
}

func (p *templateParser) place(arg, n int) {
	p.text("")
	p.t.Pieces = append(p.t.Pieces, Piece{Arg: arg})
	p.rest = p.rest[n:]
	if p.depth == 0 {
		p.outline.WriteByte('$')
	}
}

func (p *templateParser) next() error {
	s := p.rest
	switch c := s[0]; {
	case strings.HasPrefix(s, "--"), strings.HasPrefix(s, "/*"), strings.HasPrefix(s, "*/"), c == ';', c == 0:
		return fmt.Errorf("a template is one expression without comments and semicolons, %q stands", s[:min(2, len(s))])
	case c == '\'' || c == '"':
		end := strings.IndexByte(s[1:], c)
		if end < 0 {
			return fmt.Errorf("a quote is not closed")
		}
		if text := p.run.String(); strings.HasSuffix(strings.ToUpper(text), "E") {
			return errors.New("a text in E'…' stands, whose end a backslash can hide (write it without the E)")
		}
		p.consume(end + 2)
	case c == '(':
		p.consume(1)
		p.depth++
	case c == ')':
		if p.depth--; p.depth < 0 {
			return errors.New("a parenthesis is closed that is not open")
		}
		p.consume(1)
	case p.aggregate && strings.HasPrefix(s, "[DISTINCT]"):
		p.t.Distinct = true
		p.place(DistinctPlace, len("[DISTINCT]"))
		p.rest = strings.TrimPrefix(p.rest, " ")
	case p.aggregate && strings.HasPrefix(s, "[ORDER BY]"):
		p.t.Order = true
		if text := p.run.String(); strings.HasSuffix(text, " ") {
			p.run.Reset()
			p.run.WriteString(text[:len(text)-1])
		}
		p.place(OrderPlace, len("[ORDER BY]"))
	case strings.HasPrefix(s, "$*"):
		p.t.Rest = true
		p.place(RestPlace, 2)
	case c == '$':
		digits := len(s[1:]) - len(strings.TrimLeft(s[1:], "0123456789"))
		n, err := strconv.Atoi(s[1 : 1+digits])
		if err != nil || n < 1 || n > 99 || s[1] == '0' {
			return errors.New("a dollar is the place of an argument, from $1 on, or $* for the rest")
		}
		p.t.Args = max(p.t.Args, n)
		p.place(n, 1+digits)
	default:
		p.consume(1)
	}
	return nil
}
