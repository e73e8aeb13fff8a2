package sqlfile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// Format returns the text of f, which Parse and goose read. The places and
// lines of statements in f are of no account. An error says what the form of
// the file cannot hold.
func Format(f *File) (string, error) {
	var b strings.Builder
	if f.ID != "" {
		b.WriteString("-- +gormango id " + f.ID)
		if len(f.After) > 0 {
			b.WriteString(" after " + strings.Join(f.After, ", "))
		}
		b.WriteString("\n")
	}
	if len(f.Replaces) > 0 {
		b.WriteString("-- +gormango replaces " + strings.Join(f.Replaces, ", ") + "\n")
	}
	for _, s := range f.Squashed {
		b.WriteString("-- +gormango squashed " + s.ID + " of " + strings.Join(s.Parts, ", ") + "\n")
	}
	if f.Irreversible != "" {
		b.WriteString("-- +gormango irreversible " + strconv.Quote(f.Irreversible) + "\n")
	}
	for _, op := range f.Ops {
		if strings.ContainsAny(op.JSON, "\r\n") {
			return "", fmt.Errorf("an operation of more than one line: %.80q", op.JSON)
		}
		b.WriteString("-- +gormango op " + op.JSON + "\n")
	}
	if f.NoTx {
		b.WriteString("-- +goose NO TRANSACTION\n")
	}
	b.WriteString("-- +goose Up\n")
	if err := statements(&b, f.Up); err != nil {
		return "", err
	}
	if f.HasDown || len(f.Down) > 0 {
		b.WriteString("-- +goose Down\n")
		for _, what := range f.Loses {
			b.WriteString("-- +gormango loses " + what + "\n")
		}
		if err := statements(&b, f.Down); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func statements(b *strings.Builder, list []Stmt) error {
	for _, s := range list {
		for _, rule := range slices.Sorted(maps.Keys(s.Allow)) {
			b.WriteString("-- +gormango allow " + rule + " " + strconv.Quote(s.Allow[rule]) + "\n")
		}
		text := strings.TrimSpace(s.SQL)
		for line := range strings.SplitSeq(text, "\n") {
			if a, ok := annotated(strings.TrimRight(line, " \t\r")); ok && a.of == "goose" {
				return fmt.Errorf("a line of a statement looks like an annotation: %.80q", line)
			}
		}
		if plain(text) {
			b.WriteString(text + ";\n")
			continue
		}
		// The semicolon is for goose's sake, which runs the block as it is.
		if closed := text + ";"; !inComment(closed) {
			text = closed
		} else if closed = text + "\n;"; !inComment(closed) {
			text = closed
		}
		b.WriteString("-- +goose StatementBegin\n" + text + "\n-- +goose StatementEnd\n")
	}
	return nil
}

// plain reports whether goose and Parse read text and a semicolon as one
// statement: goose ends a statement at the first line that ends with one.
func plain(text string) bool {
	pieces := sqltext.Split(text + ";")
	if len(pieces) != 1 || pieces[0] != (sqltext.Piece{Start: 0, End: len(text), Closed: true}) {
		return false
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, "+goose") || strings.Contains(line, "+gormango") {
			return false
		}
		code, _, _ := strings.Cut(line, "--")
		if i < len(lines)-1 && (strings.HasSuffix(strings.TrimSpace(line), ";") || strings.HasSuffix(strings.TrimSpace(code), ";")) {
			return false
		}
	}
	// A -- in the last line may hide the semicolon from goose.
	return !strings.Contains(lines[len(lines)-1], "--")
}
