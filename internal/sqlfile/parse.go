package sqlfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// Parse reads a file. The error is an *Error.
func Parse(src string) (*File, error) {
	if i := strings.IndexByte(src, 0); i >= 0 {
		return nil, &Error{Line: line(src, i), Text: "a zero byte, which SQL cannot contain"}
	}
	p := &parser{src: src, file: &File{}}
	pieces := sqltext.Scanner{Comment: p.comment}.Split(src)
	if p.err != nil {
		return nil, p.err
	}
	p.statements(len(src), pieces)
	if p.err == nil && p.part == before {
		p.fail(len(src), `no line "-- +goose Up" (put it before the statements)`)
	}
	if p.err == nil && len(p.allow) > 0 {
		p.fail(p.allowed, "a line allow without a statement after it")
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.file, nil
}

// part is a part of a file.
type part int

const (
	before part = iota // the first annotation of goose
	up
	down
)

// mark is an annotation with its place.
type mark struct {
	annotation
	start, end int
	blockEnd   int // for StatementBegin, where the block's text ends
}

type parser struct {
	src     string
	file    *File
	marks   []mark
	part    part
	allow   map[string]string // of the next statement
	allowed int               // where the last of allow stands
	err     error
}

func line(src string, at int) int { return 1 + strings.Count(src[:at], "\n") }

func (p *parser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{Line: line(p.src, at), Text: fmt.Sprintf(format, args...)}
	}
}

// comment collects the annotations while the text is split. The text of a block
// is left out of the split, which continues after it.
func (p *parser) comment(start, end int) (next int, jump bool) {
	if start > 0 && p.src[start-1] != '\n' {
		return 0, false // goose takes annotations at the start of a line only
	}
	a, ok := annotated(strings.TrimRight(p.src[start:end], " \t\r"))
	if !ok {
		return 0, false
	}
	m := mark{annotation: a, start: start, end: end}
	if a.of == "goose" && a.verb == "STATEMENTBEGIN" {
		for at := end; ; {
			newline := strings.IndexByte(p.src[at:], '\n')
			if newline < 0 {
				p.fail(start, "StatementBegin without StatementEnd")
				p.marks = append(p.marks, m)
				return len(p.src), true
			}
			at += newline + 1
			text, _, _ := strings.Cut(p.src[at:], "\n")
			if b, ok := annotated(strings.TrimRight(text, " \t\r")); ok && b.of == "goose" {
				if b.verb != "STATEMENTEND" {
					p.fail(at, "%s between StatementBegin and StatementEnd", b.verb)
				}
				m.blockEnd, end = at, at+len(text)
				break
			}
		}
	}
	p.marks = append(p.marks, m)
	return end, true
}

// statements goes through annotations and statements in the order of the file.
func (p *parser) statements(end int, pieces []sqltext.Piece) {
	marks := p.marks
	for p.err == nil && (len(marks) > 0 || len(pieces) > 0) {
		if len(pieces) == 0 || len(marks) > 0 && marks[0].start < pieces[0].Start {
			p.mark(marks[0])
			marks = marks[1:]
			continue
		}
		piece := pieces[0]
		pieces = pieces[1:]
		switch {
		case p.part == before:
			p.fail(piece.Start, `a statement before the line "-- +goose Up"`)
		case !piece.Closed:
			p.fail(piece.Start, "the statement does not end with a semicolon (if semicolons within it are not its end, put it between the lines -- +goose StatementBegin and -- +goose StatementEnd)")
		default:
			p.statement(piece.Start, piece.End)
		}
	}
}

func (p *parser) statement(start, end int) {
	s := Stmt{SQL: p.src[start:end], Line: line(p.src, start), Start: start, End: end, Allow: p.allow}
	p.allow = nil
	if p.part == down {
		p.file.Down = append(p.file.Down, s)
	} else {
		p.file.Up = append(p.file.Up, s)
	}
}

func (p *parser) mark(m mark) {
	if m.of == "goose" {
		p.goose(m)
	} else {
		p.own(m)
	}
}

func (p *parser) goose(m mark) {
	switch m.verb {
	case "UP":
		if p.part != before {
			p.fail(m.start, "a second line Up")
		}
		p.part = up
	case "DOWN":
		if p.part != up {
			p.fail(m.start, "a line Down that does not follow the part Up")
		}
		if len(p.allow) > 0 {
			p.fail(p.allowed, "a line allow without a statement after it")
		}
		p.part, p.file.HasDown = down, true
	case "NO TRANSACTION":
		p.file.NoTx = true
	case "STATEMENTBEGIN":
		if p.part == before {
			p.fail(m.start, `a statement before the line "-- +goose Up"`)
			return
		}
		start, end := trim(p.src, m.end, m.blockEnd)
		if start == end {
			p.fail(m.start, "no statement between StatementBegin and StatementEnd")
			return
		}
		p.statement(start, end)
	case "STATEMENTEND":
		p.fail(m.start, "StatementEnd without StatementBegin")
	case "ENVSUB ON":
		p.fail(m.start, "ENVSUB is not supported (what a file runs must not depend on the environment)")
	case "ENVSUB OFF":
	default:
		p.fail(m.start, "unknown line +goose %.40s (choices: Up, Down, NO TRANSACTION, StatementBegin, StatementEnd)", m.verb)
	}
}

// trim returns the place of the text in src[start:end] without space around it
// and without a semicolon at its end.
func trim(src string, start, end int) (int, int) {
	const space = " \t\r\n\f\v"
	start = end - len(strings.TrimLeft(src[start:end], space))
	end = start + len(strings.TrimRight(src[start:end], space))
	if text := src[start:end]; strings.HasSuffix(text, ";") && !inComment(text) {
		end = start + len(strings.TrimRight(text[:len(text)-1], space))
	}
	return start, end
}

// inComment reports whether the end of text is part of a comment or a literal.
func inComment(text string) bool {
	pieces := sqltext.Split(text)
	return len(pieces) == 0 || !pieces[len(pieces)-1].Closed
}

var (
	idForm   = regexp.MustCompile(`^([A-Za-z0-9_.-]+/)?[A-Za-z0-9_.-]+$`)
	ruleForm = regexp.MustCompile(`^L[0-9]+$`)
)

func (p *parser) ids(m mark, text string) []string {
	ids := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if len(ids) == 0 {
		p.fail(m.start, "a line %s without an id", m.verb)
	}
	for _, id := range ids {
		if !idForm.MatchString(id) {
			p.fail(m.start, "%.80q is no id (want app/0001_name)", id)
		}
	}
	return ids
}

func (p *parser) own(m mark) {
	f := p.file
	switch m.verb {
	case "id":
		id, after, found := strings.Cut(m.rest, " ")
		if f.ID != "" {
			p.fail(m.start, "a second line id")
		}
		if ids := p.ids(m, id); len(ids) > 0 {
			f.ID = ids[0]
		}
		if after = strings.TrimSpace(after); found && after != "" {
			list, ok := strings.CutPrefix(after, "after ")
			if !ok {
				p.fail(m.start, `after the id comes "after" and the ids before it`)
				return
			}
			f.After = p.ids(m, list)
		}
	case "replaces":
		f.Replaces = append(f.Replaces, p.ids(m, m.rest)...)
	case "squashed":
		id, parts, found := strings.Cut(m.rest, " of ")
		if ids := p.ids(m, id); !found || len(ids) != 1 {
			p.fail(m.start, `a line squashed is an id, "of" and the ids that it replaces`)
			return
		}
		f.Squashed = append(f.Squashed, Squashed{ID: strings.TrimSpace(id), Parts: p.ids(m, parts)})
	case "op":
		if m.rest == "" {
			p.fail(m.start, "a line op without an operation")
		}
		f.Ops = append(f.Ops, Op{JSON: m.rest, Line: line(p.src, m.start)})
	case "allow":
		rule, reason, _ := strings.Cut(m.rest, " ")
		if !ruleForm.MatchString(rule) {
			p.fail(m.start, `%.40q is no rule (want allow L13 "reason")`, rule)
			return
		}
		if p.part == before {
			p.fail(m.start, "a line allow before the line Up (put it before its statement)")
			return
		}
		if p.allow == nil {
			p.allow = map[string]string{}
		}
		p.allow[rule], p.allowed = p.reason(m, reason), m.start
	case "loses":
		if m.rest == "" {
			p.fail(m.start, "a line loses without a table")
		}
		f.Loses = append(f.Loses, m.rest)
	case "irreversible":
		f.Irreversible = p.reason(m, m.rest)
	default:
		p.fail(m.start, "unknown line +gormango %.40s (choices: id, replaces, squashed, op, allow, loses, irreversible)", m.verb)
	}
}

// reason returns a text in double quotes, which must say something.
func (p *parser) reason(m mark, text string) string {
	reason, err := strconv.Unquote(strings.TrimSpace(text))
	if err != nil || strings.TrimSpace(reason) == "" {
		p.fail(m.start, "the line %s has no reason (write it in double quotes at the end)", m.verb)
	}
	return reason
}
